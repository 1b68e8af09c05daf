"""The real gantryd: lists in and out, generations and the way back, and inputs that are probed before they are channels."""
import base64
import json
import os
import pathlib
import socket
import threading
import time
import unittest

import gantryd_box as RIG

SOURCES = pathlib.Path(os.environ.get("GANTRY_SOURCES", pathlib.Path.home() / ".cache/gantry/sources"))
CSV = "id,name,short_name,group,address,interface,service_id,profile,commissioned"
XSPF = """<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>
<track><location>udp://239.9.1.1:5000</location><title>Das Erste &amp; mehr</title><identifier>Erste</identifier><album>News</album>
<meta rel="gantry:service_id">7</meta></track></trackList></playlist>"""


class Box(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = RIG.Box((("one", "News"),), extra="allow_loopback=true\n")
        cls.addClassCleanup(cls.box.end)

    def bring(self, text, dry_run=True, status=200, **more):
        path = f"/api/v1/channels/import?dry_run={'true' if dry_run else 'false'}"
        return self.box.ask("POST", path, {"list": text, **more}, status=status)

    def ids(self):
        return [item["id"] for item in self.box.ask("GET", "/api/v1/channel-settings")["items"]]

    def clear(self):
        for name in self.ids():
            if name != "one":
                self.box.ask("DELETE", f"/api/v1/channels/{name}")

    def export(self):
        return self.box.ask("GET", "/api/v1/channels.csv")


class Lists(Box):
    def tearDown(self):
        self.clear()

    def test_each_row_tells_what_it_would_do_and_nothing_is_done(self):
        rows = (f"{CSV}\none,One,,News,{self.one()},lo,,,\n"
                "new,New,,Sport,udp://239.1.1.1:5000,,,,\nbad,Bad,,,file:///etc/passwd,,,,\nsame,,,,udp://239.1.1.1:5000,,,,\n")
        told = self.bring(rows)
        states = [(row["line"], row["state"]) for row in sorted(told["rows"], key=lambda row: row["line"])]
        self.assertEqual(states, [(2, "unchanged"), (3, "new"), (4, "error"), (5, "error")])
        self.assertEqual((told["new"], told["unchanged"], told["errors"], told["dry_run"]), (1, 1, 2, True))
        problems = {row["line"]: (row["column"], row["problem"]) for row in told["rows"] if row["state"] == "error"}
        self.assertEqual(problems[4][0], "address")
        self.assertIn("already received", problems[5][1])
        self.assertEqual(self.ids(), ["one"])
        self.bring(rows, dry_run=False, status=422)
        self.assertEqual(self.ids(), ["one"], "a list with a mistake brings nothing")

    def one(self):
        return self.box.ask("GET", "/api/v1/channels/one/settings")["address"]

    def test_a_list_is_taken_as_one_generation(self):
        before = self.box.ask("GET", "/api/v1/generations")["current"]
        text = f"{CSV}\n" + "".join(f"c{i},C {i},,Bulk,udp://239.2.0.{i}:5000,,,,yes\n" for i in range(1, 51))
        told = self.bring(text, dry_run=False)
        self.assertEqual((told["new"], told["generation"]), (50, before + 1))
        newest = self.box.ask("GET", "/api/v1/generations")["items"][0]
        self.assertEqual((newest["by"], newest["what"][:18]), ("local", "channels/c1 added;"))
        self.assertIsNotNone(newest["at"])
        self.assertEqual(len(self.ids()), 51)
        self.assertEqual(self.bring(text)["unchanged"], 50)
        told = self.bring("id,name,address\nc1,Renamed,udp://239.2.0.1:5000\n")
        row = told["rows"][0]
        self.assertEqual((row["state"], [field["name"] for field in row["fields"]]), ("changed", ["name"]), "columns it lacks stay")
        told = self.bring("id,address\nc1,udp://239.2.0.1:5000\n", missing="remove", dry_run=False)
        self.assertEqual(len(told["removed"]), 49)
        self.assertEqual(self.ids(), ["one", "c1"], "a channel of the settings' file stays")

    def test_a_row_without_an_id_is_matched_by_what_it_receives(self):
        self.bring("id,name,address\nmine,Mine,udp://239.3.0.1:5000\n", dry_run=False)
        told = self.bring("name,address\nOther name,udp://239.3.0.1:5000\n")
        self.assertEqual([(row["id"], row["state"]) for row in told["rows"]], [("mine", "changed")])

    def test_a_channel_of_the_file_is_not_changed_by_a_list(self):
        told = self.bring(f"id,name,address,interface\none,Changed,{self.one()},lo\n")
        self.assertIn("channels.csv", told["rows"][0]["problem"])

    def test_playlists_are_read_too(self):
        m3u = '#EXTM3U\n#EXTINF:-1 tvg-id="Zwei" group-title="News",Zweites\nudp://239.4.0.1:5000\n'
        self.assertEqual([(row["id"], row["state"]) for row in self.bring(m3u)["rows"]], [("zwei", "new")])
        row = self.bring(XSPF)["rows"][0]
        fields = {field["name"]: field["after"] for field in row["fields"]}
        self.assertEqual((row["id"], fields["name"], fields["group"], fields["service_id"]),
                         ("erste", "Das Erste & mehr", "News", "7"))

    def test_an_entity_of_its_own_is_refused_and_reads_no_file(self):
        evil = XSPF.replace("<playlist", '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><playlist', 1).replace("mehr", "&x;")
        told = self.bring(evil)
        self.assertEqual(told["errors"], 1)
        self.assertNotIn("root:", json.dumps(told))
        bomb = XSPF.replace("<playlist", "<!DOCTYPE p [" + "".join(
            f'<!ENTITY e{i} "{"&e%d;" % (i - 1) * 10 if i else "x"}">' for i in range(9)) + "]><playlist", 1)
        self.assertEqual(self.bring(bomb)["errors"], 1)

    def test_what_is_exported_comes_back_the_same_and_holds_no_formula(self):
        names = ["=1+1", "@SUM(A1)", "-3", "+cmd|' /C calc'!A0", "'quoted", 'say "hi", now', "semi;colon"]
        text = "id,name,address\n" + "".join(
            f'f{i},"' + ("'" if name[0] in "=@-+'" else "") + name.replace('"', '""') + f'",udp://239.5.0.{i}:5000\n'
            for i, name in enumerate(names))
        self.bring(text, dry_run=False)
        settings = {item["id"]: item for item in self.box.ask("GET", "/api/v1/channel-settings")["items"]}
        self.assertEqual([settings[f"f{i}"]["name"] for i in range(len(names))], names)
        exported = self.export()
        for cell in [cell.strip('"') for line in exported.splitlines()[1:] for cell in line.split(",")]:
            self.assertNotIn(cell[:1], ["=", "+", "@", "-"], cell)
        told = self.bring(exported)
        self.assertEqual((told["unchanged"], told["new"], told["changed"], told["errors"]), (len(names) + 1, 0, 0, 0))


class Generations(Box):
    def page(self, query=""):
        got, headers, body = self.box.raw("GET", "/api/v1/generations" + query)
        self.assertEqual(got, 200, body)
        return json.loads(body), headers["etag"]

    def test_every_change_is_a_generation_with_its_author_and_can_be_taken_back(self):
        self.box.ask("PUT", "/api/v1/walls/night", {"title": "Night", "size": "l"})
        self.box.ask("PATCH", "/api/v1/walls/night", {"size": "xl"})
        self.box.ask("PUT", "/api/v1/policy", {"positions": 3})
        page, tag = self.page("?limit=2")
        self.assertEqual([(item["by"], item["current"]) for item in page["items"]], [("local", True), ("local", False)])
        self.assertIn("positions", page["items"][0]["what"])
        self.assertIn("walls/night changed", page["items"][1]["what"])
        older, _ = self.page(f"?limit=2&cursor={page['next_cursor']}")
        self.assertEqual(older["items"][0]["generation"], page["current"] - 2)
        first = page["current"] - 2
        changes = self.box.ask("GET", f"/api/v1/generations/{first}/diff")["changes"]
        self.assertEqual(sorted((item["collection"], item["id"], field["name"], field["before"], field["after"])
                                for item in changes for field in item["fields"]),
                         [("policy", "", "positions", 1, 3), ("walls", "night", "size", "l", "xl")])
        told = self.box.ask("POST", f"/api/v1/generations/{first}/revert?dry_run=true", {}, headers={"If-Match": tag})
        self.assertEqual(len(told["changes"]), 2)
        self.box.ask("POST", f"/api/v1/generations/{first}/revert", {}, headers={"If-Match": '"generation-1"'}, status=412)
        self.box.ask("POST", f"/api/v1/generations/{first}/revert", {}, status=428)
        new = self.box.ask("POST", f"/api/v1/generations/{first}/revert", {}, headers={"If-Match": tag})
        self.assertEqual(new["generation"], page["current"] + 1)
        self.assertEqual(self.box.ask("GET", "/api/v1/walls/night")["size"], "l")
        self.assertEqual(self.box.ask("GET", "/api/v1/policy")["positions"], 1)
        self.box.ask("GET", "/api/v1/generations/9999/diff", status=404)

    def test_no_generation_shows_a_secret(self):
        secret = "https://hooks.slack.com/services/T0/B0/verysecret"
        self.box.ask("PUT", "/api/v1/receivers/chat", {"kind": "slack", "secret": secret})
        self.box.ask("DELETE", "/api/v1/receivers/chat")
        page, _ = self.page("?limit=100")
        told = json.dumps(page)
        for item in page["items"]:
            told += json.dumps(self.box.ask("GET", f"/api/v1/generations/{item['generation']}/diff"))
        self.assertIn("chat", told)
        self.assertNotIn("verysecret", told)


class Sender(threading.Thread):
    """Sends a recording to a port, at 8 Mb/s, until it is told to end."""

    def __init__(self, path, port):
        super().__init__(daemon=True)
        self.data, self.port, self.ended = path.read_bytes(), port, threading.Event()

    def run(self):
        size, rate = 7 * 188, 1e6
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            begun, sent = time.monotonic(), 0
            while not self.ended.is_set():
                at = sent % (len(self.data) // size * size)
                out.sendto(self.data[at:at + size], ("127.0.0.1", self.port))
                sent += size
                self.ended.wait(max(0, begun + sent / rate - time.monotonic()))


class Probes(Box):
    def probe(self, address, interface="lo"):
        return self.box.ask("POST", "/api/v1/probes", {"address": address, "interface": interface}, status=202)["url"]

    def ended(self, url):
        return RIG.wait_for("the probe ends", lambda: (lambda told: told["state"] != "running" and told)(self.box.ask("GET", url)))

    def test_an_input_is_shown_with_services_streams_and_a_picture(self):
        recordings = sorted(SOURCES.glob("classic.ts")) or sorted(SOURCES.glob("*.ts"))
        if not recordings:
            self.skipTest("no encoded sources: tests/traffic/make-sources makes them")
        port = RIG.free_port()
        sender = Sender(recordings[0], port)
        sender.start()
        begun = time.monotonic()
        told = self.ended(self.probe(f"udp://127.0.0.1:{port}"))
        took = time.monotonic() - begun
        sender.ended.set()
        self.assertEqual(told["state"], "done", told)
        services = told["result"]["services"]
        self.assertEqual({part["kind"] for part in services[0]["components"]} & {"video", "audio"}, {"video", "audio"})
        self.assertGreater(told["result"]["bitrate_bps"], 1e5)
        self.assertEqual(base64.b64decode(services[0]["jpeg_base64"])[:2], b"\xff\xd8")
        print(f"# a probe took {took:.1f} s")
        self.assertLess(took, 40, "on a machine that does nothing else it is below 15 s")

    def test_an_address_where_nothing_comes_says_so(self):
        told = self.ended(self.probe(f"udp://127.0.0.1:{RIG.free_port()}"))
        self.assertEqual((told["state"], told["result"]), ("failed", None))
        self.assertTrue(told["problem"])

    def test_what_is_no_input_is_refused_at_once(self):
        taken = self.box.ask("GET", "/api/v1/channels/one/settings")["address"]
        for address in ("file:///etc/passwd", "http://169.254.169.254/", "--help", "udp://example.org:5000", taken, "udp://127.0.0.1:0"):
            problem = self.box.ask("POST", "/api/v1/probes", {"address": address}, status=422)
            self.assertEqual(problem["errors"][0]["pointer"], "/address", address)
        self.box.ask("POST", "/api/v1/probes", {"address": "udp://239.1.1.1:5000", "interface": "--help"}, status=422)
        self.box.ask("GET", "/api/v1/operations/none", status=404)

    def test_two_run_at_once_and_no_more(self):
        urls = [self.probe(f"udp://127.0.0.1:{RIG.free_port()}") for _ in range(2)]
        self.box.ask("POST", "/api/v1/probes", {"address": f"udp://127.0.0.1:{RIG.free_port()}"}, status=503)
        for url in urls:
            self.ended(url)


class Loopback(unittest.TestCase):
    def test_loopback_and_ports_of_the_system_are_no_inputs_unless_they_are_allowed(self):
        box = RIG.Box((("one", "News"),))
        self.addCleanup(box.end)
        for address in ("udp://127.0.0.1:5000", "udp://[::1]:5000", "udp://192.0.2.1:53"):
            for method, path in (("POST", "/api/v1/probes"), ("PUT", "/api/v1/channels/x")):
                problem = box.ask(method, path, {"address": address}, status=422)
                self.assertEqual(problem["errors"][0]["pointer"], "/address", address)


if __name__ == "__main__":
    del Box
    unittest.main()
