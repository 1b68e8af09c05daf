"""What hostile or broken clients do to the HTTP server: smuggling, drips, floods, no file descriptors."""
import time
import unittest

from http_server import Fixture, Stream, parse, read_all

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def answers(self, request):
        with self.server.connect() as peer:
            peer.sendall(request)
            return read_all(peer)

    def alive(self):
        self.assertEqual(self.server.ask("/healthz")[0], 200)

    def test_row_60_whatever_can_be_read_in_two_ways_is_refused_and_the_connection_ends(self):
        post = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        get = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
        chunks = b"\r\n0\r\n\r\n"
        requests = {
            "length and chunks": post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + chunks,
            "chunks and length": post + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + chunks,
            "chunks": post + b"Transfer-Encoding: chunked\r\n" + chunks,
            "two codings": post + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n" + chunks,
            "a coding nobody knows": post + b"Transfer-Encoding: xchunked\r\n" + chunks,
            "a coding behind a tab": post + b"Transfer-Encoding:\tchunked\r\n" + chunks,
            "a coding before a space": post + b"Transfer-Encoding : chunked\r\n" + chunks,
            "bare line feeds in chunks": post + b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
            "two lengths": post + b"Content-Length: 0\r\nContent-Length: 35\r\n\r\n",
            "two equal lengths": post + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
            "list of lengths": post + b"Content-Length: 0, 35\r\n\r\n",
            "negative length": post + b"Content-Length: -1\r\n\r\n",
            "signed length": post + b"Content-Length: +5\r\n\r\n",
            "hexadecimal length": post + b"Content-Length: 0x5\r\n\r\n",
            "length with a space": post + b"Content-Length: 1 2\r\n\r\n",
            "empty length": post + b"Content-Length: \r\n\r\n",
            "bare line feeds": b"GET /healthz HTTP/1.1\nHost: x\n\n",
            "one bare line feed": get + b"A: b\n\r\n",
            "bare carriage return": get + b"A: b\rGET / HTTP/1.1\r\n\r\n",
            "NUL in a field": get + b"A: b\0c\r\n\r\n",
            "NUL in the target": b"GET /health\0z HTTP/1.1\r\nHost: x\r\n\r\n",
            "a folded field": get + b"A: b\r\n c\r\n\r\n",
            "a field before the first": b"GET /healthz HTTP/1.1\r\n A: b\r\nHost: x\r\n\r\n",
            "absolute target": b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            "two hosts": get + b"Host: b\r\n\r\n",
            "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
            "a line before the request": b"\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            "a space in the target": b"GET /health z HTTP/1.1\r\nHost: x\r\n\r\n",
            "HTTP/0.9": b"GET /healthz\r\n\r\n",
        }
        for name, request in requests.items():
            with self.subTest(name):
                answer = self.answers(request + SMUGGLED)
                self.assertEqual(parse(answer)[0], 400, answer[:80])
                self.assertEqual((answer.count(b"HTTP/1.1 "), answer.count(b"HTTP/1.0 ")), (1, 0), "a second answer was given")
        self.alive()
        print(f"row 60: {len(requests)} variants, 400 and closed each, second requests served 0")

    def test_row_60_methods_that_nothing_needs_are_refused(self):
        for method, status in (("TRACE", 405), ("OPTIONS", 405), ("CONNECT", 405), ("BREW", 501), ("get", 501), ("PRI", 501)):
            with self.subTest(method):
                answer = self.answers(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode() + SMUGGLED)
                self.assertEqual((parse(answer)[0], answer.count(b"HTTP/1.1 ")), (status, 1))
        self.assertEqual(parse(self.answers(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))[0], 501)

    def test_row_60_what_follows_a_good_request_is_the_next_one_and_no_more(self):
        body = b'{"user":"viewer","password":"wrong"}'
        login = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        answer = self.answers(login + body + SMUGGLED + SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + SMUGGLED)
        self.assertEqual(answer.count(b"HTTP/1.1 "), 3)
        self.assertIn(b"HTTP/1.1 401", answer)

    def test_row_61_paths_do_not_leave_the_dashboard(self):
        paths = ["/../etc/passwd", "/assets/../../etc/passwd", "/%2e%2e/etc/passwd", "/assets/%2e%2e%2fx", "/.git/config",
                 "//etc/passwd", "/assets/a%00b", "/assets/..%5c..%5cetc", "/%c0%ae%c0%ae/etc/passwd", "/..;/etc/passwd",
                 "/assets/%252e%252e/x", "/%e0%80%ae%e0%80%ae/x", "/assets//../../x", "/./../x", "/assets/%ff"]
        ids = ["..", "%2e%2e", "..%2f..%2fetc", "%2fetc%2fpasswd", "a%00", "..%5c", "%c0%ae%c0%ae", "UPPER", "-a", "a" * 64,
               "a.b", "a%0d%0aX-Evil:%201"]
        routes = ["/api/v1/channels/{}", "/api/v1/channels/{}/thumb.jpg", "/api/v1/channels/{}/thumbnails",
                  "/api/v1/channels/{}/segments", "/api/v1/alarms/{}/evidence", "/api/v1/alarms/{}/evidence/before.jpg",
                  "/api/v1/alarms/alarm-1/evidence/{}", "/api/v1/channels/channel-01/thumbnails/{}",
                  "/api/v1/channels/{}/clip.ts?from=2026-01-01T00:00:00Z&to=2026-01-01T00:01:00Z",
                  "/api/v1/channels/{}/sound.wav?pid=257&from=2026-01-01T00:00:00Z&to=2026-01-01T00:01:00Z"]
        asked = paths + [route.format(name) for route in routes for name in ids]
        cookie = self.server.login("viewer")
        for path in asked:
            with self.subTest(path):
                status, headers, body = self.server.ask(path, cookie=cookie)
                self.assertIn(status, (400, 404, 503), body[:200])
                self.assertNotIn("x-evil", headers)
                self.assertNotIn(b"root:", body)
        print(f"row 61: {len(asked)} paths, files outside the state folder read: 0")

    def test_a_long_url_is_refused(self):
        self.assertIn(self.server.ask("/api/v1/channels?x=" + "a" * 5000)[0], (400, 414))

    def test_a_huge_body_is_refused_at_its_header_and_costs_no_memory(self):
        before = self.server.rss_kb()
        with self.server.connect() as peer:
            peer.sendall(b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                         b"Content-Length: 3000000000\r\n\r\n")
            sent = 0
            try:
                while sent < 64 << 20:
                    sent += peer.send(b"x" * 65536)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertLess(sent, 64 << 20, "the server went on reading")
        if self.server.counts_memory:
            self.assertLess(self.server.rss_kb() - before, 4096)
        self.alive()

    def test_a_body_over_the_cap_is_413(self):
        answer = self.answers(b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                              b"Content-Length: 65537\r\n\r\n")
        self.assertEqual(parse(answer)[0], 413)

    def test_deep_json_is_refused(self):
        body = b'{"user":' + b"[" * 20000 + b"]" * 20000 + b"}"
        self.assertEqual(self.server.ask("/api/v1/login", "POST", body)[0], 400)
        self.alive()

    def test_a_stream_that_reads_nothing_is_cut_and_costs_little_memory(self):
        stream = Stream(self.server, self.server.login("viewer"), buffer=4096)
        stream.next()
        before = self.server.rss_kb()
        self.server.say("flood 60000 100")  # 30 MB of frames if all were kept
        while b'"seq":60099' not in self.server.ask("/api/v1/events/log?after=60098", control=True)[2]:
            time.sleep(0.1)
        if self.server.counts_memory:
            self.assertLess(self.server.rss_kb() - before, 15000)
        deadline = time.monotonic() + 30
        while b"gantry_sse_clients 0\n" not in self.server.ask("/metrics")[2] and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertLess(time.monotonic(), deadline, "the stream is still there")
        stream.close()


if __name__ == "__main__":
    unittest.main()
