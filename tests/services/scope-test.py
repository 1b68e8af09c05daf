"""Somebody who may know of some channels never learns that there are others: every reading route, the event stream,
what is changed, and what is counted."""
import json
import os
import re
import socket
import subprocess
import time
import unittest

from gantryd_box import PASSWORD, Box, at, wait_for
from http_server import Stream

MINE, OTHERS = "mine-1", ("hidden-2", "hidden-3")
HIDDEN = ("hidden", "HIDDEN", "Hidden", "Secretgroup")  # what nothing that a guest reads may contain
PARTS = ("", "/notes", "/series", "/segments", f"/clip.ts?from={at(-60)}&to={at(-30)}", f"/sound.wav?pid=257&from={at(-60)}&to={at(-30)}", "/thumb.jpg", "/shot.jpg", "/thumbnails",
         "/thumbnails/2026-01-31T12:00:00Z.jpg", "/proposal")


class Watcher:
    """The event stream as http_server.Stream reads it, of a Box."""

    def __init__(self, box, cookie):
        self.box = box
        self.stream = Stream(self, cookie)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.box.port), timeout=30)


class Scope(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box(channels=((MINE, "News"), (OTHERS[0], "Secretgroup"), (OTHERS[1], "Secretgroup")))
        cls.addClassCleanup(cls.box.end)
        code = (cls.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        cls.box.ask("POST", "/api/v1/setup", {"code": code, "user": "chief", "password": PASSWORD}, over="tcp")
        cls.box.ask("POST", "/api/v1/users", {"name": "guest", "role": "admin", "password": PASSWORD, "limited": True,
                                              "groups": ["News"], "must_change_password": False}, 201)
        cls.guest = cls.box.login("guest")
        cls.chief = cls.box.login("chief")
        watchers = [Watcher(cls.box, cookie).stream for cookie in (cls.guest, cls.chief)]
        wait_for("alarms of all", lambda: all(cls.box.alarm(name) for name in (MINE, *OTHERS)))
        cls.alarms = {name: cls.box.alarm(name)["id"] for name in (MINE, *OTHERS)}
        for alarm in cls.alarms.values():  # they may have been raised before anybody listened
            cls.box.ask("POST", f"/api/v1/alarms/{alarm}/comments", {"note": "listen"})
        cls.heard = [cls.listen(stream) for stream in watchers]

    @staticmethod
    def listen(stream):
        """Everything that the stream has said in the meantime and says in two more seconds, as text."""
        heard, end = [], time.monotonic() + 2
        while time.monotonic() < end:
            heard.append(stream.next())
        stream.close()
        return heard

    def same(self, hidden, none, path):
        """Two answers that tell no more than what was asked for."""
        told = []
        for status, _, body in (hidden, none):
            problem = json.loads(body)
            problem["detail"] = re.sub(r"\"(hidden-[\w-]+|nothing)\"", "X", problem["detail"])  # what was asked for
            told.append((status, {name: value for name, value in problem.items() if name not in ("instance", "request_id")}))
        self.assertEqual(*told, path)
        self.assertEqual(hidden[0], 404, path)

    def ask(self, method, path, body=None, status=200):
        return self.box.ask(method, path, body, status, cookie=self.guest)

    def test_no_reading_route_names_what_is_hidden(self):
        rows = json.loads(subprocess.check_output([os.environ["HTTP_ROUTES"]]))
        read = 0
        for row in rows:
            if row["method"] != "GET" or row["pattern"] == "/api/v1/events":
                continue
            for subject in (MINE, self.alarms[MINE]):
                path = row["pattern"].replace("{}", subject, 1).replace("{}", "at.jpg")
                status, _, body = self.box.raw("GET", path, cookie=self.guest)
                read += status == 200
                for word in HIDDEN:
                    self.assertNotIn(word.encode(), body, path)
        self.assertGreater(read, 20)

    def test_the_chief_does_read_it(self):
        self.assertIn(b"hidden-2", self.box.raw("GET", "/api/v1/channels", cookie=self.chief)[2])

    def test_a_hidden_channel_and_none_get_the_same_answer(self):
        for part in PARTS:
            hidden = self.box.raw("GET", f"/api/v1/channels/{OTHERS[0]}{part}", cookie=self.guest)
            none = self.box.raw("GET", f"/api/v1/channels/nothing{part}", cookie=self.guest)
            self.same(hidden, none, part)
            mine = self.box.raw("GET", f"/api/v1/channels/{MINE}{part}", cookie=self.guest)
            self.assertNotIn(b"No channel has this id", mine[2], part)

    def test_a_hidden_alarm_and_none_get_the_same_answer(self):
        for path, method, body in (("ack", "POST", {}), ("unack", "POST", {}), ("comments", "POST", {"note": "x"}),
                                   ("shelve", "POST", {"note": "x"}), ("unshelve", "POST", {}),
                                   ("assign", "POST", {"user": "chief"}), ("events", "GET", None), ("clip.ts", "GET", None),
                                   ("evidence", "GET", None), ("evidence/at.jpg", "GET", None)):
            hidden = self.box.raw(method, f"/api/v1/alarms/{self.alarms[OTHERS[0]]}/{path}", body, cookie=self.guest)
            none = self.box.raw(method, f"/api/v1/alarms/nothing/{path}", body, cookie=self.guest)
            self.same(hidden, none, path)
        self.ask("POST", f"/api/v1/alarms/{self.alarms[MINE]}/ack", {"note": "mine"})

    def test_nothing_is_counted_but_ones_own(self):
        self.assertEqual(self.ask("GET", "/api/v1/session")["channels_total"], 1)
        self.assertEqual([item["id"] for item in self.ask("GET", "/api/v1/channels")["items"]], [MINE])
        alarms = self.ask("GET", "/api/v1/alarms?state=all&limit=1000")["items"]
        self.assertEqual({alarm["resource"] for alarm in alarms}, {f"channel/{MINE}"})
        self.assertEqual({alarm["members"] for alarm in alarms}, {0})
        self.assertEqual({alarm["incident_id"] == alarm["id"] for alarm in alarms}, {True})
        pictures = self.box.raw("GET", f"/api/v1/wall/thumbs?ids={OTHERS[0]}", cookie=self.guest)[2]
        self.assertEqual(pictures[:8], b"GTH1\0\0\0\0")

    def test_the_event_stream_tells_of_nothing_else(self):
        guest, chief = ([frame for frame in heard if frame] for heard in self.heard)
        for word in HIDDEN:
            self.assertNotIn(word, json.dumps(guest))
        self.assertIn("hidden-2", json.dumps(chief))
        names = {name for name, _, _ in guest}
        self.assertLessEqual({"hello", "snapshot", "alarm", "figures", "levels", "heartbeat"}, names)
        figures = next(data for name, _, data in guest if name == "figures")
        self.assertEqual(len(figures["bitrate_bps"]), 1)
        self.assertEqual(next(data for name, _, data in guest if name == "hello")["channel_ids"], [MINE])

    def test_a_token_is_limited_like_a_person(self):
        token = self.box.ask("POST", "/api/v1/tokens", {"id": "news", "scopes": ["read"], "limited": True,
                                                        "channels": [MINE]}, 201)["token"]
        items = json.loads(self.box.raw("GET", "/api/v1/channels", bearer=token)[2])["items"]
        self.assertEqual([item["id"] for item in items], [MINE])

    def test_walls_are_those_that_name_nothing_else(self):
        for name, wall in (("mine", {"channels": [MINE]}), ("hidden-wall", {"groups": ["Secretgroup"]}),
                           ("both", {"channels": [MINE, OTHERS[0]]})):
            self.box.ask("PUT", f"/api/v1/walls/{name}", {"title": name, **wall})
        listed = self.ask("GET", "/api/v1/walls")
        self.assertEqual([wall["id"] for wall in listed["items"]], ["mine"])
        self.assertEqual(listed["generation"], self.box.ask("GET", "/api/v1/walls")["generation"])
        self.ask("GET", "/api/v1/walls/mine")
        self.same(*(self.box.raw("GET", f"/api/v1/walls/{name}", cookie=self.guest) for name in ("hidden-wall", "nothing")),
                  "walls")
        self.ask("GET", "/api/v1/channel-settings", status=403)

    def test_the_calendar_shows_what_concerns_ones_channels_and_no_words_about_others(self):
        once = {"kind": "maintenance", "from": at(3600), "until": at(7200)}
        for name, entry in (("own-work", {"title": "My antenna", "channels": [MINE]}),
                            ("hidden-work", {"title": "Hidden antenna", "groups": ["Secretgroup"]}),
                            ("hidden-and-mine", {"title": "Hidden and mine", "channels": [MINE, OTHERS[0]], "groups": ["Secretgroup"]}),
                            ("hidden-all", {"title": "Hidden plans for all"}), ("own-group", {"title": "All news", "groups": ["News"]})):
            self.box.ask("PUT", f"/api/v1/calendar/{name}", {**once, **entry})
        status, headers, body = self.box.raw("GET", "/api/v1/calendar", cookie=self.guest)
        items = json.loads(body)["items"]
        self.assertEqual((status, "etag" in headers), (200, False))
        self.assertEqual([(item["id"], item["title"], item["channels"], item["groups"]) for item in items],
                         [("shared-1", "", [], []), ("shared-2", "", [MINE], []), ("own-group", "All news", [], ["News"]),
                          ("own-work", "My antenna", [MINE], [])])
        for word in HIDDEN:
            self.assertNotIn(word.encode(), body)
        self.assertEqual(len(self.box.ask("GET", "/api/v1/calendar")["items"]), 5)
        self.ask("PUT", "/api/v1/calendar/mine", {**once, "channels": [MINE]}, 403)

    def test_profiles_are_those_that_judge_ones_channels(self):
        why = [{"key": "no-packets.raise_s", "value": 3, "why": "Hidden asked for it"}]
        for name, profile in (("base-of-both", {"text": "Hidden house", "settings": why}), ("upon", {"base": "base-of-both", "text": "News house", "settings": []}),
                              ("hidden-own", {"text": "Hidden", "settings": []})):
            self.box.ask("PUT", f"/api/v1/profiles/{name}", profile)
        self.box.ask("PUT", "/api/v1/group-profiles/News", {"profile": "upon"})
        self.box.ask("PUT", "/api/v1/group-profiles/Secretgroup", {"profile": "base-of-both"})
        shown = self.ask("GET", "/api/v1/profiles")
        own = {item["profile"]["id"]: item for item in shown["items"] if not item["shipped"]}
        self.assertEqual({name: (item["channels"], item["profile"]["text"]) for name, item in own.items()},
                         {"base-of-both": (0, ""), "upon": (1, "News house")})
        self.assertEqual([item["group"] for item in shown["groups"]], ["News"])
        rules = self.ask("GET", "/api/v1/profiles/upon/rules")
        self.assertEqual(rules["chain"][:2], ["upon", "base-of-both"])
        for word in HIDDEN:
            self.assertNotIn(word, json.dumps(shown) + json.dumps(rules))
        self.same(*(self.box.raw("GET", f"/api/v1/profiles/{name}/rules", cookie=self.guest) for name in ("hidden-own", "nothing")), "rules")
        self.assertIn("Hidden house", json.dumps(self.box.ask("GET", "/api/v1/profiles")))

    def test_alarm_figures_count_ones_own_channels(self):
        all_of_them = wait_for("all are counted", lambda: self.if_more(self.box.ask("GET", "/api/v1/alarm-figures")))
        mine = self.ask("GET", "/api/v1/alarm-figures")
        self.assertEqual({item["resource"] for item in mine["top"]}, {f"channel/{MINE}"})
        self.assertEqual((mine["open"], mine["spans"][0]["announced"]), (1, 1))
        self.assertGreaterEqual(all_of_them["open"], 3)
        table = self.box.raw("GET", "/api/v1/alarm-figures.csv", cookie=self.guest)[2].decode().splitlines()
        self.assertEqual(table[0].split(",")[1], "announced")
        self.assertEqual(sum(int(row.split(",")[1]) for row in table[1:]), 1)  # a row for each hour: one may have begun since

    @staticmethod
    def if_more(figures):
        return figures if figures["open"] >= 3 else None

    def test_of_the_box_one_learns_whether_ones_measurements_can_be_trusted(self):
        told = self.ask("GET", "/api/v1/system")
        whole = self.box.ask("GET", "/api/v1/system")
        self.assertEqual((told["limited"], whole["limited"]), (True, False))
        self.assertEqual((told["channels_total"], sum(told["depth"]["channels"].values()) <= 1), (1, True))
        self.assertEqual((told["workers"], told["sensors"], told["profile"]), ([], [], {"name": "", "text": ""}))
        self.assertLessEqual({service["name"] for service in told["services"]}, {"self-probe", "history"})
        self.assertEqual({service["behind"] for service in told["services"]} | {0}, {0})
        self.assertEqual({room["channels"] for room in told["headroom"]}, {None})
        for reason in told["trust"]["reasons"]:
            self.assertLessEqual(set(reason["channels"]), {MINE})
            self.assertNotIn("of 3", reason["text"])
        self.ask("GET", "/api/v1/system/trends", status=403)

    def test_receivers_are_ones_own_and_hear_of_nothing_else(self):
        wide = {"kind": "webhook", "url": "http://127.0.0.1:9/", "allow_private": True}
        own = {**wide, "scoped": True, "channels": [MINE]}
        self.box.ask("PUT", "/api/v1/receivers/hidden-hook", {**wide, "scoped": True, "groups": ["Secretgroup"]})
        self.box.ask("PUT", "/api/v1/receivers/noc", wide)
        self.ask("PUT", "/api/v1/receivers/own", wide, 400)
        self.ask("PUT", "/api/v1/receivers/own", {**own, "channels": [MINE, OTHERS[0]]}, 400)
        self.ask("PUT", "/api/v1/receivers/own", own)
        self.assertEqual([item["id"] for item in self.ask("GET", "/api/v1/receivers")["items"]], ["own"])
        self.ask("GET", "/api/v1/receivers/own/deliveries")
        for name in ("hidden-hook", "noc"):
            for method, path, body in (("GET", "", None), ("DELETE", "", None), ("GET", "/deliveries", None),
                                       ("POST", "/test", {}), ("POST", "/replay", {"seq": 1})):
                self.ask(method, f"/api/v1/receivers/{name}{path}", body, 404)
            self.ask("PUT", f"/api/v1/receivers/{name}", own, 409)
        self.assertEqual(len(self.box.ask("GET", "/api/v1/receivers")["items"]), 3)
        self.ask("DELETE", "/api/v1/receivers/own")

    def test_a_status_page_shows_its_own_channels_with_their_age_and_ends_with_its_token(self):
        self.box.ask("POST", "/api/v1/tokens", {"id": "both", "scopes": ["status", "read"]}, 422)
        made = self.box.ask("POST", "/api/v1/tokens", {"id": "news-page", "name": "News <house>", "scopes": ["status"], "limited": True,
                                                       "groups": ["News"]}, 201)
        self.assertTrue(made["url"].endswith(f"/status/{made['token']}"))
        path = f"/status/{made['token']}"
        page = self.box.ask("GET", path, over="tcp")
        status, headers, _ = self.box.raw("GET", path, over="tcp")
        self.assertEqual((status, headers["cache-control"]), (200, "no-store"))
        self.assertIn("default-src 'none'; style-src 'sha256-", headers["content-security-policy"])
        for wanted in ("News &lt;house&gt;", "Mine-1", "In fault for", "critical: No packets arrive", "0 of 1 channels on air", "Measured ",
                       'http-equiv="refresh"'):
            self.assertIn(wanted, page)
        for hidden in HIDDEN:
            self.assertNotIn(hidden, page)
        self.assertEqual(self.box.raw("GET", "/api/v1/channels", bearer=made["token"], over="tcp")[0], 403)
        self.box.ask("DELETE", "/api/v1/tokens/news-page")
        wait_for("the page has ended", lambda: self.box.raw("GET", path, over="tcp")[0] == 404)


if __name__ == "__main__":
    unittest.main()
