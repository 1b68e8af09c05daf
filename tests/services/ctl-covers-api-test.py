"""Every route of api.yaml has a verb of gantryctl, and every verb a route; what is left out is named here, with its reason."""
import json
import os
import pathlib
import re
import subprocess
import unittest

import yaml

LEFT_OUT = {  # route: why a command line has no use for it
    "POST /api/v1/login": "sessions are the browser's; programs have a token or the socket",
    "POST /api/v1/login/oidc": "the same",
    "GET /api/v1/login/oidc/callback": "the same",
    "POST /api/v1/logout": "the same",
    "POST /api/v1/setup": "the browser's first step; gantryctl setup-code makes the code for it",
    "GET /api/v1/wall/thumbs": "batches of pictures in a form of the wall's own; gantryctl channel thumb has one",
    "POST /api/v1/account/password": "one's own password is changed where one types it, in the browser; gantryctl user set is for others",
    "GET /api/v1/account/second-factor.svg": "a code for the camera of a phone: the browser shows it",
    "POST /api/v1/account/second-factor": "the same",
    "POST /api/v1/account/second-factor/confirm": "the same",
    "POST /api/v1/account/second-factor/remove": "the same; an administrator has gantryctl user set NAME --set second_factor=false",
    "GET /.well-known/security.txt": "for people who found a hole",
    "GET /a/{}": "a page behind a link in a message, which is its own authority",
    "POST /a/{}": "the same",
    "GET /status/{}": "a page for a broadcaster's people, its own authority",
    "GET /problems/": "pages for people",
    "GET /problems/{}": "the same",
    "GET /healthz": "for load balancers; gantryctl status --check says more",
    "GET /readyz": "the same",
    "GET /version": "gantryctl status has it",
}


def plain(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


class Coverage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        root = pathlib.Path(os.environ["GANTRY_SOURCE"])
        described = yaml.safe_load((root / "appliance/http/api.yaml").read_text(encoding="utf-8"))
        cls.routes = {f"{method.upper()} {plain(path)}" for path, methods in described["paths"].items()
                      for method in methods if method in ("get", "put", "post", "patch", "delete")}
        told = subprocess.run([os.environ["GANTRYCTL"], "help", "--json"], capture_output=True, text=True, check=True)
        cls.verbs = json.loads(told.stdout)["items"]
        cls.covered = {f"{verb['method']} {plain(verb['path'])}" for verb in cls.verbs if verb["method"]}
        for verb in cls.verbs:
            cls.covered |= {plain(route) for route in verb["also"].split(";") if route}

    def test_every_route_has_a_verb_or_a_reason(self):
        missing = self.routes - self.covered - set(LEFT_OUT)
        self.assertEqual(missing, set(), "add a row to appliance/ctl/verb-table.c for each of these")

    def test_every_verb_has_a_route(self):
        self.assertEqual(self.covered - self.routes, set(), "appliance/ctl/verb-table.c names what api.yaml does not have")

    def test_reasons_are_given_for_routes_that_are_there_and_have_no_verb(self):
        self.assertEqual(set(LEFT_OUT) - self.routes, set())
        self.assertEqual(set(LEFT_OUT) & self.covered, set())

    def test_verbs_are_named_once_and_have_as_many_arguments_as_their_path(self):
        names = [(verb["noun"], verb["verb"]) for verb in self.verbs]
        self.assertEqual(len(names), len(set(names)))
        for verb in self.verbs:
            wanted = plain(verb["path"]).count("{}")
            self.assertLessEqual(wanted, len(verb["args"].split()), verb)
            self.assertEqual(verb["help"][-1:].strip("."), verb["help"][-1:], verb)


if __name__ == "__main__":
    unittest.main()
