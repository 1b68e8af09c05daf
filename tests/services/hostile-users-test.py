"""Fault rows 63, 64 and 68 against gantryd with MariaDB and Redis: what people and pages try that should not."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from gantryd_box import PASSWORD, SOURCE, Box, wait_for
from private_servers import Servers

INJECTIONS = ["' OR '1'='1", "1; DROP TABLE incident; --", "' UNION SELECT 1,2,3 -- ", "\" OR \"\"=\"", "1' AND SLEEP(5) -- ", "\\'; --",
              "one' OR SLEEP(5)='", "%27%20OR%201=1", "0x27", "';EXEC xp_cmdshell('x')--", "1 OR 1=1", "`", "one/*", "){", "\u2019 OR 1=1"]
WRITES = ("post", "put", "patch", "delete")


def settings(servers):
    return (f"[mysql]\nsocket={servers.mysql}\nuser=gantry\npassword_file={servers.password}\ndatabase=gantry_test\nadmin_user=root\n"
            f"[redis]\nsocket={servers.redis}\npassword_file={servers.password}\n")


class HostileUsers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gantry-hostile-")
        cls.addClassCleanup(folder.cleanup)
        cls.servers = Servers(pathlib.Path(folder.name))
        cls.addClassCleanup(cls.servers.stop)
        cls.box = Box(extra=settings(cls.servers))
        cls.addClassCleanup(cls.box.end)
        cls.box.ask("POST", "/api/v1/users", {"name": "chief", "role": "admin", "password": PASSWORD, "must_change_password": False}, 201)
        cls.cookie = cls.box.login("chief")
        newest = str(len(list((SOURCE / "appliance/stores/schema").glob("*.sql"))))
        wait_for("the schema is the newest", lambda: cls.schema() == newest, 90)

    @classmethod
    def schema(cls):
        try:
            return cls.servers.sql("SELECT MAX(version) FROM gantry_test.schema_version")
        except subprocess.CalledProcessError:
            return ""  # none yet

    @classmethod
    def tables(cls):
        return set(cls.servers.sql("SELECT table_name FROM information_schema.tables WHERE table_schema='gantry_test'").split())

    def test_row_63_what_looks_like_sql_is_a_name_that_nobody_has(self):
        tables = {"schema_version"}.union(*(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", path.read_text(encoding="utf-8"))
                                            for path in (SOURCE / "appliance/stores/schema").glob("*.sql")))
        parameters = [(path, parameter["name"]) for path, methods in self.box.api.whole["paths"].items() if "get" in methods
                      for parameter in map(self.box.api.resolve, methods["get"].get("parameters", [])) if parameter["in"] in ("query", "path")]
        asked, slowest = 0, 0
        for path, name in parameters:
            for text in INJECTIONS:
                quoted = "".join(f"%{byte:02x}" for byte in text.encode())
                target = re.sub(r"\{" + name + r"\}", quoted, path)
                target = re.sub(r"\{[^}]*\}", "one", target)
                target += f"?{name}={quoted}" if target == re.sub(r"\{[^}]*\}", "one", path) else ""
                for _ in range(3):  # what waits for a SLEEP() is as slow again
                    started = time.monotonic()
                    status, headers, body = self.box.raw("GET", target, first=path == "/api/v1/events")
                    took = time.monotonic() - started
                    if took < 4:
                        break
                slowest = max(slowest, took)
                asked += 1
                self.box.api.check("GET", target, status, headers, body, template=path)
                self.assertNotRegex(body.decode("utf-8", "replace"), r"(?i)sql syntax|mariadb|mysql_|near '", target)
        print(f"row 63: {asked} requests, tables {len(tables)}, words of SQL in answers 0, slowest {slowest:.2f} s")
        # A table is not listed for the moment in which it gets another day's partition.
        wait_for("all tables and no others", lambda: self.tables() == tables, 10)
        self.assertLess(slowest, 4, "a SLEEP() was run")

    def test_row_64_no_page_of_another_site_changes_or_reads_anything(self):
        foreign = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://x.evil.example"},
                   {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://x:81"})
        asked = 0
        for path, methods in self.box.api.whole["paths"].items():
            target = re.sub(r"\{[^}]*\}", "one", path)
            if path.startswith("/a/"):
                continue  # the address is the secret there: no cookie counts
            for method in methods:
                for headers in foreign if method in WRITES else ():
                    status, _, body = self.box.raw(method.upper(), target, {}, cookie=self.cookie, headers=headers)
                    self.assertEqual((status, json.loads(body)["type"] in ("/problems/cross-site", "/problems/denied")), (403, True), (method, path, headers))
                    asked += 1
                if method in WRITES:  # a form of another site can send these, without a word about where from
                    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
                        status = self.box.raw(method.upper(), target, b"{}", cookie=self.cookie, kind=kind)[0]
                        self.assertIn(status, (403, 415), (method, path, kind))
                        asked += 1
        for headers in foreign:
            for path in ("/api/v1/events", "/api/v1/channels", "/api/v1/session", "/api/v1/wall/thumbs"):
                status, sent, _ = self.box.raw("GET", path, cookie=self.cookie, headers=headers, first=False)
                self.assertEqual(status, 403, (path, headers))
                self.assertNotIn("access-control-allow-origin", sent)
                asked += 1
        self.assertEqual(self.box.raw("GET", "/api/v1/channels", cookie=self.cookie, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})[0], 200)
        self.assertEqual(self.box.raw("GET", "/api/v1/channels", cookie=self.cookie, headers={"Sec-Fetch-Site": "same-origin"})[0], 200)
        print(f"row 64: {asked} requests of other sites, let through 0")

    def test_row_68_requests_made_from_the_description_are_answered_as_promised(self):
        done = subprocess.run([SOURCE / "tests/bench/api-fuzz"], capture_output=True, text=True, check=False,
                              env={**os.environ, "GANTRY_FUZZ_REQUESTS": os.environ.get("FUZZ_REQUESTS", "1500"),
                                   "GANTRY_FUZZ_SEED": os.environ.get("FUZZ_SEED", "3")})
        self.assertTrue(done.stdout, done.stderr)
        told = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
        print(f"row 68: {told}")
        self.assertEqual((told["responses_5xx"], told["schema_violations"]), (0, 0), done.stderr)


if __name__ == "__main__":
    unittest.main()
