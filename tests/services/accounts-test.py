"""People at a running gantryd: passwords, second factor, sessions and their ends, walls, the audit trail, and secrets that no
answer gives back."""
import csv
import io
import json
import os
import socket
import subprocess
import time
import unittest

from gantryd_box import PASSWORD, Box, wait_for
from http_server import Stream

# Of the lists that are tried first; each long enough for the rule of length.
USUAL = ("password", "12345678", "123456789", "password1", "iloveyou", "sunshine", "princess", "football", "baseball", "superman",
         "trustno1", "qwertyuiop", "1q2w3e4r", "starwars", "computer", "michelle", "liverpool", "jennifer", "whatever",
         "abcd1234", "passw0rd", "letmein1", "charlie1", "11111111", "88888888", "gantry2026", "anna1234")


def code_of(secret, offset_s=0):
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + offset_s))
    return subprocess.check_output(["oathtool", "--totp", "-b", "--now", at, secret], text=True).strip()


class Connector:
    def __init__(self, box):
        self.box = box

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.box.port), timeout=15)


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box(channels=(("one", "News"),), extra="[access]\nsession_idle_minutes=60\n")
        cls.addClassCleanup(cls.box.end)
        code = (cls.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        cls.box.ask("POST", "/api/v1/setup", {"code": code, "user": "chief", "password": PASSWORD}, over="tcp")
        cls.chief = cls.box.login("chief")

    def make(self, name, role="operator", **more):
        return self.box.ask("POST", "/api/v1/users", {"name": name, "role": role, "password": PASSWORD,
                                                      "must_change_password": False, **more}, 201)

    def knows(self, cookie):
        return self.box.ask("GET", "/api/v1/session", cookie=cookie)["authenticated"]

    def audit(self, **query):
        words = "&".join(f"{name}={value}" for name, value in query.items())
        return self.box.ask("GET", f"/api/v1/audit?{words}")["items"]

    # ---- passwords

    def test_what_everybody_tries_first_is_no_password(self):
        for word in USUAL:
            answer = self.box.ask("POST", "/api/v1/users", {"name": "anna", "role": "viewer", "password": word}, 422)
            self.assertEqual(answer["errors"][0]["pointer"], "/password", word)
        self.box.ask("POST", "/api/v1/users", {"name": "anna", "role": "viewer", "password": "short7!"}, 422)

    def test_a_password_may_be_long_and_of_any_characters(self):
        for n, word in enumerate(("only small letters here", "日本語の長い合言葉です", "x7 " * 60)):
            self.make(f"long-{n}", password=word)
            self.box.login(f"long-{n}", word)

    def test_a_password_that_was_made_is_shown_once_and_changed_first(self):
        made = self.box.ask("POST", "/api/v1/users", {"name": "fresh", "role": "operator"}, 201)
        cookie = self.box.login("fresh", made["password"])
        self.box.ask("GET", "/api/v1/channels", status=403, cookie=cookie)
        wrong = {"password": "not this one", "new_password": PASSWORD}
        self.box.ask("POST", "/api/v1/account/password", wrong, 403, cookie=cookie)
        same = {"password": made["password"], "new_password": made["password"]}
        self.box.ask("POST", "/api/v1/account/password", same, 422, cookie=cookie)
        got, headers, _ = self.box.raw("POST", "/api/v1/account/password",
                                       {"password": made["password"], "new_password": PASSWORD}, cookie=cookie)
        self.assertEqual(got, 200)
        self.assertFalse(self.knows(cookie), "the old id is dead")
        fresh = headers["set-cookie"].split(";")[0].split("=")[1]
        self.box.ask("GET", "/api/v1/channels", cookie=fresh)

    # ---- sessions

    def come_in(self, user, cookie=None):
        """(session's id, Set-Cookie) of a login that brings @cookie along."""
        self.box.logins += 1
        address = {"X-Forwarded-For": f"10.65.0.{self.box.logins}"}
        status, headers, body = self.box.raw("POST", "/api/v1/login", {"user": user, "password": PASSWORD}, cookie=cookie, over="tcp", headers=address)
        self.assertEqual(status, 200, body)
        return headers["set-cookie"].split(";")[0].split("=")[1], headers["set-cookie"]

    def test_row_65_a_session_is_new_at_every_login_and_dead_after_every_end(self):
        self.make("row-65")
        planted, dead = "ab" * 32, 0

        def ended(what, cookie):
            """At once: what comes later would end it, too."""
            self.assertFalse(self.knows(cookie), what)
            self.assertEqual(self.box.raw("GET", "/api/v1/channels", cookie=cookie)[0], 401, what)
            return 1
        first, flags = self.come_in("row-65", planted)
        self.assertNotEqual(first, planted)
        self.assertGreaterEqual(len(first) * 4, 128)  # bits, in hexadecimal digits
        for flag in ("Path=/", "HttpOnly", "SameSite=Strict"):
            self.assertIn(flag, flags)
        dead += ended("planted before the login", planted)
        second, _ = self.come_in("row-65", first)
        self.assertNotEqual(second, first)
        dead += ended("of the login before", first)
        self.box.ask("POST", "/api/v1/logout", {}, cookie=second)
        dead += ended("after its logout", second)
        password = PASSWORD
        for what, change in (("the password", {"password": PASSWORD + " anew"}), ("the role", {"role": "viewer"}), ("the account's end", None)):
            cookie = self.box.login("row-65", password)
            self.assertTrue(self.knows(cookie), what)
            self.box.ask("PATCH" if change else "DELETE", "/api/v1/users/row-65", change)
            dead += ended(f"after a change of {what}", cookie)
            password = PASSWORD + " anew"
        print(f"row 65: {dead} sessions that must be dead, alive 0; ids of {len(first) * 4} bits, new at each login")

    def test_what_takes_a_right_away_ends_sessions_and_streams(self):
        changes = ({"role": "viewer"}, {"password": "another long password"}, {"disabled": True},
                   {"limited": True, "groups": ["News"]})
        for n, change in enumerate(changes):
            self.make(f"ends-{n}")
            cookie = self.box.login(f"ends-{n}")
            stream = Stream(Connector(self.box), cookie)
            stream.until("snapshot")
            self.box.ask("PATCH", f"/api/v1/users/ends-{n}", change)
            self.assertFalse(self.knows(cookie), change)
            begin = time.monotonic()
            while stream.next() is not None:
                self.assertLess(time.monotonic() - begin, 30, "the stream goes on")
            stream.close()

    def test_a_new_full_name_ends_nothing(self):
        self.make("named")
        cookie = self.box.login("named")
        self.box.ask("PATCH", "/api/v1/users/named", {"full_name": "Anna <b>"})
        self.assertTrue(self.knows(cookie))

    def test_a_name_that_comes_again_is_somebody_else(self):
        self.make("again")
        cookie = self.box.login("again")
        self.box.ask("DELETE", "/api/v1/users/again")
        self.assertFalse(self.knows(cookie))
        self.make("again")
        self.assertFalse(self.knows(cookie))

    def test_sessions_are_listed_and_ended_ones_own_by_anybody_all_by_administrators(self):
        self.make("listed")
        first, second = self.box.login("listed"), self.box.login("listed")
        mine = self.box.ask("GET", "/api/v1/sessions", cookie=first)["items"]
        self.assertEqual([item["user"] for item in mine], ["listed", "listed"])
        self.assertEqual(sorted(item["own"] for item in mine), [False, True])
        other = next(item["id"] for item in mine if not item["own"])
        self.box.ask("DELETE", f"/api/v1/sessions/{other}", cookie=first)
        self.assertFalse(self.knows(second))
        everybody = self.box.ask("GET", "/api/v1/sessions", cookie=self.chief)["items"]
        self.assertIn("chief", {item["user"] for item in everybody})
        chiefs = next(item["id"] for item in everybody if item["user"] == "chief")
        self.box.ask("DELETE", f"/api/v1/sessions/{chiefs}", status=404, cookie=first)

    def test_the_cookie_behind_tls_is_for_this_host_alone(self):
        forwarded = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        self.make("secure")
        _, headers, _ = self.box.raw("POST", "/api/v1/login", {"user": "secure", "password": PASSWORD}, over="tcp",
                                     headers=forwarded)
        self.assertRegex(headers["set-cookie"],
                         r"^__Host-gantry_sid=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$")
        cookie = headers["set-cookie"].split(";")[0]
        secure = {**forwarded, "Cookie": cookie}
        self.assertEqual(self.box.raw("GET", "/api/v1/channels", over="tcp", headers=secure)[0], 200)
        plain = {"Cookie": cookie}
        self.assertEqual(self.box.raw("GET", "/api/v1/channels", over="tcp", headers=plain)[0], 401, "not without TLS")

    def test_the_last_administrator_stays_one(self):
        for user in self.box.ask("GET", "/api/v1/users")["items"]:
            if user["role"] == "admin" and user["name"] != "chief":
                self.box.ask("DELETE", f"/api/v1/users/{user['name']}")
        for method, body in (("PATCH", {"role": "viewer"}), ("PATCH", {"disabled": True}), ("DELETE", None)):
            self.box.ask(method, "/api/v1/users/chief", body, 409)

    def test_two_who_change_one_account_notice_it(self):
        self.make("shared")
        etag = self.box.raw("GET", "/api/v1/users/shared", cookie=self.chief)[1]["etag"]
        self.box.ask("PATCH", "/api/v1/users/shared", {"full_name": "A"}, headers={"If-Match": etag})
        self.box.ask("PATCH", "/api/v1/users/shared", {"full_name": "B"}, 412, headers={"If-Match": etag})
        self.box.ask("PATCH", "/api/v1/users/shared", {"full_name": "B"}, 428, headers={"If-Match": None})

    # ---- guessing

    def test_an_account_takes_ten_guesses_a_minute_also_all_at_once(self):
        self.make("guessed")
        peers = []
        for _ in range(14):
            peer = socket.create_connection(("127.0.0.1", self.box.port))
            body = json.dumps({"user": "guessed", "password": "wrong wrong wrong"})
            peer.sendall((f"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.{len(peers)}\r\nConnection: close\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
            peers.append(peer)
        answers = [peer.recv(4096).split()[1] for peer in peers]
        for peer in peers:
            peer.close()
        self.assertEqual((answers.count(b"401"), answers.count(b"429")), (10, 4))
        self.assertEqual(self.box.login("guessed", status=429), "/problems/too-many-attempts")

    def test_a_wrong_name_takes_as_long_as_a_wrong_password(self):
        spent = {"timed": [], "nobody-at-all": []}

        def apart():
            known, unknown = (min(values) for values in spent.values())
            return abs(known - unknown) / max(known, unknown)

        for group in range(6):  # a machine that does other things makes some slower, and none quicker; a name is tried ten times a minute
            self.make(f"timed-{group}")
            for n, user in enumerate(("timed", "nobody-at-all") * 4):
                begin = time.monotonic()
                self.box.raw("POST", "/api/v1/login", {"user": f"{user}-{group}", "password": "wrong wrong wrong"}, over="tcp",
                             headers={"X-Forwarded-For": f"198.51.100.{8 * group + n}"})
                spent[user].append(time.monotonic() - begin)
            if apart() < 0.5:
                break
        self.assertLess(apart(), 0.5, spent)

    def test_no_guessing_locks_a_wall_out(self):
        token = self.box.ask("POST", "/api/v1/tokens", {"id": "wall-g", "scopes": ["wall"]}, 201)["token"]
        address = {"X-Forwarded-For": "203.0.113.9"}
        for n in range(14):
            self.box.raw("POST", "/api/v1/login", {"user": f"no-{n}", "password": "wrong wrong wrong"}, over="tcp", headers=address)
        tried = self.box.raw("POST", "/api/v1/login", {"user": "chief", "password": PASSWORD}, over="tcp", headers=address)
        self.assertEqual(tried[0], 429, "the address waits")
        self.assertEqual(self.box.raw("POST", "/api/v1/login", {"wall": token}, over="tcp", headers=address)[0], 200)

    # ---- walls and tokens

    def test_a_wall_lives_by_its_token_and_dies_with_it(self):
        made = self.box.ask("POST", "/api/v1/tokens", {"id": "wall-1", "name": "Studio", "scopes": ["wall", "ack"]}, 201)
        self.assertTrue(made["url"].endswith("/#wall=" + made["token"]))
        _, headers, _ = self.box.raw("POST", "/api/v1/login", {"wall": made["token"]}, over="tcp")
        cookie = headers["set-cookie"].split(";")[0].split("=")[1]
        stream = Stream(Connector(self.box), cookie)
        stream.until("snapshot")
        self.box.ask("GET", "/api/v1/channels", cookie=cookie)
        self.box.ask("GET", "/api/v1/system", status=403, cookie=cookie)
        alarm = wait_for("an alarm", self.box.alarm)
        self.box.ask("POST", f"/api/v1/alarms/{alarm['id']}/ack", {}, cookie=cookie)
        wait_for("the wall's name at the alarm", lambda: self.box.alarm(owner="token:wall-1"))
        self.box.ask("DELETE", "/api/v1/tokens/wall-1")
        problem = self.box.ask("GET", "/api/v1/channels", status=401, cookie=cookie)
        self.assertEqual(problem["type"], "/problems/wall-token-revoked")
        while stream.next() is not None:
            pass
        stream.close()
        again = self.box.ask("POST", "/api/v1/login", {"wall": made["token"]}, 401, over="tcp")
        self.assertEqual(again["type"], "/problems/wall-token-revoked")

    def test_a_token_tells_when_it_was_used(self):
        token = self.box.ask("POST", "/api/v1/tokens", {"id": "seen", "scopes": ["read"], "expires_in_days": 1}, 201)["token"]
        listed = {item["id"]: item for item in self.box.ask("GET", "/api/v1/tokens")["items"]}
        self.assertIsNone(listed["seen"]["last_used_at"])
        self.box.ask("GET", "/api/v1/channels", bearer=token)
        listed = {item["id"]: item for item in self.box.ask("GET", "/api/v1/tokens")["items"]}
        self.assertIsNotNone(listed["seen"]["last_used_at"])

    # ---- second factor

    def with_factor(self, name):
        self.make(name)
        cookie = self.box.login(name)
        begun = self.box.ask("POST", "/api/v1/account/second-factor", {}, cookie=cookie)
        picture = self.box.ask("GET", begun["picture"], cookie=cookie)
        self.assertTrue(picture.startswith("<svg "))
        self.box.ask("POST", "/api/v1/account/second-factor/confirm", {"code": "000000"}, 422, cookie=cookie)
        used = code_of(begun["secret"])
        confirmed = self.box.ask("POST", "/api/v1/account/second-factor/confirm", {"code": used}, cookie=cookie)
        self.assertFalse(self.knows(cookie), "sessions from before the second factor end")
        return begun["secret"], used, confirmed["recovery_codes"]

    def test_a_second_factor_is_asked_for_and_refuses_a_code_twice(self):
        secret, used, _ = self.with_factor("factor")
        self.assertEqual(self.box.login("factor", status=401), "/problems/second-factor-required")
        self.assertEqual(self.box.login("factor", "wrong wrong wrong", 401, totp=code_of(secret, 30)), "/problems/wrong-login")
        self.assertEqual(self.box.login("factor", status=401, totp=used), "/problems/wrong-login", )
        code = code_of(secret, 30)
        self.box.login("factor", totp=code)
        self.assertEqual(self.box.login("factor", status=401, totp=code), "/problems/wrong-login")
        self.assertEqual(self.box.login("factor", status=401, totp=code_of(secret, -600)), "/problems/wrong-login")

    def test_a_recovery_code_is_good_once(self):
        _, _, codes = self.with_factor("lost")
        self.assertEqual(len(codes), 10)
        self.box.login("lost", totp=codes[3].upper().replace("-", " "))
        self.assertEqual(self.box.login("lost", status=401, totp=codes[3]), "/problems/wrong-login")
        self.assertEqual(self.box.ask("GET", "/api/v1/users/lost")["recovery_codes_left"], 9)
        self.box.ask("PATCH", "/api/v1/users/lost", {"second_factor": False})
        self.box.login("lost")

    def test_the_picture_holds_the_secret(self):
        self.make("camera")
        cookie = self.box.login("camera")
        begun = self.box.ask("POST", "/api/v1/account/second-factor", {}, cookie=cookie)
        self.assertIn(f"secret={begun['secret']}", begun["uri"])
        self.assertEqual(len(begun["secret"]), 32, "160 bits")

    # ---- audit

    def test_every_write_is_in_the_audit_trail_with_who_and_from_where(self):
        self.make("auditor", role="admin")
        cookie = self.box.login("auditor")
        wait_for("the login", lambda: self.audit(actor="auditor"))
        writes = (("PUT", "/api/v1/walls/audited", {"title": "Audited"}), ("PATCH", "/api/v1/walls/audited", {"night": True}),
                  ("DELETE", "/api/v1/walls/audited", None),
                  ("PUT", "/api/v1/profiles/audited", {"base": "default", "text": "", "settings": []}),
                  ("DELETE", "/api/v1/profiles/audited", None),
                  ("PUT", "/api/v1/runbooks/no-packets", {"text": "Look at the cable."}),
                  ("DELETE", "/api/v1/runbooks/no-packets", None),
                  ("PUT", "/api/v1/receivers/audited", {"kind": "webhook", "url": "http://127.0.0.1:9/", "allow_private": True,
                                                        "secret": "a-receiver-secret"}),
                  ("DELETE", "/api/v1/receivers/audited", None),
                  ("POST", "/api/v1/tokens", {"id": "audited", "scopes": ["read"]}), ("DELETE", "/api/v1/tokens/audited", None))
        for method, path, body in writes:
            before = len(self.audit(actor="auditor", limit=1000))
            status, _, answer = self.box.raw(method, path, body, cookie=cookie)
            self.assertIn(status, (200, 201), (method, path, answer))
            entries = wait_for(f"audit of {method} {path}", lambda b=before: (
                found := self.audit(actor="auditor", limit=1000)) and len(found) > b and found)
            self.assertEqual(entries[0]["from"], "127.0.0.1", (method, path))
            self.assertRegex(entries[0]["before"] or "", "^[0-9a-f]{16}$", (method, path))
            self.assertNotEqual(entries[0]["before"], entries[0]["after"], (method, path))
        self.box.raw("POST", "/api/v1/logout", {}, cookie=cookie)
        wait_for("the logout", lambda: self.audit(actor="auditor", limit=1000)[0]["text"] == "logout")
        self.assertIn("login", [entry["text"] for entry in self.audit(actor="auditor", limit=1000)])
        self.box.login("auditor", "wrong wrong wrong", 401)
        wait_for("the refusal", lambda: self.audit(actor="auditor", limit=1000)[0]["text"] == "login-refused")

    def test_an_act_on_an_alarm_is_in_the_audit_trail(self):
        alarm = wait_for("an alarm", self.box.alarm)
        self.box.ask("POST", f"/api/v1/alarms/{alarm['id']}/comments", {"note": "seen"}, cookie=self.chief)
        wait_for("the comment", lambda: any(alarm["id"] in entry["text"] for entry in self.audit(actor="chief", q="commented")))

    def test_the_trail_has_pages_and_a_table(self):
        for n in range(7):
            self.make(f"paged-{n}")
        wait_for("entries", lambda: len(self.audit(q="paged-", limit=100)) == 7)
        seen, cursor = [], ""
        for _ in range(100):
            page = self.box.ask("GET", f"/api/v1/audit?q=paged-&limit=3{cursor}")
            seen += [entry["text"] for entry in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        self.assertEqual([text.split()[1] for text in seen], [f"paged-{n}" for n in range(6, -1, -1)])
        rows = list(csv.reader(io.StringIO(self.box.ask("GET", "/api/v1/audit.csv?q=paged-").removeprefix("\ufeff"))))
        self.assertEqual((rows[0][:4], len(rows)), (["at", "actor", "from", "text"], 8))

    # ---- secrets

    def test_no_answer_gives_a_secret_back(self):
        self.box.ask("PUT", "/api/v1/receivers/planted", {"kind": "webhook", "url": "http://127.0.0.1:9/", "allow_private": True,
                                                          "secret": "planted-receiver-secret"})
        self.make("planted", password="planted-user-password")
        secret, _, codes = self.with_factor("planted-factor")
        token = self.box.ask("POST", "/api/v1/tokens", {"id": "planted", "scopes": ["read"]}, 201)["token"]
        inventory = max((self.box.state / "inventory").glob("*.json"), key=lambda path: int(path.stem))
        stored = inventory.read_text(encoding="utf-8")
        kept = json.loads(stored)
        hashes = [account["password_hash"] for account in kept["accounts"]] + [entry["hash"] for entry in kept["tokens"]]
        hashes += [account["totp"] for account in kept["accounts"] if account["totp"]]
        hashes += [code for account in kept["accounts"] for code in account["recovery"]]
        planted = ["planted-receiver-secret", "planted-user-password", secret, token, *codes, *hashes, PASSWORD]
        planted += [(self.box.state / name).read_bytes().hex() for name in ("link.key", "account.key")]
        for word in (secret, token, *codes, "planted-receiver-secret", "planted-user-password"):
            self.assertNotIn(word, stored, "not in clear on disk")
        rows = json.loads(subprocess.check_output([os.environ["HTTP_ROUTES"]]))
        read = 0
        for row in rows:
            if row["method"] != "GET" or row["pattern"] == "/api/v1/events":
                continue
            for subject in ("planted", "planted-factor", "one"):
                status, _, body = self.box.raw("GET", row["pattern"].replace("{}", subject), cookie=self.chief)
                read += status == 200
                for word in planted:
                    self.assertNotIn(word.encode(), body, row["pattern"])
        self.assertGreater(read, 30)
        self.assertNotIn(secret, (self.box.folder / "log.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
