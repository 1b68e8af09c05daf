"""The sound of recordings through the API: the same as the probe makes of the clip, in pieces that join, and what happens when the
process that decodes hangs, dies, talks without end or is not there."""
import array
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from http_server import Fixture
from http_clips import PACKET, Recording, text

PROBE = os.environ["GANTRY_PROBE"]
PID, SECONDS, PIECES = 257, 12, 3
DEADLINE_S = 10  # SOUND_DEADLINE_S


def stream(folder):
    """A transport stream with nothing but MP2 in it: (PAT and PMT, all packets)."""
    path = folder / "sound.ts"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=440:r=48000:d={SECONDS}", "-c:a", "mp2", "-b:a", "192k",
                    "-f", "mpegts", "-mpegts_start_pid", str(PID), "-mpegts_pmt_start_pid", "4096", str(path)], check=True)
    data = path.read_bytes()
    packets = [data[at:at + PACKET] for at in range(0, len(data), PACKET)]
    head = [next(one for one in packets if (one[1] << 8 | one[2]) & 0x1fff == pid) for pid in (0, 4096)]
    return head, packets


def facts(wav):
    """(rate, first PTS, samples of both channels in turn)"""
    rate, pts, size = struct.unpack("<24xI16xQ4xI", wav[:60])
    assert wav[:4] == b"RIFF" and wav[36:40] == b"pts " and size + 60 == len(wav), wav[:60]
    return rate, pts, array.array("h", wav[60:])


class Box(unittest.TestCase):
    program = PROBE

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gantry-sound-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.head, cls.packets = stream(cls.folder)

    def start(self, program):
        self.server = Fixture(environment={"HTTP_PROBE": str(program)}).__enter__()
        self.addCleanup(self.stop)
        self.cookie = self.server.login("viewer")
        recording, size = Recording(self.server), len(self.packets) // PIECES
        self.begin = round(time.time(), 3) - 100
        for i in range(PIECES):
            packets = self.packets[i * size:(i + 1) * size if i < PIECES - 1 else None]
            recording.add_packets(self.begin + i * SECONDS / PIECES, SECONDS / PIECES, self.head + packets)

    def stop(self):
        if self.server:
            server, self.server = self.server, None
            server.__exit__()

    def script(self, text_of_it):
        path = self.folder / "program"
        path.write_text(f"#!/bin/sh\n{text_of_it}\n", encoding="ascii")
        path.chmod(0o700)
        return path

    def ask(self, query, first=0, last=PIECES - 1, kind="sound.wav"):
        """Of the pieces @first to @last."""
        begin, end = self.begin + first * SECONDS / PIECES + 0.5, self.begin + last * SECONDS / PIECES + 1
        return self.server.ask(f"/api/v1/channels/channel-01/{kind}?from={text(begin)}&to={text(end)}{query}", cookie=self.cookie)

    def children(self):
        children = pathlib.Path(f"/proc/{self.server.process.pid}/task").glob("*/children")
        return [child for path in children for child in path.read_text(encoding="ascii").split()]


