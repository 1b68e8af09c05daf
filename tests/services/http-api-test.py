"""The API as its users see it: sessions, roles, answers, pictures, the event stream."""
import csv
import io
import json
import struct
import time
import unittest

from http_server import Fixture, Stream

HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
           "permissions-policy")


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_every_answer_carries_the_security_headers(self):
        for path in ("/healthz", "/api/v1/channels", "/nothing", "/api/nothing", "/"):
            headers = self.server.ask(path)[1]
            for name in HEADERS:
                self.assertIn(name, headers, path)
            self.assertIn("require-trusted-types-for 'script'", headers["content-security-policy"])

    def test_a_login_ignores_the_session_id_that_the_browser_brought(self):
        mine = "0" * 32
        cookie = self.server.login("viewer", cookie=mine)
        self.assertNotEqual(cookie, mine)
        self.assertEqual(self.server.ask("/api/v1/channels", cookie=mine)[0], 401)
        self.assertEqual(self.server.ask("/api/v1/channels", cookie=cookie)[0], 200)

    def test_a_second_login_ends_the_first_session(self):
        first = self.server.login("viewer")
        second = self.server.login("operator", cookie=first)
        self.assertEqual(self.server.ask("/api/v1/channels", cookie=first)[0], 401)
        self.assertEqual(self.server.ask("/api/v1/channels", cookie=second)[0], 200)

    def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(self):
        _, headers, _ = self.server.ask("/api/v1/login", "POST", {"user": "viewer", "password": "correct horse"})
        self.assertRegex(headers["set-cookie"], r"^gantry_sid=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Strict; Max-Age")

    def test_logout_ends_the_session_and_its_streams(self):
        cookie = self.server.login("viewer")
        stream = Stream(self.server, cookie)
        stream.until("snapshot")
        self.assertEqual(self.server.ask("/api/v1/logout", "POST", {}, cookie)[0], 200)
        self.assertEqual(self.server.ask("/api/v1/channels", cookie=cookie)[0], 401)
        while stream.next() is not None:
            pass
        stream.close()

    def test_a_wrong_password_and_a_wrong_name_look_the_same(self):
        wrong = self.server.ask("/api/v1/login", "POST", {"user": "viewer", "password": "wrong wrong"})
        nobody = self.server.ask("/api/v1/login", "POST", {"user": "nobody", "password": "wrong wrong"})
        told = [{**json.loads(answer[2]), "request_id": ""} for answer in (wrong, nobody)]
        self.assertEqual((wrong[0], told[0]), (nobody[0], told[1]))
        self.assertEqual(wrong[0], 401)
        self.assertEqual(wrong[1]["content-type"], "application/problem+json; charset=utf-8")

    def test_writes_from_another_site_are_refused(self):
        cookie = self.server.login("operator")
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                        {"Origin": "http://evil.example"}, {"Origin": "null"}):
            status = self.server.ask("/api/v1/alarms/alarm-1/comments", "POST", {"note": "x"}, cookie, headers)[0]
            self.assertEqual(status, 403, headers)
        same = {"Sec-Fetch-Site": "same-origin", "Origin": "http://x"}
        self.assertEqual(self.server.ask("/api/v1/alarms/alarm-1/comments", "POST", {"note": "x"}, cookie, same)[0], 200)

    def test_writes_that_are_not_json_are_refused(self):
        cookie = self.server.login("operator")
        with self.server.connect() as peer:
            peer.sendall(f"POST /api/v1/alarms/alarm-1/unack HTTP/1.1\r\nHost: x\r\nCookie: gantry_sid={cookie}\r\n"
                         "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}".encode())
            self.assertIn(b" 415 ", peer.recv(100))

    def test_roles_may_what_the_table_says(self):
        cookies = {role: self.server.login(role) for role in ("viewer", "operator", "engineer", "admin")}
        table = [  # path, method, least role
            ("/api/v1/channels", "GET", "viewer"),
            ("/api/v1/alarms", "GET", "viewer"),
            ("/api/v1/system", "GET", "viewer"),
            ("/api/v1/catalogue", "GET", "viewer"),
            ("/api/v1/wall/thumbs", "GET", "viewer"),
            ("/api/v1/alarms/alarm-1/comments", "POST", "operator"),
            ("/api/v1/profiles", "GET", "viewer"),
            ("/api/v1/profiles/mine", "PUT", "engineer"),
            ("/api/v1/profiles/mine", "DELETE", "engineer"),
            ("/api/v1/profiles/mine/simulate", "POST", "operator"),
            ("/api/v1/channels/channel-07/proposal", "GET", "viewer"),
            ("/api/v1/channels/channel-07/proposal/accept", "POST", "engineer"),
            ("/api/v1/alarms/alarm-1", "GET", "viewer"),
            ("/api/v1/alarms.csv", "GET", "viewer"),
            ("/api/v1/alarms/alarm-1/assign", "POST", "operator"),
            ("/api/v1/alarms/alarm-1/shelve", "POST", "operator"),
            ("/api/v1/alarms/alarm-1/unshelve", "POST", "operator"),
            ("/api/v1/handover", "GET", "viewer"),
            ("/api/v1/alarm-figures", "GET", "viewer"),
            ("/api/v1/alarm-figures.csv", "GET", "viewer"),
            ("/api/v1/calendar", "GET", "viewer"),
            ("/api/v1/calendar/x", "PUT", "operator"),
            ("/api/v1/calendar/x", "DELETE", "operator"),
            ("/api/v1/runbooks", "GET", "viewer"),
            ("/api/v1/runbooks/no-packets", "PUT", "engineer"),
            ("/api/v1/runbooks/no-packets", "DELETE", "engineer"),
            ("/api/v1/policy", "GET", "viewer"),
            ("/api/v1/policy", "PUT", "engineer"),
            ("/api/v1/events/log", "GET", "engineer"),
        ]
        order = list(cookies)
        for path, method, least in table:
            body = {"note": "x", "user": "viewer"} if method in ("POST", "PUT") else None
            self.assertEqual(self.server.ask(path, method, body)[0], 401, path)
            for role, cookie in cookies.items():
                status = self.server.ask(path, method, body, cookie)[0]
                self.assertEqual(status, 200 if order.index(role) >= order.index(least) else 403, (path, role))
        for role, cookie in cookies.items():
            self.assertEqual(self.server.ask("/api/v1/login-codes", "POST", {}, cookie)[0], 403, role)

    def test_codes_of_the_control_socket_log_in_once(self):
        status, _, body = self.server.ask("/api/v1/login-codes", "POST", {}, control=True)
        told = json.loads(body)
        self.assertEqual(status, 201)
        self.assertIn(f"#login={told['code']}", told["url"])
        self.assertEqual(self.server.ask("/api/v1/login", "POST", {"code": told["code"]})[0], 200)
        self.assertEqual(self.server.ask("/api/v1/login", "POST", {"code": told["code"]})[0], 401)


