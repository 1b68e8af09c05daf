"""Recordings through the API: what there is, clips of it as transport streams, and clients that are slow or leave."""
import datetime
import json
import os
import socket
import time
import unittest

from http_clips import PACKET, PACKETS, Recording, text
from http_server import Fixture

def take_all(peer):
    answer = bytearray()
    while part := peer.recv(1 << 20):
        answer += part
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    return head, body


class Clips(unittest.TestCase):
    def setUp(self):
        self.server = Fixture().__enter__()
        self.cookie = self.server.login("viewer")
        self.recording = Recording(self.server)
        self.now = round(time.time(), 3)

    def tearDown(self):
        self.server.__exit__()

    def ask(self, path, **more):
        return self.server.ask(path, cookie=self.cookie, **more)

    def raised(self):
        """When alarm-1 was; the fixture has started a minute later."""
        told = json.loads(self.ask("/api/v1/alarms/alarm-1")[2])["alarm"]["raised_at"]
        return datetime.datetime.fromisoformat(told).timestamp()

    def clip(self, begin, end, **more):
        return self.ask(f"/api/v1/channels/channel-01/clip.ts?from={text(begin)}&to={text(end)}", **more)

    def test_a_clip_is_whole_segments_without_what_is_repeated(self):
        begin = self.now - 100
        parts = [self.recording.add(begin + 6 * i) for i in range(5)]
        status, headers, body = self.clip(begin + 8, begin + 20)
        self.assertEqual(status, 200, body[:200])
        self.assertEqual(headers["content-type"], "video/mp2t")
        self.assertEqual(int(headers["content-length"]), len(body))
        self.assertRegex(headers["content-disposition"], r'^attachment; filename="channel-01-\d{8}T\d{6}Z\.ts"$')
        self.assertEqual(body, parts[1] + parts[2][2 * PACKET:] + parts[3][2 * PACKET:])
        self.assertEqual(headers["x-clip-from"], text(begin + 6))
        self.assertEqual(headers["x-clip-key"], "true")
        self.assertEqual((headers["x-clip-lost-packets"], headers["x-clip-gaps"]), ("0", "0"))

    def test_a_clip_begins_with_the_key_frame_before(self):
        begin = self.now - 100
        parts = [self.recording.add(begin), self.recording.add(begin + 6, key=0), self.recording.add(begin + 12)]
        body = self.clip(begin + 8, begin + 10)[2]
        self.assertEqual(body, parts[0] + parts[1][2 * PACKET:])

    def test_holes_and_gaps_are_told(self):
        begin = self.now - 200
        self.recording.add(begin, lost=7)
        self.recording.add(begin + 60)
        headers = self.clip(begin, begin + 66)[1]
        self.assertEqual((headers["x-clip-lost-packets"], headers["x-clip-gaps"]), ("7", "1"))

    def test_an_alarm_has_a_clip_of_half_a_minute_on_both_sides(self):
        raised = self.raised()
        for i in range(20):
            self.recording.add(raised - 60 + 6 * i)
        status, headers, body = self.ask("/api/v1/alarms/alarm-1/clip.ts")
        self.assertEqual(status, 200, body[:200])
        self.assertLessEqual(headers["x-clip-from"], text(raised - 30 + 3))
        self.assertGreaterEqual(headers["x-clip-to"], text(raised + 30 - 3))
        self.assertLess(len(body), 13 * PACKETS * PACKET)
        self.assertEqual(self.ask("/api/v1/alarms/nothing/clip.ts")[0], 404)

    def test_what_was_kept_of_an_alarm_is_its_clip_also_when_the_recording_has_gone_on(self):
        raised = self.raised()
        self.recording.add(raised)
        kept = Recording(self.server, "clip", "alarm-1", "evidence")
        parts = [kept.add(raised - 36 + 6 * i) for i in range(3)]
        status, _, body = self.ask("/api/v1/alarms/alarm-1/clip.ts")
        self.assertEqual(status, 200, body[:200])
        self.assertEqual(body, parts[0] + parts[1][2 * PACKET:] + parts[2][2 * PACKET:])

    def test_what_is_not_over_comes_later_or_as_far_as_it_is(self):
        self.recording.add(self.now - 10)
        data = self.recording.add(self.now - 4, still_open=1)
        status, headers, body = self.clip(self.now - 5, self.now + 30)
        self.assertEqual((status, json.loads(body)["type"]), (409, "/problems/too-early"))
        self.assertLessEqual(self.now + 30 - time.time(), int(headers["retry-after"]))
        self.assertLessEqual(int(headers["retry-after"]), 40)
        path = f"/api/v1/channels/channel-01/clip.ts?from={text(self.now - 3)}&to={text(self.now + 30)}&now=1"
        status, headers, body = self.ask(path)
        self.assertEqual(status, 200)
        self.assertEqual(body, data)

    def test_nothing_recorded_is_not_found(self):
        self.assertEqual(self.clip(self.now - 3600, self.now - 3500)[0], 404)
        self.recording.add(self.now - 100)
        self.assertEqual(self.clip(self.now - 50, self.now - 40)[0], 404)

    def test_bad_times_are_refused(self):
        base = "/api/v1/channels/channel-01/clip.ts"
        for query in ("", "?from=x&to=y", f"?from={text(self.now)}", f"?from={text(self.now - 10)}&to={text(self.now - 20)}",
                      f"?from={text(self.now - 1000)}&to={text(self.now - 600)}"):
            self.assertEqual(self.ask(base + query)[0], 400, query)
        self.assertEqual(self.ask(f"/api/v1/channels/nothing/clip.ts?from={text(1)}&to={text(2)}")[0], 404)

    def test_clips_need_a_login(self):
        for path in ("/api/v1/channels/channel-01/segments", "/api/v1/channels/channel-01/clip.ts", "/api/v1/alarms/alarm-1/clip.ts"):
            self.assertEqual(self.server.ask(path)[0], 401, path)

    def test_the_index_is_listed(self):
        begin = self.now - 100
        self.recording.add(begin)
        self.recording.add(begin + 10, lost=3, key=0)
        self.recording.add(begin + 16, still_open=1)
        answer = json.loads(self.ask("/api/v1/channels/channel-01/segments")[2])
        items = answer["items"]
        self.assertEqual([(item["key"], item["open"], item["lost_packets"]) for item in items],
                         [(True, False, 0), (False, False, 3), (True, True, 0)])
        self.assertEqual([item["gap_before_seconds"] for item in items], [0, 4, 0])
        self.assertEqual((items[0]["from"], items[0]["packets"], items[0]["first_pts"]), (text(begin), PACKETS, 900000))
        self.assertEqual(answer["bytes"], 3 * PACKETS * PACKET)
        later = json.loads(self.ask(f"/api/v1/channels/channel-01/segments?from={text(begin + 12)}")[2])["items"]
        self.assertEqual(len(later), 2)

    def test_links_and_pipes_of_a_worker_are_not_followed(self):
        begin = self.now - 100
        self.recording.add(begin)
        self.recording.add(begin + 6)
        names = sorted(name for name in os.listdir(self.recording.folder) if name.endswith(".ts"))
        os.unlink(os.path.join(self.recording.folder, names[0]))
        os.symlink("/etc/passwd", os.path.join(self.recording.folder, names[0]))
        os.unlink(os.path.join(self.recording.folder, names[1]))
        os.mkfifo(os.path.join(self.recording.folder, names[1]))
        self.assertEqual(self.clip(begin, begin + 12)[0], 404)

    def test_head_tells_the_size_and_sends_nothing(self):
        begin = self.now - 100
        data = self.recording.add(begin)
        path = f"/api/v1/channels/channel-01/clip.ts?from={text(begin)}&to={text(begin + 5)}"
        status, headers, body = self.ask(path, method="HEAD")
        self.assertEqual((status, int(headers["content-length"]), body), (200, len(data), b""))

    def open_clip(self, begin, end, buffer=None):
        peer = self.server.connect()
        if buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        peer.sendall(f"GET /api/v1/channels/channel-01/clip.ts?from={text(begin)}&to={text(end)} HTTP/1.1\r\nHost: x\r\n"
                     f"Connection: close\r\nCookie: gantry_sid={self.cookie}\r\n\r\n".encode())
        return peer

    def wait_for_head(self, peer):
        while b"\r\n\r\n" not in peer.recv(4096, socket.MSG_PEEK):
            time.sleep(0.01)

    def test_slow_clients_cost_no_memory_and_get_all(self):
        begin = self.now - 200
        for i in range(20):
            self.recording.add(begin + 6 * i, packets=3 * PACKETS)
        rss = self.server.rss_kb()
        peers = [self.open_clip(begin, begin + 119, buffer=65536) for _ in range(8)]
        for peer in peers:
            self.wait_for_head(peer)
        time.sleep(1)
        if self.server.counts_memory:
            self.assertLess(self.server.rss_kb() - rss, 32 << 10)  # of 540 MB that were asked for
        self.assertEqual(self.ask("/healthz")[0], 200)
        status, headers, _ = self.clip(begin, begin + 10)
        self.assertEqual((status, headers["retry-after"]), (503, "5"))
        for peer in peers[1:]:
            peer.close()
        head, body = take_all(peers[0])
        self.assertIn(f"Content-Length: {len(body)}".encode(), head)
        self.assertGreater(len(body), 60 << 20)
        peers[0].close()
        deadline = time.monotonic() + 60
        while self.clip(begin, begin + 10)[0] != 200:
            self.assertLess(time.monotonic(), deadline, "clips of clients that left are not freed")
            time.sleep(0.1)

    def test_a_clip_outlives_its_segments(self):
        begin = self.now - 100
        parts = [self.recording.add(begin + 6 * i, packets=5 * PACKETS) for i in range(3)]
        peer = self.open_clip(begin, begin + 17, buffer=65536)
        self.wait_for_head(peer)
        for name in os.listdir(self.recording.folder):
            os.unlink(os.path.join(self.recording.folder, name))
        body = take_all(peer)[1]
        peer.close()
        self.assertEqual(body, parts[0] + parts[1][2 * PACKET:] + parts[2][2 * PACKET:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