class Sound(Box):
    def setUp(self):
        self.start(self.program)

    def test_it_is_what_the_probe_makes_of_the_clip(self):
        status, headers, body = self.ask(f"&pid={PID}")
        self.assertEqual((status, headers["content-type"]), (200, "audio/wav"), body[:200])
        clip = self.ask("", kind="clip.ts")
        made = subprocess.run([PROBE, "--sound", str(PID), "-"], input=clip[2], capture_output=True, check=True).stdout
        self.assertEqual(body, made)
        for name in ("x-clip-from", "x-clip-to", "x-clip-gaps"):
            self.assertEqual(headers[name], clip[1][name], name)
        rate, _, samples = facts(body)
        self.assertAlmostEqual(len(samples) / 2 / rate, SECONDS, delta=0.1)

    def test_pieces_join_without_a_gap(self):
        rate, pts, whole = facts(self.ask(f"&pid={PID}")[2])
        joined, after = array.array("h"), None
        for i in range(PIECES):
            body = self.ask(f"&pid={PID}" + (f"&after={after}" if i else ""), max(0, i - 1), i)[2]
            _, begin, samples = facts(body)
            self.assertTrue(i == 0 or abs(begin - after) <= 1, (begin, after))
            after = begin + len(samples) // 2 * 90000 // rate
            joined += samples
        self.assertEqual(joined, whole)

    def test_what_is_not_there_is_not_found(self):
        _, pts, _ = facts(self.ask(f"&pid={PID}")[2])
        for query in ("&pid=300", f"&pid={PID}&after={pts + 90000 * (SECONDS + 1)}"):
            status, _, body = self.ask(query)
            self.assertEqual((status, json.loads(body)["type"]), (404, "/problems/not-found"), query)
        self.assertEqual(self.server.ask(f"/api/v1/channels/channel-01/sound.wav?pid={PID}&from={text(1)}&to={text(9)}", cookie=self.cookie)[0], 404)

    def test_wrong_parameters_are_refused(self):
        for query in ("", "&pid=0", "&pid=8191", "&pid=x"):
            self.assertEqual(self.ask(query)[0], 400, query)
        begin = self.begin
        for query in ("", f"from={text(begin)}&to={text(begin + 61)}", f"from={text(begin)}&to={text(begin - 1)}"):
            self.assertEqual(self.server.ask(f"/api/v1/channels/channel-01/sound.wav?pid={PID}&{query}", cookie=self.cookie)[0], 400, query)
        self.assertEqual(self.server.ask(f"/api/v1/channels/nothing/sound.wav?pid={PID}&from={text(1)}&to={text(2)}", cookie=self.cookie)[0], 404)


class Misbehaviour(Box):
    def refused(self, wanted="/problems/unavailable"):
        status, _, body = self.ask(f"&pid={PID}")
        self.assertEqual((status, json.loads(body)["type"]), (503, wanted))
        self.assertEqual(self.server.ask("/healthz")[0], 200)

    def test_one_that_dies_is_told(self):
        for text_of_it in ("exit 3", "cat > /dev/null; exit 1", "kill -9 $$", "cat > /dev/null"):
            with self.subTest(text_of_it):
                self.start(self.script(text_of_it))
                self.refused()
                self.stop()

    def test_one_that_is_not_there_is_told(self):
        self.start(self.folder / "absent")
        self.refused()

    def test_one_that_talks_without_end_is_ended(self):
        self.start(self.script("exec cat /dev/zero"))
        before = self.server.rss_kb()
        self.refused()
        if self.server.counts_memory:
            self.assertLess(self.server.rss_kb() - before, 60_000)
        self.assertEqual(self.children(), [])

    def test_four_that_hang_hold_nobody_up_and_are_ended(self):
        self.start(self.script("exec sleep 99"))
        answers, begin = [], time.monotonic()
        threads = [threading.Thread(target=lambda: answers.append(self.ask(f"&pid={PID}")[0])) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(self.children()) < 4 and time.monotonic() - begin < DEADLINE_S - 5:
            time.sleep(0.05)
        self.refused("/problems/busy")
        self.assertEqual(self.ask("", kind="clip.ts")[0], 200, "a clip needs nobody who decodes")
        for thread in threads:
            thread.join()
        took = time.monotonic() - begin
        print(f"sound: four hang, a fifth is told to wait, answers {answers} after {took:.1f} s")
        self.assertEqual(answers, [503] * 4)
        self.assertLess(took, DEADLINE_S + 10)
        self.assertEqual(self.children(), [])

    def test_the_server_ends_with_what_hangs(self):
        self.start(self.script("exec sleep 99"))
        peer = self.server.connect()
        begin, end = text(self.begin), text(self.begin + 1)
        peer.sendall(f"GET /api/v1/channels/channel-01/sound.wav?pid={PID}&from={begin}&to={end} HTTP/1.1\r\nHost: x\r\n"
                     f"Cookie: gantry_sid={self.cookie}\r\n\r\n".encode())
        deadline = time.monotonic() + 10
        while not self.children() and time.monotonic() < deadline:
            time.sleep(0.05)
        child = self.children()[0]
        began = time.monotonic()
        self.stop()
        self.assertLess(time.monotonic() - began, 10)
        self.assertFalse(pathlib.Path(f"/proc/{child}").exists(), "it is still there")
        peer.close()


if __name__ == "__main__":
    unittest.main()
