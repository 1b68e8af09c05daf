"""gantryctl journal --file: what a dead gantryd's journal holds, sound or damaged."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest


class JournalFile(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="gantry-journal-")
        self.folder = pathlib.Path(self.temporary.name) / "journal"
        subprocess.run([os.environ["JOURNAL_PUSH"], str(self.folder), "1", "1", "40"], check=True, capture_output=True)
        self.segment = next(self.folder.glob("*.segment"))

    def tearDown(self):
        self.temporary.cleanup()

    def ctl(self, *words, path=None):
        return subprocess.run([os.environ["GANTRYCTL"], "journal", "--file", str(path or self.folder), *words],
                              capture_output=True, text=True, timeout=20)

    def seqs(self, done):
        return [json.loads(line)["seq"] for line in done.stdout.splitlines()]

    def test_a_folder_and_a_segment_are_printed_whole_and_unchanged(self):
        before = {path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        done = self.ctl("--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        seqs = self.seqs(done)
        self.assertGreater(len(seqs), 20)
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
        self.assertEqual(self.seqs(self.ctl("--json", path=self.segment)), seqs)
        self.assertEqual(self.seqs(self.ctl("--json", "--after", "10")), seqs[10:])
        self.assertEqual({path: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}, before)

    def test_lines_have_the_columns_that_gantryd_answers_with(self):
        line = self.ctl().stdout.splitlines()[0].split("\t")
        self.assertEqual((len(line), line[0], line[2:7]), (8, "1", ["alarm-raised", "critical", "channel/channel-17", "no-packets",
                                                                   "No packets: nothing has arrived on the interface for 1.0 s"]))
        self.assertRegex(line[1], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_damaged_middle_is_said_and_costs_no_other_event(self):
        whole = self.seqs(self.ctl("--json"))
        data = bytearray(self.segment.read_bytes())
        data[1500:1510] = b"\xee" * 10
        self.segment.write_bytes(data)
        done = self.ctl("--json")
        self.assertEqual(done.returncode, 1)
        self.assertIn("damaged bytes were passed over", done.stderr)
        self.assertEqual(len(set(whole) - set(self.seqs(done))), 1)

    def test_what_is_no_journal_is_said(self):
        self.assertEqual(self.ctl(path="/nowhere").returncode, 5)
        self.segment.write_bytes(b"garbage")
        done = self.ctl()
        self.assertEqual(done.returncode, 1)
        self.assertIn("is no segment of a journal", done.stderr)


if __name__ == "__main__":
    unittest.main()
