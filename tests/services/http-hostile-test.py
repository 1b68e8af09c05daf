"""What hostile or broken clients do to the HTTP server: smuggling, drips, floods, no file descriptors."""
import socket
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

    def test_ambiguous_requests_are_refused_and_the_connection_ends(self):
        head = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        requests = {
            "length and chunks": head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
            "chunks": head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
            "bare line feeds": head + b"Transfer-Encoding: chunked\r\n\r\n0\n\n" + SMUGGLED,
            "two lengths": head + b"Content-Length: 0\r\nContent-Length: 35\r\n\r\n" + SMUGGLED,
            "list of lengths": head + b"Content-Length: 0, 35\r\n\r\n" + SMUGGLED,
            "negative length": head + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
            "signed length": head + b"Content-Length: +5\r\n\r\n" + SMUGGLED,
            "two hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED,
        }
        for name, request in requests.items():
            with self.subTest(name):
                answer = self.answers(request)
                self.assertEqual(parse(answer)[0], 400, answer[:80])
                self.assertEqual(answer.count(b"HTTP/1.1"), 1, "a second request was served")
        self.alive()

    def test_methods_that_nothing_needs_are_refused(self):
        for method in ("TRACE", "OPTIONS", "CONNECT", "BREW"):
            with self.subTest(method):
                status = parse(self.answers(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode()))[0]
                self.assertIn(status, (400, 405, 501))

    def test_paths_do_not_leave_the_dashboard(self):
        for path in ("/../etc/passwd", "/assets/../../etc/passwd", "/%2e%2e/etc/passwd", "/assets/%2e%2e%2fx",
                     "/.git/config", "//etc/passwd", "/assets/a%00b"):
            with self.subTest(path):
                self.assertIn(self.server.ask(path)[0], (400, 404))

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

    def test_slow_headers_are_cut(self):
        drip, mute = self.server.connect(30), self.server.connect(30)
        drip.setblocking(False)
        started = time.monotonic()
        ended = None
        drip.send(b"GET /healthz HTTP/1.1\r\n")
        while ended is None and time.monotonic() - started < 20:
            time.sleep(1)
            try:
                drip.send(b"X")
                if drip.recv(100) == b"":
                    ended = time.monotonic() - started
            except BlockingIOError:
                pass
            except (BrokenPipeError, ConnectionResetError):
                ended = time.monotonic() - started
        self.assertIsNotNone(ended, "a drip of one byte a second kept its connection")
        self.assertLess(ended, 14)
        self.assertEqual(mute.recv(100), b"")
        drip.close()
        mute.close()
        self.alive()

    def test_300_connections_leave_the_control_socket_reachable_and_go_away(self):
        started = time.monotonic()
        peers = [self.server.connect() for _ in range(300)]
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(self.server.ask("/api/v1/channels", control=True)[0], 200)
        refused = 0
        for peer in peers[280:]:
            refused += parse(peer.recv(1000))[0] == 503
        self.assertEqual(refused, 20)
        for peer in peers:
            peer.close()
        time.sleep(0.5)
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
        deadline = time.monotonic() + 5
        while b"gantry_sse_clients 0\n" not in self.server.ask("/metrics")[2] and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertLess(time.monotonic(), deadline, "the stream is still there")
        stream.close()

    def test_it_serves_again_after_it_ran_out_of_file_descriptors(self):
        with Fixture(max_fds=64) as server:
            peers = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(90)]
            time.sleep(0.5)
            for peer in peers:
                peer.close()
            time.sleep(0.5)
            self.assertEqual(server.ask("/healthz")[0], 200)


if __name__ == "__main__":
    unittest.main()
