"""The one table of rights, held against api.yaml and against a running gantryd: every route, asked by everybody."""
import json
import os
import re
import subprocess
import unittest

from gantryd_box import PASSWORD, Box

ROLES = ["none", "viewer", "operator", "engineer", "admin"]
SCOPES = ["read", "ack", "config", "admin", "wall", "status"]
METHODS = ["get", "put", "post", "patch", "delete"]
ENDS_A_SESSION = ("/api/v1/logout", "/api/v1/login", "/api/v1/setup")


def table():
    return json.loads(subprocess.check_output([os.environ["HTTP_ROUTES"]]))


def concrete(pattern):
    """A path that fits and names nothing that is there, so that whoever may ask changes nothing."""
    if pattern == "/api/v1/channels/{}/thumbnails/{}":
        return "/api/v1/channels/nothing/thumbnails/2026-01-31T12:00:00Z.jpg"
    return pattern.replace("{}", "nothing")


class Document(unittest.TestCase):
    """What api.yaml says, row by row."""

    def setUp(self):
        with open(os.path.join(os.environ["GANTRY_SOURCE"], "appliance/http/api.yaml"), encoding="utf-8") as file:
            import yaml  # pylint: disable=import-outside-toplevel
            self.paths = yaml.safe_load(file)["paths"]

    def test_every_route_stands_in_api_yaml_with_its_rights(self):
        described = {(re.sub(r"\{[^}]*\}(\.jpg)?", "{}", path), method): operation for path, methods in self.paths.items()
                     for method, operation in methods.items() if method in METHODS}
        rows = {(row["pattern"], row["method"].lower()): row for row in table()}
        self.assertEqual(set(described) - set(rows), set(), "described, but not served")
        self.assertEqual(set(rows) - set(described), set(), "served, but not described")
        for key, row in rows.items():
            operation = described[key]
            said = (operation.get("x-gantry-role"), operation.get("x-gantry-tokens"), operation.get("x-gantry-reach"))
            role = "anybody" if row["role"] == "none" else row["role"]
            self.assertEqual(said, (role, row["tokens"], row["reach"]), key)

    def test_nothing_but_reading_is_open_to_tokens_of_walls(self):
        for row in table():
            if "wall" in row["tokens"] and row["role"] != "none":
                self.assertEqual(row["method"], "GET", row)


class Walk(unittest.TestCase):
    """A running gantryd, each role, each token, somebody limited, nobody."""

    @classmethod
    def setUpClass(cls):
        cls.box = Box()
        cls.addClassCleanup(cls.box.end)
        code = (cls.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        cls.box.ask("POST", "/api/v1/setup", {"code": code, "user": "chief", "password": PASSWORD}, over="tcp")
        cls.tokens = {}
        for role in ROLES[1:]:
            cls.box.ask("POST", "/api/v1/users", {"name": role, "role": role, "password": PASSWORD,
                                                  "must_change_password": False}, 201)
        cls.box.ask("POST", "/api/v1/users", {"name": "guest", "role": "admin", "password": PASSWORD, "limited": True,
                                              "groups": ["News"], "must_change_password": False}, 201)
        for scope in SCOPES:
            answer = cls.box.ask("POST", "/api/v1/tokens", {"id": f"t-{scope}", "scopes": [scope]}, 201)
            cls.tokens[scope] = answer["token"]

    def ask(self, row, **who):
        body = {} if row["method"] in ("POST", "PUT", "PATCH") else None
        path = concrete(row["pattern"])
        status, headers, answer = self.box.raw(row["method"], path, body, over="tcp", first=path == "/api/v1/events", **who)
        if "json" in headers.get("content-type", "") and not path.startswith("/a/"):
            self.box.api.check(row["method"], path, status, headers, answer)
        problem = json.loads(answer).get("type", "") if "problem" in headers.get("content-type", "") else ""
        return status, problem

    asked = refused = 0

    @classmethod
    def tearDownClass(cls):
        print(f"row 67: {cls.asked} requests of every role and token to every route of the table; it refuses {cls.refused} of them")

    def check(self, row, may, refused, **who):
        type(self).asked += 1
        type(self).refused += not may
        status, problem = self.ask(row, **who)
        name = (row["method"], row["pattern"], {key: str(value)[:12] for key, value in who.items()}, status, problem)
        if may:
            self.assertNotEqual(status, 405, name)
            self.assertTrue(status != 429 or row["pattern"].startswith(("/a/", "/status/")), name)  # a link that fits nothing was tried often
            self.assertNotIn(problem, ("/problems/denied", "/problems/limited", "/problems/login-required"), name)
        else:
            self.assertEqual(status, refused, name)

    def rows(self):
        return [row for row in table() if row["pattern"] not in ENDS_A_SESSION]

    def test_each_role_may_what_its_row_says(self):
        for role in ROLES[1:]:
            cookie = self.box.login(role)
            for row in self.rows():
                may = ROLES.index(role) >= ROLES.index(row["role"]) and not row["control_only"]
                self.check(row, may, 403, cookie=cookie)

    def test_each_token_may_what_its_row_says(self):
        for scope, token in self.tokens.items():
            for row in self.rows():
                may = (scope in row["tokens"] or row["role"] == "none") and not row["control_only"]
                self.check(row, may, 403, bearer=token)

    def test_nobody_may_what_is_not_open_to_anybody(self):
        for row in self.rows():
            may = row["role"] == "none" or row["metrics"]
            self.check(row, may, 403 if row["control_only"] else 401)

    def test_a_wrong_token_is_nobody_even_on_loopback(self):
        for row in self.rows():
            self.check(row, row["role"] == "none", 403 if row["control_only"] else 401, bearer="gt_wrong")

    def test_somebody_limited_is_refused_what_is_about_the_box(self):
        cookie = self.box.login("guest")
        for row in self.rows():
            may = row["role"] == "none" or (row["reach"] != "box" and not row["control_only"])
            self.check(row, may, 403, cookie=cookie)

    def test_a_due_password_comes_before_everything(self):
        made = self.box.ask("POST", "/api/v1/users", {"name": "fresh", "role": "admin"}, 201)
        self.assertTrue(made["user"]["must_change_password"])
        cookie = self.box.login("fresh", made["password"])
        for row in self.rows():
            if row["role"] != "none" and not row["own"] and not row["control_only"]:
                status, problem = self.ask(row, cookie=cookie)
                self.assertEqual((status, problem), (403, "/problems/password-change-required"), row)


if __name__ == "__main__":
    unittest.main()
