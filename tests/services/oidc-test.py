"""Logging in through a real OpenID provider: who gets in, as what, and everything that must not get anybody in."""
import json
import re
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from gantryd_box import PASSWORD, free_port, wait_for
from oidc_rig import PEOPLE, SECRET, Browser, Provider, box_with, redirect_of

BAD_TOKENS = ("tampered", "no-signature", "odd-signature", "none", "hmac-secret", "hmac-public-key", "unknown-key", "stolen-kid", "critical", "wrong-nonce",
              "no-nonce", "expired", "future", "old", "wrong-audience", "several-audiences", "wrong-issuer", "nobody", "no-token",
              "userinfo-of-another")
BAD_DOCUMENTS = ("no-document", "document-of-another", "plain-endpoint", "huge", "deep", "redirect-document")


class Oidc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        owner = tempfile.TemporaryDirectory(prefix="gantry-oidc-")
        cls.addClassCleanup(owner.cleanup)
        port = free_port()
        cls.box = box_with(owner.name, port)
        cls.addClassCleanup(cls.box.end)
        code = (cls.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        cls.box.ask("POST", "/api/v1/setup", {"code": code, "user": "chief", "password": PASSWORD}, over="tcp")
        cls.provider = Provider(redirect_of(cls.box.port), port, owner.name)
        cls.addClassCleanup(cls.provider.stop)

    def setUp(self):
        if self.provider.process is None:
            self.provider.start()
        self.provider.tell(people=PEOPLE, fault="")
        self.box.ask("GET", "/api/v1/login/oidc")  # looks at the provider afresh

    def tearDown(self):
        for user in self.users():
            if user not in ("chief",):
                self.box.ask("DELETE", f"/api/v1/users/{user}")

    def browser(self):
        return Browser(self.box, self.provider)

    def users(self):
        return {item["name"]: item for item in self.box.ask("GET", "/api/v1/users")["items"]}

    def audit(self, words, address):
        return wait_for(f"audit of {words} from {address}", lambda: [
            entry for entry in self.box.ask("GET", "/api/v1/audit?limit=50")["items"]
            if words in entry["text"] and entry["from"] == address])[0]

    def enter(self, person):
        browser = self.browser()
        status, headers, page = browser.login(person)
        self.assertEqual((status, headers.get("location")), (303, "/"), page)
        return browser

    def assert_out(self, browser, answer, status, words=""):
        self.assertEqual(answer[0], status, answer[2])
        self.assertIn(words, answer[2].decode())
        self.assertIsNone(browser.cookie())
        self.assertFalse(browser.session()["authenticated"])

    # ---- who gets in

    def test_a_first_login_makes_an_account_with_the_role_of_its_groups_and_no_password(self):
        browser = self.enter("anna")
        self.assertEqual((browser.session()["user"], browser.session()["role"]), ("anna-ivanova", "operator"))
        user = self.users()["anna-ivanova"]
        self.assertEqual((user["login_by"], user["has_password"], user["full_name"], user["limited"]), ("oidc", False, "Anna Ivanova", False))
        self.assertEqual(user["subject"], f"{self.provider.issuer} anna")
        self.assertEqual(self.audit("login: by the provider", browser.address)["actor"], "anna-ivanova")
        held = self.box.ask("GET", "/api/v1/sessions")["items"]
        self.assertEqual([item["via"] for item in held if item["user"] == "anna-ivanova"], ["oidc"])

    def test_the_session_is_one_as_any_other_and_ends_as_any_other(self):
        browser = self.enter("anna")
        self.assertIn("samesite=strict", browser.home["gantry_sid"][1])
        self.assertIn("httponly", browser.home["gantry_sid"][1])
        self.assertEqual(browser.at_box("GET", "/api/v1/channels")[0], 200)
        before = dict(browser.home)
        browser.at_box("POST", "/api/v1/logout", {})
        browser.home = before
        self.assertFalse(browser.session()["authenticated"], "ended on the box, not in the browser alone")

    def test_the_next_login_is_the_same_account_with_the_roles_of_today(self):
        first = self.enter("anna")
        self.provider.tell(people={**PEOPLE, "anna": {**PEOPLE["anna"], "preferred_username": "renamed", "groups": ["admins"]}})
        second = self.enter("anna")
        self.assertEqual((second.session()["user"], second.session()["role"]), ("anna-ivanova", "admin"))
        self.assertFalse(first.session()["authenticated"], "what was another role's has ended")

    def test_a_broadcasters_people_see_its_channels_alone(self):
        browser = self.enter("guest")
        self.assertEqual([item["id"] for item in json.loads(browser.at_box("GET", "/api/v1/channels")[2])["items"]], ["one"])
        self.assertEqual(browser.at_box("GET", "/api/v1/channels.csv")[0], 403)

    def test_groups_are_asked_for_where_the_id_token_has_none(self):
        self.provider.fault("groups-by-userinfo")
        self.assertEqual(self.enter("boss").session()["role"], "admin")

    def test_keys_that_the_provider_changed_are_looked_up(self):
        self.enter("anna")
        time.sleep(10.5)  # not each unknown key is a reason to ask
        self.provider.fault("new-key")
        self.enter("anna")

    def test_somebody_who_is_called_as_an_account_of_this_box_does_not_get_it(self):
        self.box.ask("POST", "/api/v1/users", {"name": "boss", "role": "viewer", "password": PASSWORD, "must_change_password": False}, 201)
        self.assertEqual(self.enter("boss").session()["user"], "boss-2")
        self.assertEqual(self.users()["boss"]["login_by"], "password")
        self.box.login("boss")

    # ---- who does not

    def test_nobody_without_a_role_gets_in_or_leaves_an_account(self):
        browser = self.browser()
        self.assert_out(browser, browser.login("nobody"), 403, "canteen")
        self.assertEqual(set(self.users()), {"chief"})
        self.assertTrue(self.audit("login-refused: by the provider: none of your groups", browser.address))

    def test_who_lost_every_role_there_is_logged_out_here(self):
        first = self.enter("anna")
        self.provider.tell(people={**PEOPLE, "anna": {**PEOPLE["anna"], "groups": []}})
        browser = self.browser()
        self.assert_out(browser, browser.login("anna"), 403)
        self.assertFalse(first.session()["authenticated"])

    def test_an_account_that_is_disabled_here_stays_out(self):
        first = self.enter("anna")
        self.box.ask("PATCH", "/api/v1/users/anna-ivanova", {"disabled": True})
        self.assertFalse(first.session()["authenticated"])
        browser = self.browser()
        self.assert_out(browser, browser.login("anna"), 403, "disabled")

    def test_a_state_that_is_wrong_missing_or_of_another_browser_gets_nobody_in(self):
        one, other = self.browser(), self.browser()
        url = one.through(one.begin(), "anna")
        other.begin()
        self.assert_out(other, other.back(url), 400, "did not begin in this browser")
        stranger = self.browser()
        self.assert_out(stranger, stranger.back(url), 400)
        wrong = re.sub("state=[^&]*", "state=wrong", url)
        self.assert_out(one, one.back(wrong), 400)
        self.assert_out(one, one.back(re.sub("state=[^&]*&?", "", url)), 400)
        self.assertEqual(one.back(url)[0], 303, "the true one still counts")

    def test_what_was_used_is_used_up(self):
        browser = self.browser()
        url = browser.through(browser.begin(), "anna")
        self.assertEqual(browser.back(url)[0], 303)
        again = self.browser()
        again.home["gantry_oidc"] = browser.home["gantry_oidc"]
        self.assert_out(again, again.back(url), 400)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["code"][0]
        fresh = urllib.parse.parse_qs(urllib.parse.urlsplit(again.begin()).query)["state"][0]
        replayed = again.back(f"/api/v1/login/oidc/callback?code={code}&state={fresh}&iss={urllib.parse.quote(self.provider.issuer)}")
        self.assert_out(again, replayed, 403, "invalid_grant")

    def test_an_answer_of_another_issuer_or_of_none_is_refused(self):
        for iss in ("&iss=https%3A%2F%2Felsewhere.example", ""):
            browser = self.browser()
            url = re.sub("&?iss=[^&]*", "", browser.through(browser.begin(), "anna")) + iss
            self.assert_out(browser, browser.back(url), 400, "not the provider")

    def test_no_bad_token_gets_anybody_in(self):
        self.enter("guest")  # document and keys are known and good
        for fault in BAD_TOKENS:
            self.provider.fault(fault)
            browser = self.browser()
            with self.subTest(fault):
                self.assert_out(browser, browser.login("anna"), 403)
                self.assertEqual(set(self.users()), {"chief", "guest"})

    def test_no_bad_document_is_used_and_what_it_is_is_told_to_administrators(self):
        for fault in BAD_DOCUMENTS:
            self.provider.fault(fault)
            with self.subTest(fault):
                told = self.box.ask("GET", "/api/v1/login/oidc")
                self.assertEqual(told["state"], "failing", told)
                self.assertEqual(self.browser().at_box("POST", "/api/v1/login/oidc", {})[0], 503)

    def test_a_token_endpoint_that_leads_elsewhere_is_not_followed(self):
        self.provider.fault("redirect")
        browser = self.browser()
        self.assert_out(browser, browser.login("anna"), 503)

    def test_a_refusal_of_the_provider_is_told_as_text(self):
        browser = self.browser()
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.begin()).query)["state"][0]
        words = urllib.parse.quote("<img src=x onerror=alert(1)>")
        answer = browser.back(f"/api/v1/login/oidc/callback?error={words}&state={state}")
        self.assert_out(browser, answer, 403, "&lt;img src=x")
        self.assertIn("default-src 'none'", answer[1]["content-security-policy"])
        self.assertNotIn("script-src", answer[1]["content-security-policy"])

    # ---- the way there and back

    def test_the_way_there_has_pkce_state_and_nonce_which_are_new_each_time(self):
        one, other = [urllib.parse.parse_qs(urllib.parse.urlsplit(self.browser().begin()).query) for _ in range(2)]
        self.assertEqual((one["response_type"], one["code_challenge_method"], one["scope"]), (["code"], ["S256"], ["openid profile"]))
        self.assertEqual(one["redirect_uri"], [f"http://127.0.0.1:{self.box.port}/api/v1/login/oidc/callback"])
        for name in ("state", "nonce", "code_challenge"):
            self.assertEqual(len(one[name][0]), 43)
            self.assertNotEqual(one[name], other[name])

    def test_after_a_logout_the_provider_asks_again_who_is_there(self):
        browser = self.enter("anna")
        browser.at_box("POST", "/api/v1/logout", {})
        self.assertEqual(browser.back(browser.through(browser.begin(), None))[0], 303, "it knows the browser, and asks nothing")
        self.assertEqual(browser.session()["user"], "anna-ivanova")
        browser.at_box("POST", "/api/v1/logout", {})
        with self.assertRaises(AssertionError):
            browser.through(browser.begin(again=True), None)
        self.assertEqual(browser.back(browser.through(browser.begin(again=True), "anna"))[0], 303)

    def test_the_redirect_address_is_not_what_the_request_says(self):
        headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.9.0.1"}
        answer = self.box.raw("POST", "/api/v1/login/oidc?return=https://evil.example", {"return": "//evil.example"}, over="tcp", headers=headers)
        self.assertNotIn(b"evil", answer[2])

    def test_the_way_back_leads_nowhere_else(self):
        browser = self.browser()
        url = browser.through(browser.begin(), "anna") + "&return=//evil.example&redirect_uri=https://evil.example&next=https://evil.example"
        status, headers, _ = browser.back(url)
        self.assertEqual((status, headers["location"]), (303, "/"))

    def test_behind_tls_no_other_host_can_have_set_the_cookies(self):
        browser = Browser(self.box, self.provider, secure=True)
        self.assertEqual(browser.login("anna")[0], 303)
        self.assertEqual(set(browser.home), {"__Host-gantry_oidc", "__Host-gantry_sid"})
        for _, how in browser.home.values():
            self.assertIn("path=/;", how)
            self.assertIn("; secure", how)
        forced = Browser(self.box, self.provider, secure=True)
        url = forced.through(forced.begin(), "anna")
        forced.home = {"gantry_oidc": forced.home["__Host-gantry_oidc"]}
        self.assertEqual(forced.back(url)[0], 400)

    def test_a_page_of_another_site_cannot_begin_a_login(self):
        answer = self.box.raw("POST", "/api/v1/login/oidc", {}, over="tcp", headers={"Origin": "https://evil.example"})
        self.assertEqual(answer[0], 403)
        self.assertNotIn("set-cookie", answer[1])

    # ---- a provider that is away, or slow

    def test_with_the_provider_away_accounts_of_the_box_log_in_and_the_rest_is_told(self):
        browser = self.browser()
        url = browser.through(browser.begin(), "anna")
        self.provider.stop()
        self.assert_out(browser, browser.back(url), 503, "Accounts of this box can log in")
        self.box.ask("GET", "/api/v1/login/oidc")  # finds out
        status, headers, answer = self.browser().at_box("POST", "/api/v1/login/oidc", {})
        self.assertEqual((status, json.loads(answer)["type"]), (503, "/problems/unavailable"))
        self.assertIn("retry-after", headers)
        self.box.login("chief")
        self.assertEqual(self.box.ask("GET", "/api/v1/login/oidc")["state"], "failing")
        self.provider.start()
        self.assertEqual(self.box.ask("GET", "/api/v1/login/oidc")["state"], "ok")
        self.enter("anna")

    def test_a_slow_provider_holds_nobody_up(self):
        browser = self.browser()
        url = browser.through(browser.begin(), "anna")
        self.provider.fault("slow")
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(browser.back(url)))
        begin = time.monotonic()
        waiting.start()
        slowest = 0
        while waiting.is_alive() and time.monotonic() - begin < 50:
            asked = time.monotonic()
            self.box.raw("GET", "/healthz", over="tcp")
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.05)
        waiting.join()
        self.assertEqual(answers[0][0], 503)
        took = time.monotonic() - begin
        print(f"oidc: given up after {took:.1f} s, others answered within {slowest * 1000:.0f} ms")
        self.assertLess(took, 30, "on a machine that does nothing else it is below 10 s; the provider takes 60")
        self.assertLess(slowest, 3, "the HTTP thread waited; on a machine that does nothing else it is below half a second")
        self.provider.stop()  # it would sleep on

    def test_gantryd_ends_in_time_while_a_login_is_on_its_way(self):
        browser = self.browser()
        url = browser.through(browser.begin(), "anna")
        self.provider.fault("slow")
        peer = threading.Thread(target=lambda: self.assertRaises(Exception, browser.back, url))
        peer.start()
        time.sleep(0.5)
        begin = time.monotonic()
        self.assertEqual(self.box.stop(), 0)
        took = time.monotonic() - begin
        print(f"oidc: gantryd ended after {took:.1f} s")
        self.assertLess(took, 20, "on a machine that does nothing else it is below 5 s; the provider takes 60")
        peer.join()
        self.provider.stop()
        self.box.start()
        self.provider.start()

    # ---- limits

    def test_wrong_answers_cost_the_address_that_brings_them_and_nobody_else(self):
        browser = self.browser()
        for _ in range(10):
            self.assertEqual(browser.back("/api/v1/login/oidc/callback?state=guess&code=guess")[0], 400)
        status, headers, _ = browser.back("/api/v1/login/oidc/callback?state=guess&code=guess")
        self.assertEqual(status, 429)
        self.assertIn("retry-after", headers)
        self.assertEqual(browser.at_box("POST", "/api/v1/login/oidc", {})[0], 429)
        self.enter("anna")

    def test_one_address_has_so_many_logins_on_their_way(self):
        browser = self.browser()
        statuses = [browser.at_box("POST", "/api/v1/login/oidc", {})[0] for _ in range(40)]
        self.assertEqual((statuses.count(200), statuses.count(429)), (32, 8))
        self.enter("anna")

    # ---- accounts, rights, secrets

    def test_an_account_of_the_provider_has_no_password_here_and_gets_none(self):
        browser = self.enter("boss")
        self.assertEqual(browser.at_box("POST", "/api/v1/account/password", {"password": "", "new_password": PASSWORD})[0], 409)
        self.assertEqual(browser.at_box("POST", "/api/v1/account/second-factor", {})[0], 409)
        for change in ({"password": PASSWORD}, {"login_by": "password", "password": PASSWORD}, {"login_by": "pam"}, {"subject": "other"},
                       {"must_change_password": True}):
            self.box.ask("PATCH", "/api/v1/users/boss", change, 422)
        self.box.ask("POST", "/api/v1/users", {"name": "forged", "role": "admin", "login_by": "oidc"}, 422)
        self.box.login("boss", "", 401)
        self.box.login("boss", PASSWORD, 401)

    def test_the_login_page_knows_the_name_of_the_provider_and_administrators_the_rest(self):
        self.assertEqual(self.browser().session()["provider"], "Example Sign-on")
        told = self.box.ask("GET", "/api/v1/login/oidc")
        self.assertEqual((told["state"], told["issuer"], told["client"]), ("ok", self.provider.issuer, "gantry"))
        shown = self.box.ctl("login", "provider")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(self.provider.issuer, shown.stdout)
        self.assertEqual(self.enter("anna").at_box("GET", "/api/v1/login/oidc")[0], 403)

    def test_no_answer_and_no_log_holds_the_secret(self):
        browser = self.enter("boss")
        for path in ("/api/v1/login/oidc", "/api/v1/session", "/api/v1/users", "/api/v1/audit", "/api/v1/events/log"):
            self.assertNotIn(SECRET.encode(), browser.at_box("GET", path)[2], path)
        self.assertNotIn(SECRET, (self.box.folder / "log.txt").read_text(encoding="utf-8"))
        self.assertNotIn(SECRET, "".join(path.read_text(encoding="utf-8") for path in (self.box.state / "inventory").glob("*.json")))

    def test_accounts_of_the_provider_are_there_after_a_restart(self):
        self.enter("anna")
        self.box.stop()
        self.box.start()
        self.assertEqual(self.users()["anna-ivanova"]["subject"], f"{self.provider.issuer} anna")
        self.assertEqual(self.enter("anna").session()["user"], "anna-ivanova")


