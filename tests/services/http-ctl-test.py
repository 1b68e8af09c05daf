"""gantryctl against a running server: what it prints, and how it ends."""
import json
import os
import subprocess
import unittest

from http_server import Fixture


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
                              capture_output=True, text=True, timeout=30)

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

    def test_help_has_examples(self):
        done = self.run_ctl("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Examples:", done.stdout)
        self.assertIn("alarm ack ID", done.stdout)


if __name__ == "__main__":
    unittest.main()
