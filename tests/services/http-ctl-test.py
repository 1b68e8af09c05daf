"""gantryctl against a running server: what it prints, and how it ends."""
import json
import os
import pathlib
import select
import socket
import subprocess
import tempfile
import time
import unittest

from http_server import Fixture

COMPLETION = pathlib.Path(__file__).parents[2] / "appliance/ctl/gantryctl.bash"


class Ctl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()
        cls.server.say("raise alarm-9 9")
        cls.server.say("clear alarm-9 10")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def run_ctl(self, *words, socket=None):
        return subprocess.run([os.environ["GANTRYCTL"], "--socket", socket or self.server.control, *words],
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    def run_there(self, *words):
        return subprocess.run([os.environ["GANTRYCTL"], *words], capture_output=True, text=True, timeout=60)

    def good(self, *words):
        done = self.run_ctl(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def test_status_is_the_box_at_a_glance(self):
        text = self.good("status")
        self.assertIn("channels\tfault 1, ok 59\n", text)
        self.assertIn("open alarms\tcritical 1\n", text)
        self.assertEqual(len(json.loads(self.good("status", "--json"))["channels"]), 60)

    def test_lists_are_columns_without_headings_for_programs(self):
        lines = self.good("channel", "list").splitlines()
        self.assertEqual((len(lines), lines[0].split("\t")[:3]), (60, ["channel-01", "fault", "critical"]))
        self.assertEqual(len(self.good("alarm", "list").splitlines()), 1)
        self.assertEqual(len(self.good("alarm", "list", "--all").splitlines()), 2)
        self.assertEqual(len(json.loads(self.good("alarm", "list", "--all", "--json"))["items"]), 2)

    def test_alarms_are_acknowledged_once(self):
        self.good("alarm", "ack", "alarm-1", "--note", "seen")
        again = self.run_ctl("alarm", "ack", "alarm-1")
        self.assertEqual(again.returncode, 6)
        self.assertIn("Already acknowledged", again.stderr)
        self.assertEqual(self.run_ctl("alarm", "ack", "nothing").returncode, 5)

    def test_profiles_are_listed_shown_and_tried(self):
        self.assertEqual(self.good("profile", "list"), "news\tdefault\t2\tyes\tNews\n")
        self.assertEqual(self.good("profile", "show", "news"), "picture-black.raise_s\t3\tA studio is never dark\n")
        self.assertEqual(self.run_ctl("profile", "show", "nothing").returncode, 5)
        text = self.good("profile", "simulate", "news")
        self.assertIn("1 alarm", text)
        self.assertIn("channel-07\tpicture-black\t1\tmajor\t9.5\n", text)
        self.assertEqual(json.loads(self.good("profile", "simulate", "news", "--json"))["alarms"], 1)
        self.assertEqual(self.run_ctl("profile", "simulate", "gone").returncode, 5)

    def test_what_was_learned_of_a_channel_is_shown_and_accepted(self):
        text = self.good("channel", "proposal", "channel-07")
        self.assertIn("channel-07: learning", text)
        self.assertIn("There is a picture", text)
        self.assertIn("A studio is never dark", text)
        self.good("channel", "accept", "channel-07")
        self.assertEqual(self.run_ctl("channel", "accept", "gone").returncode, 5)

    def test_the_journal_is_printed_from_where_one_likes(self):
        lines = self.good("journal").splitlines()
        self.assertEqual([line.split("\t")[0] for line in lines], ["9", "10"])
        self.assertEqual(json.loads(self.good("journal", "--after", "9", "--json"))["kind"], "alarm-cleared")

    def test_links_and_codes_log_in(self):
        self.assertRegex(self.good("login-link"), r"^http://127\.0\.0\.1:\d+/#login=[a-z0-9]{26}\n$")
        code = self.good("setup-code").strip()
        self.assertEqual(self.server.ask("/api/v1/login", "POST", {"code": code})[0], 200)

    def test_a_wrong_word_names_the_nearest_and_ends_with_2(self):
        for words, near in ((("statsu",), "status"), (("alarm", "akk", "x"), "ack"), (("chanel", "list"), "channel")):
            done = self.run_ctl(*words)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), words)
            self.assertIn(f'did you mean "{near}"?', done.stderr)
        for words in ((), ("alarm",), ("alarm", "ack"), ("status", "twice"), ("--nonsense",), ("--timeout", "0", "status")):
            done = self.run_ctl(*words)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), words)

    def test_nobody_at_the_socket_is_3(self):
        done = self.run_ctl("status", socket="/nonexistent/control.sock")
        self.assertEqual(done.returncode, 3)
        self.assertIn("/nonexistent/control.sock", done.stderr)

    def test_an_option_that_says_nothing_to_a_verb_is_refused(self):
        done = self.run_ctl("alarm", "list", "--minutes", "3")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--minutes says nothing to alarm list", done.stderr)

    def test_status_check_ends_as_a_plugin_of_nagios_does(self):
        self.run_ctl("alarm", "unack", "alarm-1")
        done = self.check_until(2)
        self.assertEqual((done.returncode, done.stdout.count("\n")), (2, 1), done)
        self.assertRegex(done.stdout, r"^GANTRY CRITICAL - 59 of 60 channels ok, .* \| channels=60;;;0 channels_ok=59;;;0 ")
        self.good("alarm", "ack", "alarm-1")
        self.assertEqual(self.check_until(0).returncode, 0, "somebody is on it")
        nobody = self.run_ctl("status", "--check", socket="/nonexistent/control.sock")
        self.assertEqual((nobody.returncode, nobody.stdout.split(" - ")[0]), (3, "GANTRY UNKNOWN"))

    def check_until(self, wanted):
        """The plug-in's end; what it shows is as old as the last snapshot."""
        deadline = time.monotonic() + 30
        while (done := self.run_ctl("status", "--check")).returncode != wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        return done

    def test_items_are_a_line_each_for_programs(self):
        lines = self.good("channel", "list", "--jsonl").splitlines()
        self.assertEqual((len(lines), json.loads(lines[0])["id"]), (60, "channel-01"))
        self.assertEqual(self.good("channel", "list", "--quiet"), "")

    def test_members_of_one_thing_are_a_line_each(self):
        self.assertIn("state\tfault\n", self.good("channel", "show", "channel-01"))
        self.assertEqual(self.run_ctl("channel", "show", "nothing").returncode, 5)

    def test_pictures_are_written_to_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.jpg")
            self.good("channel", "thumb", "channel-01", "--output", path)
            with open(path, "rb") as picture:
                self.assertEqual(len(picture.read()), len(self.server.ask("/api/v1/channels/channel-01/thumb.jpg", control=True)[2]))

    def test_what_is_sent_comes_from_option_file_stdin_or_single_members(self):
        self.good("policy", "set", "--body", '{"positions":2}')
        self.good("policy", "set", "--set", "positions=2", "--set", "timezone=Europe/Vienna")
        self.assertEqual(self.run_ctl("policy", "set", "--set", "positions").returncode, 2)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{"positions":2}')
            file.flush()
            self.good("policy", "set", "--body", "@" + file.name)
        self.assertEqual(self.run_ctl("policy", "set", "--body", "@/nonexistent").returncode, 2)

    def test_the_stream_is_watched_line_by_line(self):
        for words, wanted in ((("event", "watch"), "snapshot"), (("alarm", "watch", "--jsonl"), "alarm-12")):
            with subprocess.Popen([os.environ["GANTRYCTL"], "--socket", self.server.control, *words], stdout=subprocess.PIPE,
                                  text=True) as watching:
                if words[0] == "alarm":
                    for seq in range(12, 40):
                        self.server.say(f"raise alarm-12 {seq}")
                        if select.select([watching.stdout], [], [], 0.5)[0]:
                            break
                while True:
                    line = json.loads(watching.stdout.readline())
                    if wanted in (line.get("event"), line.get("id")):
                        break
                watching.terminate()

    def test_another_box_is_asked_with_a_token(self):
        host = f"http://127.0.0.1:{self.server.port}"
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("no-such-token\n")
            file.flush()
            done = self.run_there("--host", host, "--token-file", file.name, "channel", "list")
            self.assertEqual(done.returncode, 4, done)
        self.assertEqual(self.run_there("--host", host, "--token-file", "/nonexistent", "channel", "list").returncode, 2)
        self.assertEqual(self.run_there("--host", "gantry.example", "channel", "list").returncode, 2)
        self.assertEqual(self.run_there("--host", "http://127.0.0.1:1", "channel", "list").returncode, 3)

    def test_the_token_goes_into_the_header_and_nowhere_else(self):
        with socket.create_server(("127.0.0.1", 0)) as door, tempfile.NamedTemporaryFile("w") as file:
            file.write("gantry_abc123\n")
            file.flush()
            with subprocess.Popen([os.environ["GANTRYCTL"], "--host", f"http://127.0.0.1:{door.getsockname()[1]}/", "--token-file",
                                   file.name, "channel", "list", "--jsonl"], stdout=subprocess.PIPE, text=True) as asking:
                peer = door.accept()[0]
                head = peer.recv(4096).decode()
                body = '{"items":[{"id":"one"}],"next_cursor":null}'
                peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                self.assertEqual(asking.stdout.read(), '{"id":"one"}\n')
                peer.close()
            self.assertTrue(head.startswith("GET /api/v1/channels HTTP/1.1\r\n"), head)
            self.assertIn("\r\nAuthorization: Bearer gantry_abc123\r\n", head)
            with open(f"/proc/{os.getpid()}/cmdline", encoding="utf-8") as mine:
                self.assertNotIn("gantry_abc123", mine.read())

    def test_pages_of_a_list_are_one_list(self):
        pages = {"": ('{"items":[{"id":"one"}],"next_cursor":"b c"}'), "cursor=b%20c": '{"items":[{"id":"two"}],"next_cursor":null}'}
        with socket.create_server(("127.0.0.1", 0)) as door:
            with subprocess.Popen([os.environ["GANTRYCTL"], "--host", f"http://127.0.0.1:{door.getsockname()[1]}", "channel", "list",
                                   "--json"], stdout=subprocess.PIPE, text=True) as asking:
                peer = door.accept()[0]
                for query, body in pages.items():
                    asked = peer.recv(4096).decode().split(" ")[1]
                    self.assertEqual(asked.partition("?")[2], query)
                    peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                self.assertEqual([item["id"] for item in json.loads(asking.stdout.read())["items"]], ["one", "two"])
                peer.close()

    def test_a_change_takes_the_tag_that_the_server_asks_for(self):
        answers = [("428 Precondition Required", "", '{"detail":"say which"}'), ("200 OK", 'ETag: "v7"\r\n', "{}"), ("200 OK", "", "{}")]
        heads = []
        with socket.create_server(("127.0.0.1", 0)) as door:
            with subprocess.Popen([os.environ["GANTRYCTL"], "--host", f"http://127.0.0.1:{door.getsockname()[1]}", "policy", "set",
                                   "--set", "positions=3"], stdout=subprocess.PIPE, text=True) as asking:
                peer = door.accept()[0]
                for status, header, body in answers:
                    heads.append(peer.recv(4096).decode())
                    peer.sendall(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{header}Content-Length: {len(body)}\r\n\r\n{body}".encode())
                asking.stdout.read()
                peer.close()
            self.assertEqual(asking.returncode, 0)
        self.assertEqual([head.split(" ")[0] for head in heads], ["PUT", "GET", "PUT"])
        self.assertIn('\r\nIf-Match: "v7"\r\n', heads[2])

    def complete(self, *words, shell="bash"):
        folder = pathlib.Path(os.environ["GANTRYCTL"]).parent
        scripts = {"bash": 'source "$0"; COMP_WORDS=(gantryctl "$@"); COMP_CWORD=$#; _gantryctl; printf "%s\\n" "${COMPREPLY[@]}"'}
        done = subprocess.run(["bash", "-c", scripts[shell], str(COMPLETION), *words], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "GANTRY_SOCKET": self.server.control})
        return done.stdout.split()

    def test_words_options_and_ids_are_completed(self):
        self.assertEqual(self.complete("cha"), ["channel"])
        self.assertEqual(self.complete("alarm", "ac"), ["ack"])
        self.assertEqual(self.complete("channel", "show", "channel-0"), [f"channel-0{i}" for i in range(1, 10)])
        self.assertEqual(self.complete("profile", "show", ""), ["news"])
        self.assertEqual(self.complete("alarm", "shelve", "x", "--mi"), ["--minutes"])
        self.assertEqual(self.complete("alarm", "list", "--channel", "channel-60"), ["channel-60"])
        self.assertEqual(self.complete("nonsense", "x"), [])

    def test_help_has_examples(self):
        done = self.run_ctl("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Examples:", done.stdout)
        self.assertIn("alarm ack ID", done.stdout)


if __name__ == "__main__":
    unittest.main()
