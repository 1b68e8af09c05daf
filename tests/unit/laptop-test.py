#!/usr/bin/env python3
"""What ./run is made of: arguments refused in one line, progress, signatures, pid files."""
import base64
import contextlib
import hashlib
import hmac
import io
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "image" / "laptop"))

import main  # noqa: E402
import process  # noqa: E402
import receiver  # noqa: E402
import words  # noqa: E402


class Arguments(unittest.TestCase):
    def refused(self, *arguments):
        with self.assertRaises(words.Refused) as caught:
            main.arguments(list(arguments))
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_a_wrong_argument_is_refused_with_the_nearest_right_one(self):
        self.assertIn("did you mean --port", self.refused("--prot", "1"))
        self.assertIn("1 to 65535", self.refused("--port", "70000"))
        self.assertIn("1 to 240", self.refused("--count", "0"))
        self.assertIn("IP address", self.refused("--listen", "here"))
        self.assertIn("no such file", self.refused("--channels", "/nonexistent"))

    def test_arguments_that_contradict_each_other_are_refused(self):
        with tempfile.NamedTemporaryFile() as channels:
            self.assertIn("--count", self.refused("--channels", channels.name, "--count", "3"))
            self.assertIn("--check", self.refused("--channels", channels.name, "--check"))
            self.assertIn("no such interface", self.refused("--channels", channels.name, "--interface", "nope0"))
        self.assertIn("--channels", self.refused("--interface", "lo"))
        self.assertIn("no such program", self.refused("--worker", "/etc/passwd"))
        self.assertIn("a kind", self.refused("--break", "ch-01"))

    def test_usual_values_stand_where_nothing_is_said(self):
        options = main.arguments([])
        self.assertEqual((options.count, options.port, options.listen), (60, 8080, "127.0.0.1"))

    def test_a_break_without_a_running_system_says_so(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(words.Refused) as caught:
            main.damage(main.arguments(["--break", "ch-01", "stop", "--state", folder]))
        self.assertIn("start ./run first", str(caught.exception))


class ProgressLine(unittest.TestCase):
    def test_the_time_left_follows_from_the_share_done(self):
        now = [100.0]
        progress = words.Progress("Building", io.StringIO(), lambda: now[0])
        self.assertIsNone(progress.left(0.0))
        now[0] += 30
        self.assertAlmostEqual(progress.left(0.25), 90)
        progress.show(0.25, "x.o")
        self.assertIn("25%, about 1 min 30 s left", progress.out.getvalue())


class Signature(unittest.TestCase):
    SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()

    def headers(self, body, stamp):
        digest = hmac.new(b"0123456789abcdef", f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
        return {"webhook-id": "msg_1", "webhook-timestamp": str(stamp),
                "webhook-signature": "v1,AAAA v1," + base64.b64encode(digest).decode()}

    def test_only_the_right_body_at_about_the_right_time_passes(self):
        good = self.headers(b"{}", 1000)
        self.assertTrue(receiver.is_signed(self.SECRET, good, b"{}", 1100))
        self.assertFalse(receiver.is_signed(self.SECRET, good, b"{ }", 1100))
        self.assertFalse(receiver.is_signed(self.SECRET, good, b"{}", 9000))
        self.assertFalse(receiver.is_signed(self.SECRET, {}, b"{}", 1000))


class PidFiles(unittest.TestCase):
    def test_a_pid_file_names_its_own_process_and_no_later_one(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.pid"
            started = process.start_time(os.getpid())
            path.write_text(f"{os.getpid()} {started}\n")
            self.assertEqual(process.read_pid_file(path), os.getpid())
            path.write_text(f"{os.getpid()} {started - 1}\n")
            self.assertIsNone(process.read_pid_file(path))
            path.write_text("rubbish\n")
            self.assertIsNone(process.read_pid_file(path))

    def test_a_process_that_ended_is_started_again_after_its_hold_off(self):
        with tempfile.TemporaryDirectory() as folder:
            kept = process.Kept("x", ["true"], pathlib.Path(folder), pathlib.Path(folder))
            kept.start()
            kept.child.wait()
            self.assertIn("starting it again in 1 s", kept.tend())
            self.assertIsNone(kept.tend())
            kept.due_at = 0
            kept.tend()
            self.assertEqual(kept.restarts, 1)
            kept.end(1)
            self.assertFalse((pathlib.Path(folder) / "x.pid").exists())


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        unittest.main()
