"""What holds for every route: problem documents, request ids, retries with a key, rates, cursors, parts of lists."""
import json
import os
import socket
import struct
import time
import unittest

from api_schema import Api
from http_server import Fixture, read_all


class Conventions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()
        cls.api = Api(cls.server.ask("/api/v1/openapi.yaml")[2])
        cls.operator = cls.server.login("operator")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def comment(self, note, key=None, cookie=None):
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.server.ask("/api/v1/alarms/alarm-1/comments", "POST", {"note": note}, cookie or self.operator, headers)

    def test_a_problem_names_its_path_its_request_and_a_page_about_its_type(self):
        status, headers, body = self.server.ask("/api/v1/channels/none", cookie=self.operator)
        told = json.loads(body)
        self.api.check("GET", "/api/v1/channels/none", status, headers, body)
        self.assertEqual((status, told["instance"], told["request_id"]),
                         (404, "/api/v1/channels/none", headers["x-request-id"]))
        status, headers, page = self.server.ask(told["type"])
        self.assertEqual((status, headers["content-type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b"<h1>Not found</h1>", page)
        self.assertIn("trusted-types", headers["content-security-policy"])

    def test_every_type_on_the_index_has_its_page(self):
        index = self.server.ask("/problems/")[2].decode()
        words = [part.split('"')[0] for part in index.split('href="/problems/')[1:]]
        self.assertGreater(len(words), 20)
        for word in words:
            self.assertEqual(self.server.ask("/problems/" + word)[0], 200, word)
        self.assertEqual(self.server.ask("/problems/<script>")[0], 404)

    def test_two_requests_have_two_ids(self):
        ids = {self.server.ask("/healthz")[1]["x-request-id"] for _ in range(5)}
        self.assertEqual(len(ids), 5)

    def test_a_wrong_method_is_told_the_right_ones(self):
        status, headers, _ = self.server.ask("/api/v1/alarms", "PUT", {}, self.operator)
        self.assertEqual((status, headers["allow"]), (405, "GET, HEAD"))

    def test_a_post_with_a_key_is_done_once_and_answered_alike(self):
        first = self.server.ask("/api/v1/alarms/alarm-1/ack", "POST", {}, self.operator, {"Idempotency-Key": "k-1"})
        again = self.server.ask("/api/v1/alarms/alarm-1/ack", "POST", {}, self.operator, {"Idempotency-Key": "k-1"})
        without = self.server.ask("/api/v1/alarms/alarm-1/ack", "POST", {}, self.operator)
        self.server.ask("/api/v1/alarms/alarm-1/unack", "POST", {}, self.operator)
        self.assertEqual((first[0], first[2]), (again[0], again[2]))
        self.assertEqual(first[0], 200)
        self.assertEqual(again[1].get("idempotency-replayed"), "true")
        self.assertEqual(without[0], 409, "the fixture takes one acknowledgement")

    def test_a_key_stands_for_one_body_one_user_and_one_path(self):
        self.assertEqual(self.comment("a", "k-2")[0], 200)
        status, headers, body = self.comment("b", "k-2")
        self.api.check("POST", "/api/v1/alarms/alarm-1/comments", status, headers, body)
        self.assertEqual((status, json.loads(body)["type"]), (422, "/problems/idempotency-key"))
        self.assertEqual(self.comment("b", "k-2", self.server.login("engineer"))[0], 200)
        self.assertEqual(self.comment("b", "a key")[0], 400)
        self.assertEqual(self.comment("b", "k" * 129)[0], 400)

    def test_a_secret_is_shown_once_also_to_a_retry(self):
        admin = self.server.login("admin")
        key = {"Idempotency-Key": "k-secret"}
        made = self.server.ask("/api/v1/tokens", "POST", {"id": "once", "scopes": ["read"]}, admin, key)
        status, headers, body = self.server.ask("/api/v1/tokens", "POST", {"id": "once", "scopes": ["read"]}, admin, key)
        self.api.check("POST", "/api/v1/tokens", status, headers, body)
        self.assertEqual(made[0], 201)
        self.assertEqual((status, json.loads(body)["type"], headers.get("idempotency-replayed")), (409, "/problems/shown-once", "true"))
        self.assertNotIn(json.loads(made[2])["token"].encode(), body)

    def test_every_paged_list_has_opaque_cursors_and_refuses_what_it_did_not_give(self):
        admin = self.server.login("admin")
        paged = [path for path, methods in self.api.whole["paths"].items() for parameter in methods.get("get", {}).get("parameters", [])
                 if parameter.get("name") == "cursor"]
        self.assertGreaterEqual(len(paged), 5)
        for path in paged:
            path = path.replace("{id}", "channel-01")
            if path.endswith("/alarm-history"):
                continue  # there is no database here: reports-test asks it
            for cursor in ("nonsense", "1", "alarm-1", "2026-11-20T12:00:00Z"):
                status, headers, body = self.server.ask(f"{path}?cursor={cursor}", cookie=admin)
                self.assertEqual((status, json.loads(body)["type"]), (400, "/problems/bad-cursor"), (path, cursor))
        for path in ("/api/v1/alarms?state=all&limit=1", "/api/v1/channels/channel-01/thumbnails?from=2026-11-20T11:00:00Z&to=2026-11-20T13:00:00Z&limit=1"):
            _, headers, body = self.server.ask(path, cookie=admin)
            cursor = json.loads(body)["next_cursor"]
            self.assertRegex(cursor, "^MT[A-Za-z0-9_-]+$")
            self.assertIn(f"cursor={cursor}>; rel=\"next\"", headers["link"])

    def test_a_list_gives_the_fields_that_were_asked_for_in_the_order_asked_for(self):
        status, _, body = self.server.ask("/api/v1/channels?fields=id,state&sort=-id", cookie=self.operator)
        items = json.loads(body)["items"]
        self.assertEqual((status, items[0]["id"], len(items)), (200, "channel-60", 60))
        self.assertEqual(set(items[0]), {"id", "state"})
        self.assertEqual(self.server.ask("/api/v1/channels?sort=;drop", cookie=self.operator)[0], 400)
        self.assertEqual(self.server.ask("/api/v1/channels?fields=" + "a," * 40, cookie=self.operator)[0], 400)

    def test_one_connection_serves_many_requests_without_waiting(self):
        with self.server.connect() as peer:
            took = []
            for _ in range(50):
                started = time.monotonic()
                peer.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = b""
                while not answer.endswith(b"}"):
                    part = peer.recv(4096)
                    self.assertTrue(part, "the connection ended after one answer")
                    answer += part
                took.append(time.monotonic() - started)
        # The kernel acknowledges the first ones at once; on a machine that is busy, some of the others are slow for its own reasons.
        self.assertLess(sorted(took[25:])[5], 0.03, "each body waited for an acknowledgement")

    def test_connections_that_end_while_idle_are_forgotten(self):
        before = self.open_sockets()
        for how in ("close", "shutdown", "reset"):
            for _ in range(30):
                with self.server.connect() as peer:
                    if how == "reset":
                        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    peer.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
                    peer.recv(4096)
                    if how == "reset":
                        time.sleep(0.01)  # the answer is out, the connection idle
                    if how == "shutdown":
                        peer.shutdown(socket.SHUT_WR)
                        read_all(peer)
        deadline, left = time.monotonic() + 60, self.open_sockets()
        while left > before and time.monotonic() < deadline:
            time.sleep(0.1)
            left = self.open_sockets()
        self.assertLessEqual(left, before)

    def open_sockets(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def test_a_script_in_a_circle_is_slowed_and_others_are_not(self):
        greedy, calm = self.server.login("viewer"), self.server.login("viewer")
        request = f"GET /version HTTP/1.1\r\nHost: x\r\nCookie: gantry_sid={greedy}\r\n".encode()
        with self.server.connect() as peer:  # all at once: one after the other takes a busy machine longer than the allowance grows
            peer.sendall((request + b"\r\n") * 699 + request + b"Connection: close\r\n\r\n")
            answers = read_all(peer)
        statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
        self.assertEqual(set(statuses), {b"200", b"429"}, "400 at once, and 100 a second")
        self.assertGreaterEqual(statuses.count(b"200"), 400)
        self.assertEqual(answers.count(b"/problems/rate-limited"), statuses.count(b"429"))
        status, headers, _ = self.server.ask("/version", cookie=greedy)
        self.assertIn(status, (200, 429))
        self.assertRegex(headers["ratelimit"], r'^"client";r=\d+;t=\d+$')
        self.assertEqual(self.server.ask("/version", cookie=calm)[0], 200)
        self.assertEqual(self.server.ask("/version", control=True)[0], 200)


if __name__ == "__main__":
    unittest.main()