class FirstStart(unittest.TestCase):
    def test_everything_but_setup_waits_until_the_box_has_an_account(self):
        with Fixture("none") as server:
            session = json.loads(server.ask("/api/v1/session")[2])
            self.assertTrue(session["setup_required"])
            status, _, body = server.ask("/api/v1/channels")
            self.assertEqual((status, json.loads(body)["type"]), (503, "/problems/setup-required"))
            wrong = {"code": "x" * 26, "user": "chief", "password": "long enough"}
            self.assertEqual(server.ask("/api/v1/setup", "POST", wrong)[0], 401)
            right = {**wrong, "code": server.code}
            self.assertEqual(server.ask("/api/v1/setup", "POST", {**right, "password": "short"})[0], 400)
            status, headers, body = server.ask("/api/v1/setup", "POST", right)
            self.assertEqual((status, json.loads(body)), (200, {"user": "chief", "role": "admin"}))
            cookie = headers["set-cookie"].split(";")[0].split("=")[1]
            self.assertEqual(server.ask("/api/v1/channels", cookie=cookie)[0], 200)
            self.assertEqual(server.ask("/api/v1/setup", "POST", right)[0], 409)
            self.assertFalse(json.loads(server.ask("/api/v1/session")[2])["setup_required"])

    def test_a_box_that_is_starting_asks_to_wait_instead_of_to_set_up(self):
        with Fixture("late") as server:
            for path in ("/api/v1/session", "/api/v1/channels"):
                status, headers, body = server.ask(path)
                self.assertEqual((status, headers["retry-after"], json.loads(body)["type"]), (503, "1", "/problems/starting"))
            self.assertEqual(server.ask("/healthz")[0], 200)
            self.assertEqual(server.ask("/api/v1/channels", control=True)[0], 200)
            server.say("accounts")
            self.assertFalse(json.loads(server.ask("/api/v1/session")[2])["setup_required"])

    def test_guessing_is_slowed_down(self):
        with Fixture() as server:
            guess = {"user": "admin", "password": "guess guess"}
            statuses = [server.ask("/api/v1/login", "POST", guess)[0] for _ in range(12)]
            self.assertEqual(statuses[:10], [401] * 10)
            self.assertEqual(statuses[10:], [429] * 2)
            self.assertEqual(server.ask("/api/v1/login", "POST", {"user": "viewer", "password": "correct horse"})[0], 429)


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()
        cls.cookie = cls.server.login("admin")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def get(self, path, status=200, **more):
        got, headers, body = self.server.ask(path, cookie=self.cookie, **more)
        self.assertEqual(got, status, body[:200])
        return json.loads(body) if "json" in headers.get("content-type", "") else (headers, body)

    def take_back(self):
        """The acknowledgement of alarm-1, and waits for a snapshot that shows it: other tests look at what is shown."""
        self.get("/api/v1/alarms:batch", method="POST", body={"ids": ["alarm-1"], "action": "unack"})
        deadline = time.monotonic() + 30
        while self.get("/api/v1/alarms/alarm-1")["alarm"]["operator_state"] != "none":
            self.assertLess(time.monotonic(), deadline, "it is still shown as acknowledged")
            time.sleep(0.05)

    def test_channels_tell_state_and_age(self):
        answer = self.get("/api/v1/channels")
        self.assertEqual(len(answer["items"]), 60)
        channel = answer["items"][0]
        self.assertEqual((channel["id"], channel["state"], channel["severity"]), ("channel-01", "fault", "critical"))
        self.assertLess(channel["age_seconds"], 5, "on a machine that does nothing else it is below 1")
        self.assertFalse(channel["thumbnail"]["stale"])
        self.assertIsNone(answer["next_cursor"])

    def test_ages_grow_when_snapshots_stop(self):
        with Fixture() as server:
            server.say("hold")
            ages = []
            for _ in range(2):
                ages.append(json.loads(server.ask("/api/v1/channels", control=True)[2])["items"][0]["age_seconds"])
                time.sleep(1)
            self.assertGreater(ages[1] - ages[0], 0.8)

    def test_one_channel_tells_metrics_pids_wire_and_worker(self):
        channel = self.get("/api/v1/channels/channel-02")
        self.assertEqual(channel["metrics"]["bitrate"], 8000001)
        self.assertEqual(channel["pids"][0]["pid"], 256)
        self.assertEqual(channel["wire"]["finding"], "ok")
        self.assertEqual(channel["worker"]["pid"], 1001)
        self.get("/api/v1/channels/nothing", 404)

    def test_indicators_of_tr_101_290_say_error_ok_or_not_applicable(self):
        found = self.get("/api/v1/channels/channel-02")["tr101290"]
        self.assertEqual(len(found), 34)
        self.assertEqual((found["1.4"]["state"], found["1.4"]["count"]), ("error", 2))
        self.assertIsNotNone(found["1.4"]["last_at"])
        self.assertEqual(found["1.1"], {"state": "ok", "count": 0, "last_at": None})
        self.assertEqual(found["3.1.a"], {"state": "not-applicable", "count": None, "last_at": None})
        numbers = [item["number"] for item in self.get("/api/v1/catalogue")["tr101290"]]
        self.assertEqual(sorted(numbers), sorted(found))

    def test_notes_come_newest_first_and_by_kind(self):
        items = self.get("/api/v1/channels/channel-02/notes")["items"]
        self.assertEqual([(item["number"], item["kind"], item["pid"], item["pts"]) for item in items],
                         [(2, "splice", 500, 90000), (1, "tables", 256, None)])
        items = self.get("/api/v1/channels/channel-02/notes?kind=tables&limit=1")["items"]
        self.assertEqual([item["text"] for item in items], ["PMT changed: <b>"])
        self.get("/api/v1/channels/nothing/notes", 404)

    def test_a_structure_tells_what_changed_and_what_left(self):
        told = self.get("/api/v1/channels/channel-02/structure")
        self.assertEqual([(one["pid"], one["codec"], one["language"]) for one in told["components"]], [(257, "H.264", "deu")])
        self.assertRegex(told["components"][0]["changed_at"], r"^\d{4}-")
        self.assertEqual([one["pid"] for one in told["gone"]], [258])
        self.assertEqual((told["tables"][0]["version"], told["tables"][0]["interval_mean_seconds"]), (3, 0.1))
        self.assertEqual(told["histograms"], [{"kind": "arrival", "bounds_seconds": [0.05], "counts": [7, 1]}])
        self.assertIsNone(self.get("/api/v1/channels/channel-01/structure")["told_at"])
        self.get("/api/v1/channels/nothing/structure", 404)

    def test_the_box_says_whether_it_can_be_trusted_and_what_its_workers_take(self):
        system = self.get("/api/v1/system")
        self.assertEqual(system["trust"]["trusted"], not any(reason["doubt"] for reason in system["trust"]["reasons"]))
        cores = [worker["cores"] for worker in system["workers"]]
        self.assertEqual(cores, sorted(cores, reverse=True))
        self.assertEqual(len(cores), 10)
        self.assertEqual([room["depth"] for room in system["headroom"]], ["bitstream", "key-every-4-s", "every-key", "full"])
        trends = self.get("/api/v1/system/trends")
        self.assertEqual([(sensor["name"], len(sensor["values"]), sensor["values"][-1]) for sensor in trends["sensors"]], [("busy", 360, 0.5)])

    def test_a_channel_tells_the_limits_that_it_is_judged_by(self):
        detail = self.get("/api/v1/channels/channel-01")
        self.assertEqual((detail["profile"], detail["limits"]["loudness-target"], detail["bitrate_median_bps"]), ("default", -23, None))

    def test_series_come_in_columns_and_at_most_as_many_as_asked(self):
        answer = self.get("/api/v1/channels/channel-01/series?metrics=bitrate,ts_continuity_errors&max_points=100")
        columns = answer["metrics"]["bitrate"]
        self.assertEqual(len({len(columns[name]) for name in ("t", "min", "max", "mean")}), 1)
        self.assertTrue(90 <= len(columns["t"]) <= 101, len(columns["t"]))
        self.assertEqual(columns["t"], sorted(columns["t"]))
        self.assertLess(abs(columns["t"][-1] - time.time()), 60)
        self.assertIn("ts_continuity_errors", answer["metrics"])

    def test_series_that_cannot_be_told_say_why(self):
        base = "/api/v1/channels/channel-01/series"
        self.get(base + "?metrics=nonsense", 400)
        self.get(base + "?from=yesterday", 400)
        self.get(base + "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", 503)
        self.get("/api/v1/channels/nothing/series", 404)

    def test_alarms_are_filtered_paged_and_acknowledged_once(self):
        self.assertEqual([alarm["id"] for alarm in self.get("/api/v1/alarms")["items"]], ["alarm-1"])
        self.assertEqual([alarm["id"] for alarm in self.get("/api/v1/alarms?state=cleared")["items"]], ["alarm-2"])
        page = self.get("/api/v1/alarms?state=all&limit=1")
        self.assertEqual([alarm["id"] for alarm in page["items"]], ["alarm-1"])
        page = self.get(f"/api/v1/alarms?state=all&limit=1&cursor={page['next_cursor']}")
        self.assertEqual(([alarm["id"] for alarm in page["items"]], page["next_cursor"]), (["alarm-2"], None))
        self.get("/api/v1/alarms?cursor=nonsense", 400)
        self.get("/api/v1/alarms?state=nonsense", 400)
        self.assertEqual(self.get("/api/v1/alarms/alarm-1/ack", method="POST", body={"note": "seen"}), {"ok": True})
        conflict = self.get("/api/v1/alarms/alarm-1/ack", 409, method="POST", body={})
        self.assertEqual(conflict["detail"], "Already acknowledged by \"local\".")
        self.take_back()
        self.get("/api/v1/alarms/nothing/ack", 404, method="POST", body={})
        self.get("/api/v1/alarms/alarm-1/comments", 400, method="POST", body={})
        self.get("/api/v1/alarms/nothing/events", 503)
        self.assertFalse(self.get("/api/v1/alarms/alarm-1/events")["complete"], "the journal has the near past")

    def test_alarms_are_looked_for_by_what_is_known_of_them(self):
        def found(query):
            return [alarm["id"] for alarm in self.get(f"/api/v1/alarms?state=all&{query}")["items"]]
        for query, ids in (("severity=critical,major", ["alarm-1", "alarm-2"]), ("severity=warning", []),
                           ("group=Test", ["alarm-1", "alarm-2"]), ("group=Other", []), ("q=CHANNEL%201%20", ["alarm-1"]),
                           ("q=%25", []), ("unacknowledged=true", ["alarm-1"])):
            self.assertEqual(found(query), ids, query)
        self.assertEqual(self.get("/api/v1/alarms?state=shelved")["items"], [])
        self.assertIsNotNone(self.get("/api/v1/alarms?state=open")["last_cleared_at"])
        self.get("/api/v1/alarms?severity=dreadful", 400)
        self.get("/api/v1/alarms?q=" + "x" * 201, 400)

    def test_a_list_as_a_table_is_safe_in_a_spreadsheet(self):
        headers, body = self.get("/api/v1/alarms.csv?state=all")
        self.assertEqual(headers["content-disposition"], 'attachment; filename="alarms.csv"')
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        self.assertTrue(body.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(rows[0][:4], ["id", "incident_id", "severity", "resource"])
        self.assertEqual([row[0] for row in rows[1:]], ["alarm-1", "alarm-2"])
        self.assertEqual({len(row) for row in rows}, {14})
        self.assertEqual(rows[1][4], 'Channel 1 "HD" <b>')
        self.get("/api/v1/alarm-history.csv", 503)

    def test_one_alarm_tells_its_rule_its_run_book_and_what_failed_with_it(self):
        told = self.get("/api/v1/alarms/alarm-1")
        self.assertEqual((told["alarm"]["id"], told["rule"]["profile"]), ("alarm-1", "default"))
        self.assertFalse(told["runbook"]["own"])
        self.assertGreater(len(told["runbook"]["text"]), 10)
        self.get("/api/v1/alarms/nothing", 404)
        told = self.get("/api/v1/alarm-history", 503)
        self.assertIn("/api/v1/alarms?state=all", told["detail"])

    def test_a_batch_answers_for_each_alarm(self):
        told = self.get("/api/v1/alarms:batch", method="POST", body={"ids": ["alarm-1", "nothing"], "action": "ack", "note": "both"})
        self.assertEqual([(item["id"], item["status"]) for item in told["items"]], [("alarm-1", 200), ("nothing", 404)])
        self.assertEqual((told["items"][0]["detail"], told["done"]), (None, 1))
        self.take_back()
        many = [f"nothing-{number}" for number in range(500)]
        told = self.get("/api/v1/alarms:batch", method="POST", body={"ids": many, "action": "unack"})
        self.assertEqual([item["status"] for item in told["items"]], [404] * 500)
        for body in ({"ids": [], "action": "ack"}, {"ids": ["a", "a"], "action": "ack"}, {"ids": [1], "action": "ack"}, {"action": "ack"},
                     {"ids": ["a"] , "action": "destroy"}, {"ids": ["a"], "action": "shelve"}, {"ids": [*many, "x"], "action": "ack"},
                     {"ids": ["a"], "action": "ack", "minutes": 0}, {"ids": ["a"], "action": "assign", "user": "X Y"}):
            self.get("/api/v1/alarms:batch", 400, method="POST", body=body)

    def test_evidence_tells_what_is_there_and_why_the_rest_is_not(self):
        self.assertEqual([alarm["evidence"] for alarm in self.get("/api/v1/alarms?state=all")["items"]], [True, False])
        told = self.get("/api/v1/alarms/alarm-1/evidence")
        self.assertEqual((told["type"], told["complete"]), ("picture-black", True))
        before, at, after = (told["frames"][name] for name in ("before", "at", "after"))
        self.assertEqual((before["offset_seconds"], before["pts"], before["stale"]), (-0.5, 90000, False))
        self.assertEqual((at["url"], at["captured_at"], at["reason"]), (None, None, "No picture was taken while it lasted"))
        self.assertEqual((after["offset_seconds"], after["pts"]), (10, None))
        self.assertEqual(told["series"]["metrics"], [{"metric": "luma_mean", "unit": "ratio", "values": [0.5, None, 0]}])
        self.assertEqual(told["series"]["first_offset_seconds"], -1)
        self.assertEqual((told["clip"]["state"], told["clip"]["url"]), ("none", None))
        headers, body = self.get(before["url"])
        self.assertEqual((headers["content-type"], len(body)), ("image/jpeg", 4096))

    def test_evidence_that_is_not_there_is_not_found(self):
        for path in ("alarm-2/evidence", "nothing/evidence", "alarm-1/evidence/at.jpg", "alarm-1/evidence/other.jpg",
                     "alarm-1/evidence/evidence.json", "Alarm-1/evidence"):
            self.get(f"/api/v1/alarms/{path}", 404)
        for path in ("alarm-1/evidence/..%2f..%2fcontrol.sock", "..%2falarm-1/evidence", "../alarm-1/evidence"):
            self.get(f"/api/v1/alarms/{path}", 400)
        self.assertEqual(self.server.ask("/api/v1/alarms/alarm-1/evidence")[0], 401)

    def test_a_batch_holds_each_new_picture_once(self):
        records, latest = self.thumbs("w=192&since=0")
        self.assertEqual(len(records), 60)
        self.assertEqual({len(record["jpeg"]) for record in records}, {4096})
        self.assertEqual((records[0]["width"], records[0]["height"]), (192, 108))
        self.assertLess(abs(records[0]["captured_ms"] / 1000 - time.time()), 10)
        self.assertLessEqual(max(record["seq"] for record in records), latest)
        self.assertLess(latest, 2 ** 53)
        deadline = time.monotonic() + 30
        while len((told := self.thumbs(f"w=192&since={latest}&ids=channel-03,channel-04,nothing"))[0]) < 2:
            self.assertLess(time.monotonic(), deadline, "no new pictures")
            time.sleep(0.1)
        again, newer = told
        self.assertEqual(sorted(record["id"] for record in again), ["channel-03", "channel-04"])
        self.assertGreater(newer, latest)
        self.assertEqual(self.thumbs(f"w=192&since={newer + 10 ** 9}")[0][0]["width"], 192, "numbered by another start")

    def thumbs(self, query):
        body = self.get(f"/api/v1/wall/thumbs?{query}")[1]
        magic, count, latest = struct.unpack_from("<4sIQ", body)
        self.assertEqual(magic, b"GTH1")
        at, records = 16, []
        for _ in range(count):
            size, = struct.unpack_from("<H", body, at)
            name = body[at + 2:at + 2 + size].decode()
            seq, captured, width, height, length = struct.unpack_from("<QqHHI", body, at + 2 + size)
            at += 2 + size + 24
            records.append({"id": name, "seq": seq, "captured_ms": captured, "width": width, "height": height,
                            "jpeg": body[at:at + length]})
            at += length
        self.assertEqual(at, len(body))
        return records, latest

    def test_a_picture_is_not_sent_twice(self):
        headers, body = self.get("/api/v1/channels/channel-05/thumb.jpg?w=192")
        self.assertEqual((headers["content-type"], headers["x-stale"], len(body)), ("image/jpeg", "false", 4096))
        self.assertTrue(headers["x-captured-at"].endswith("Z"))
        self.assertEqual(headers["x-pts"], "900000")
        status = self.server.ask("/api/v1/channels/channel-05/thumb.jpg?w=192", cookie=self.cookie,
                                 headers={"If-None-Match": headers["etag"]})[0]
        self.assertIn(status, (200, 304))

    def test_a_channel_tells_how_deeply_it_is_looked_at_and_what_each_check_sees(self):
        channel = self.get("/api/v1/channels/channel-02")
        self.assertEqual((channel["depth"], channel["depth_reason"]), ("every-key", "suspect: black"))
        self.assertEqual(channel["hints"], ["silence", "black"])
        black, rate = channel["checks"]
        self.assertEqual((black["name"], black["resolution_seconds"]), ("black", 4))
        self.assertTrue(1 <= black["age_seconds"] < 6, black)
        self.assertEqual(rate, {"name": "frame-rate", "resolution_seconds": None, "looked_at": None, "age_seconds": None})
        names = [check["name"] for check in self.get("/api/v1/catalogue")["checks"]]
        self.assertTrue({"black", "frame-rate"} <= set(names))

    def test_a_channel_tells_every_stream_of_sound(self):
        audio, = self.get("/api/v1/channels/channel-02")["audios"]
        self.assertEqual((audio["pid"], audio["language"], audio["format"]), (257, "deu", "AAC 2.0 48 kHz"))
        self.assertEqual(audio["metrics"], {"loudness_short_term": -23.1, "phase_correlation": 0.5})
        self.assertEqual((audio["faults"][0]["name"], audio["faults"][0]["active"]), ("sound-stream-silent", True))
        body = self.server.ask("/metrics")[2]
        self.assertIn(b'gantry_audio_loudness_lufs{channel="channel-02",track="1",window="S"} -23.1', body)

    def test_the_system_page_tells_what_depth_costs(self):
        depth = self.get("/api/v1/system")["depth"]
        self.assertEqual((depth["budget_cores"], depth["spent_cores"], depth["reduced"]), (1.2, 0.9, False))
        self.assertEqual(depth["channels"], {"bitstream": 0, "key-every-4-s": 50, "every-key": 8, "full": 2})

    def test_a_picture_on_demand_comes_with_its_time_or_says_why_not(self):
        headers, body = self.get("/api/v1/channels/channel-05/shot.jpg")
        self.assertEqual((headers["content-type"], len(body)), ("image/jpeg", 4096))
        self.assertTrue(headers["x-captured-at"].endswith("Z"))
        self.assertIn("x-pts", headers)
        self.assertEqual(self.get("/api/v1/channels/channel-09/shot.jpg", 504)["detail"], "No picture came.")
        self.get("/api/v1/channels/nothing/shot.jpg", 404)

    def test_looking_at_a_channel_is_told_but_not_each_second(self):
        def watches():
            return int(self.get("/api/v1/channels/channel-05/shot.jpg")[0]["x-pts"])
        for _ in range(20):
            before, started = watches(), time.monotonic()
            for _ in range(5):
                self.get("/api/v1/channels/channel-33")
            if time.monotonic() - started < 3:  # the second after that is told anew
                break
            time.sleep(3)
        self.assertEqual(watches(), before + 1)

    def test_pictures_of_the_past_are_listed_and_served_without_a_database(self):
        base = "/api/v1/channels/channel-01/thumbnails"
        page = self.get(base + "?from=2026-11-20T11:00:00Z&to=2026-11-20T13:00:00Z")
        self.assertEqual([(item["captured_at"], item["pts"]) for item in page["items"]],
                         [("2026-11-20T12:02:00.250Z", None), ("2026-11-20T12:01:00.250Z", 90000),
                          ("2026-11-20T12:00:00.250Z", 0)])
        self.assertIsNone(page["next_cursor"])
        page = self.get(base + "?from=2026-11-20T11:00:00Z&to=2026-11-20T13:00:00Z&limit=1")
        self.assertEqual(len(page["items"]), 1)
        page = self.get(f"{base}?from=2026-11-20T11:00:00Z&to=2026-11-20T13:00:00Z&cursor={page['next_cursor']}")
        self.assertEqual(len(page["items"]), 2)
        headers, body = self.get(f"{base}/{page['items'][0]['captured_at']}.jpg")
        self.assertEqual((headers["x-pts"], headers["x-captured-at"], body),
                         ("90000", "2026-11-20T12:01:00.250Z", b"picture"))
        self.get(f"{base}/2026-11-20T12:09:00.000Z.jpg", 404)
        self.get(f"{base}/..%2f..%2fetc.jpg", 400)
        self.get(base + "?from=yesterday", 400)
        self.assertEqual(self.get("/api/v1/channels/nothing/thumbnails")["items"], [])

    def test_the_catalogue_names_every_fault_and_metric(self):
        answer = self.get("/api/v1/catalogue")
        faults = {fault["name"]: fault for fault in answer["faults"]}
        self.assertEqual(faults["no-packets"]["severity"], "critical")
        self.assertEqual(faults["sync-lost"]["masked_by"], "no-packets")
        self.assertIn("bitrate", {metric["name"] for metric in answer["metrics"]})

    def test_system_health_and_metrics_answer(self):
        self.assertEqual(self.get("/api/v1/system")["profile"]["name"], "test")
        for path in ("/healthz", "/readyz", "/version"):
            self.assertEqual(self.server.ask(path)[0], 200, path)
        status, headers, body = self.server.ask("/metrics")
        self.assertEqual(status, 200)
        self.assertIn(b'gantry_channel_up{channel="channel-01"} 0\n', body)
        self.assertIn(b'name="Channel 1 \\"HD\\" <b>"', body)
        self.assertLess(len(body), 200000)
        self.assertEqual(self.server.ask("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})[0], 401)

    def test_the_api_describes_every_path_that_it_serves(self):
        text = self.get("/api/v1/openapi.yaml")[1].decode()
        for path in ("/api/v1/session", "/api/v1/login", "/api/v1/channels/{id}/series", "/api/v1/wall/thumbs",
                     "/api/v1/channels/{id}/shot.jpg", "/api/v1/channels/{id}/thumbnails",
                     "/api/v1/channels/{id}/thumbnails/{time}.jpg", "/api/v1/alarms/{id}/ack",
                     "/api/v1/alarms/{id}/evidence", "/api/v1/alarms/{id}/shelve", "/api/v1/calendar/{id}",
                     "/api/v1/handover", "/api/v1/alarm-figures", "/a/{token}", "/api/v1/events", "/api/v1/events/log", "/metrics"):
            self.assertIn(f"  {path}:\n", text)


class Profiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def ask(self, path, method="GET", body=None):
        status, _, text = self.server.ask(path, method, body, control=True)
        return status, json.loads(text)

    def test_profiles_say_what_they_set_and_why(self):
        status, told = self.ask("/api/v1/profiles")
        setting = told["items"][0]["profile"]["settings"][0]
        self.assertEqual((status, setting["key"], setting["value"]), (200, "picture-black.raise_s", 3))
        self.assertTrue(setting["why"])
        self.assertEqual(told["groups"], [{"group": "Talk", "profile": "news", "etag": "x"}])

    def test_profiles_are_set_and_deleted_and_groups_get_them(self):
        self.assertEqual(self.ask("/api/v1/profiles/mine", "PUT", {"settings": []})[0], 200)
        self.assertEqual(self.ask("/api/v1/profiles/gone", "DELETE")[0], 404)
        self.assertEqual(self.ask("/api/v1/group-profiles/Talk%20shows", "PUT", {"profile": "news"})[0], 200)
        self.assertEqual(self.ask("/api/v1/group-profiles/Talk%20shows", "PUT", {"profil": "news"})[0], 400)

    def test_a_profile_is_tried_on_the_hours_that_were_asked_for(self):
        status, told = self.ask("/api/v1/profiles/mine/simulate", "POST", {"hours": 2, "group": "Talk"})
        self.assertEqual((status, told["profile"], told["items"][0]["covers_s"]), (200, "mine", 7200))
        self.assertEqual(self.ask("/api/v1/profiles/mine/simulate", "POST", {})[1]["items"][0]["covers_s"], 86400)
        for hours in (0, -1, 25):
            self.assertEqual(self.ask("/api/v1/profiles/mine/simulate", "POST", {"hours": hours})[0], 400, hours)
        self.assertEqual(self.ask("/api/v1/profiles/gone/simulate", "POST", {})[0], 404)

    def test_a_proposal_is_read_and_accepted(self):
        status, told = self.ask("/api/v1/channels/channel-07/proposal")
        self.assertEqual((status, told["channel"], told["state"]), (200, "channel-07", "learning"))
        self.assertEqual(self.ask("/api/v1/channels/channel-07/proposal/accept", "POST", {})[0], 200)
        self.assertEqual(self.ask("/api/v1/channels/gone/proposal")[0], 404)


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Fixture().__enter__()
        cls.cookie = cls.server.login("viewer")
        for seq in range(10, 15):
            cls.server.say(f"raise alarm-{seq} {seq}")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_a_stream_opens_with_hello_and_everything(self):
        stream = Stream(self.server, self.cookie)
        event, _, hello = stream.next()
        self.assertEqual((event, hello["build"], len(hello["channel_ids"])), ("hello", "test-1", 60))
        event, _, whole = stream.next()
        self.assertEqual((event, len(whole["channels"]), len(whole["alarms"])), ("snapshot", 60, 1))
        levels = stream.until("levels")[2]
        self.assertEqual(levels["b64"][:8], "AmRkbGwC")
        figures = stream.until("figures")[2]
        self.assertEqual(len(figures["bitrate_bps"]), 60)
        stream.until("heartbeat")
        stream.close()

    def test_it_costs_a_viewer_little(self):
        stream = Stream(self.server, self.cookie)
        stream.until("snapshot")
        size, deadline = 0, time.monotonic() + 5
        while time.monotonic() < deadline:
            size += len(json.dumps(stream.next()[2]))
        self.assertLess(size / 5, 10000)
        stream.close()

    def test_alarms_arrive_at_once_with_their_sequence(self):
        stream = Stream(self.server, self.cookie)
        stream.until("snapshot")
        started = time.monotonic()
        self.server.say("raise alarm-20 20")
        event, seq, alarm = stream.until("alarm")
        took = time.monotonic() - started
        print(f"event stream: raised to received {took * 1000:.0f} ms")
        self.assertLess(took, 3, "on a machine that does nothing else it is below half a second")
        self.assertEqual((seq, alarm["id"], alarm["type"], alarm["is_cleared"]), (20, "alarm-20", "no-packets", False))
        self.server.say("clear alarm-20 21")
        self.assertTrue(stream.until("alarm")[2]["is_cleared"])
        stream.close()

    def test_a_stream_resumes_after_the_last_event_seen(self):
        stream = Stream(self.server, self.cookie, last_id=12)
        self.assertEqual(stream.next()[0], "hello")
        seen = [stream.next()[1], stream.next()[1]]
        self.assertEqual(seen, [13, 14])
        stream.close()

    def test_a_stream_that_cannot_resume_says_so(self):
        for last in (3, 99999, "nonsense"):
            stream = Stream(self.server, self.cookie, last_id=last)
            self.assertEqual([stream.next()[0], stream.next()[0]], ["hello", "resync"], last)
            stream.close()

    def test_a_session_has_four_streams_at_most(self):
        cookie = self.server.login("viewer")
        streams = [Stream(self.server, cookie) for _ in range(5)]
        self.assertEqual([stream.status for stream in streams], [200, 200, 200, 200, 429])
        for stream in streams:
            stream.close()

    def test_nobody_listens_without_a_session(self):
        stream = Stream(self.server)
        self.assertEqual(stream.status, 401)
        stream.close()

    def test_the_journal_is_read_in_pages(self):
        told = json.loads(self.server.ask("/api/v1/events/log?after=11&limit=2", control=True)[2])
        self.assertEqual(([event["seq"] for event in told["items"]], told["last_seq"]), ([12, 13], 13))


if __name__ == "__main__":
    unittest.main()