class Secret(unittest.TestCase):
    def test_a_secret_that_cannot_be_read_is_told_and_the_box_starts(self):
        with tempfile.TemporaryDirectory(prefix="gantry-oidc-") as folder:
            box = box_with(folder, free_port(), secret_file=f"{folder}/nowhere")
            try:
                told = box.ask("GET", "/api/v1/login/oidc")
                self.assertEqual(told["state"], "failing")
                self.assertIn("secret of the login provider cannot be read", told["detail"])
                box.ask("POST", "/api/v1/login/oidc", {}, 503, over="tcp")
            finally:
                box.end()


class Tls(unittest.TestCase):
    """The provider's certificate counts."""

    def test_a_certificate_of_nobody_known_is_refused_and_one_of_the_given_roots_is_taken(self):
        with tempfile.TemporaryDirectory(prefix="gantry-oidc-") as folder:
            certificate, key = f"{folder}/c.pem", f"{folder}/k.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=provider", "-addext",
                            "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
            port = free_port()
            provider = Provider("http://127.0.0.1:1/", port, folder, certificate, key).start()
            try:
                for ca_file, state in (("", "failing"), (certificate, "ok")):
                    box = box_with(folder, port, secure=True, ca_file=ca_file)
                    try:
                        told = box.ask("GET", "/api/v1/login/oidc")
                        self.assertEqual(told["state"], state, told)
                    finally:
                        box.end()
            finally:
                provider.stop()


if __name__ == "__main__":
    unittest.main()
