"""Personal data of people: what is kept of somebody is given to them and to administrators, and erased wherever it stood: a
real gantryd with MariaDB and Redis, and a receiver that is away."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from gantryd_box import PASSWORD, Box, free_port, wait_for
from private_servers import Servers

NEED = ("mariadbd", "mariadb-install-db", "redis-server")
ANNA = "wilhelmina"  # a word that nothing else says
TABLES = ("incident_event", "alarm", "audit", "incident", "delivery")
NOTE = "antenna two is being changed"
ACTS = [("alarm-ack", NOTE), ("alarm-comment", "half done"), ("alarm-shelved", "known"), ("alarm-ack", "soon")]


def settings(servers):
    return (f"allow_loopback=true\n[mysql]\nsocket={servers.mysql}\nuser=gantry\npassword_file={servers.password}\ndatabase=gantry_test\nadmin_user=root\n"
            f"[redis]\nsocket={servers.redis}\npassword_file={servers.password}\n")


class PersonalData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gantry-people-")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        (pathlib.Path(folder.name) / "servers").mkdir()
        cls.servers = Servers(pathlib.Path(folder.name) / "servers")
        cls.addClassCleanup(cls.servers.stop)

    def setUp(self):
        self.servers.sql("DROP DATABASE gantry_test; CREATE DATABASE gantry_test")
        self.servers.ask_redis("FLUSHALL")
        self.box = Box(extra=settings(self.servers))
        self.addCleanup(self.box.end)
        code = (self.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        self.box.ask("POST", "/api/v1/setup", {"code": code, "user": "chief", "password": PASSWORD}, over="tcp")
        self.chief = self.box.login("chief")
        self.away = f"http://127.0.0.1:{free_port()}/"
        self.box.ask("PUT", "/api/v1/receivers/away", {"kind": "webhook", "url": self.away, "allow_private": True})
        self.make(ANNA)
        self.anna = self.box.login(ANNA)
        self.ask("POST", "/api/v1/channels", {"id": "late", "address": f"udp://127.0.0.1:{free_port()}",
                                              "interface": "lo"}, 201)
        wait_for("alarms of all", lambda: all(self.box.alarm(name) for name in ("one", "two", "late")))
        self.one, self.two = (self.box.alarm(name)["id"] for name in ("one", "two"))
        self.act()

    def make(self, name, role="admin"):
        self.box.ask("POST", "/api/v1/users", {"name": name, "role": role, "password": PASSWORD, "must_change_password": False}, 201)

    def ask(self, method, path, body=None, status=200, **more):
        return self.box.ask(method, path, body, status, cookie=self.chief, **more)

    def act(self):
        """All that leaves a name somewhere."""
        self.box.ask("POST", f"/api/v1/alarms/{self.one}/ack", {"note": NOTE}, cookie=self.anna)
        self.box.ask("POST", f"/api/v1/alarms/{self.one}/comments", {"note": "half done"}, cookie=self.anna)
        self.box.ask("POST", f"/api/v1/alarms/{self.two}/shelve", {"note": "known", "minutes": 60}, cookie=self.anna)
        late = self.box.alarm("late")["id"]  # raised while the receiver was there: it is to hear of this
        self.box.ask("POST", f"/api/v1/alarms/{late}/ack", {"note": "soon"}, cookie=self.anna)
        self.box.ask("POST", "/api/v1/tokens", {"id": "hers", "scopes": ["read"]}, 201, cookie=self.anna)
        self.box.ask("PUT", "/api/v1/walls/hers", {"title": "hers", "channels": ["one"]}, cookie=self.anna)
        self.box.ask("PATCH", f"/api/v1/users/{ANNA}", {"full_name": f"{ANNA} of the night"}, kind="application/merge-patch+json")

    def kept(self, path=f"/api/v1/users/{ANNA}/personal-data"):
        """The acts may still be on their way to the disk."""
        return wait_for("the journal has it", lambda: self.if_whole(self.ask("GET", path)))

    @staticmethod
    def if_whole(kept):
        return kept if len([act for act in kept["acts"] if act["actor"] == ANNA]) == len(ACTS) else None

    def leave_message(self, undelivered):
        """Words about whatever the receiver has heard of, until some wait for it."""
        for alarm in self.ask("GET", "/api/v1/alarms")["items"]:
            if alarm["quiet"] == "none":
                self.box.ask("POST", f"/api/v1/alarms/{alarm['id']}/comments", {"note": "again"}, cookie=self.anna)
        time.sleep(1)
        return undelivered.exists() and ANNA.encode() in undelivered.read_bytes()

    def erase(self, name, body=None, status=200, **more):
        return self.ask("POST", f"/api/v1/users/{name}/erase", body or {}, status, **more)

    def dump(self):
        return subprocess.run(["mariadb-dump", "--no-defaults", "-u", "root", "-S", str(self.servers.mysql), "gantry_test", *TABLES],
                              capture_output=True, text=True, check=True).stdout

    def is_dumped(self, *words):
        """Whether MySQL says all of them; its tables may not be there yet."""
        try:
            dump = self.dump()
        except subprocess.CalledProcessError:
            return False
        return all(word in dump for word in words)

    def redis(self):
        return self.servers.ask_redis("XRANGE", "gantry:events", "-", "+") + self.servers.ask_redis("KEYS", "*")

    def reading(self):
        """What every reading route says to an administrator, by its pattern."""
        for row in json.loads(subprocess.check_output([os.environ["HTTP_ROUTES"]])):
            if row["method"] == "GET" and row["pattern"] != "/api/v1/events":
                for subject in (self.one, self.two, "hers", "one"):
                    path = row["pattern"].replace("{}", subject, 1).replace("{}", "at.jpg")
                    yield path, self.box.raw("GET", path, cookie=self.chief)[2]

    def expect_nobody(self, name):
        for path, body in self.reading():
            self.assertNotIn(name.encode(), body, path)
        wait_for("MySQL names nobody", lambda: name not in self.dump())
        wait_for("Redis names nobody", lambda: name not in self.redis())

    def test_everybody_gets_what_is_kept_of_them_and_no_secret(self):
        hers = self.kept()
        mine = self.box.ask("GET", "/api/v1/account/personal-data", cookie=self.anna)
        self.assertEqual((mine["name"], mine["account"]["full_name"], mine["complete"]), (ANNA, f"{ANNA} of the night", True))
        self.assertEqual([session["user"] for session in mine["sessions"]], [ANNA])
        self.assertEqual([token["id"] for token in mine["tokens"]], ["hers"])
        self.assertEqual([(act["kind"], act["note"]) for act in mine["acts"] if act["actor"] == ANNA],
                         ACTS)
        said = [(line["actor"], line["text"].split(":")[0]) for line in mine["audit"]]
        self.assertIn((ANNA, "token hers made"), said)
        self.assertIn((None, f"account {ANNA} made"), said)
        self.assertTrue(all(line["from"] for line in mine["audit"] if line["actor"] == ANNA))
        text = json.dumps(mine)
        for hidden in ("argon2", "hash", "chief", "local"):
            self.assertNotIn(hidden, text)
        self.assertEqual(hers["acts"], mine["acts"])
        wait_for("the exports are audited", lambda: {line["actor"] for line in self.ask("GET", "/api/v1/audit?q=exported")["items"]}
                 == {"chief", ANNA})
        self.ask("GET", "/api/v1/users/nobody/personal-data", status=404)
        self.ask("GET", f"/api/v1/users/{ANNA}/personal-data?removed=true", status=404)
        self.box.ask("GET", "/api/v1/account/personal-data", status=409)  # the control socket is nobody's

    def test_an_erased_person_is_a_pseudonym_everywhere_also_after_a_restart(self):
        wait_for("MySQL has it", lambda: self.is_dumped(ANNA, NOTE))
        wait_for("Redis has it", lambda: ANNA in self.redis())
        undelivered = self.box.state / "outbox/away/undelivered"
        wait_for("a message waits", lambda: self.leave_message(undelivered))
        tag = self.box.raw("GET", f"/api/v1/users/{ANNA}")[1]["etag"]
        self.erase(ANNA, status=428)
        self.erase(ANNA, status=412, headers={"If-Match": '"1"'})
        self.erase(ANNA, {"removed": True}, 404)
        self.assertEqual(self.erase(ANNA, headers={"If-Match": tag}), {"pseudonym": "erased user 1"})
        self.assertFalse(self.box.ask("GET", "/api/v1/session", cookie=self.anna)["authenticated"])
        self.expect_nobody(ANNA)
        self.assertEqual(self.box.alarm("one")["owner"], "erased user 1")
        story = self.ask("GET", f"/api/v1/alarms/{self.one}/events")["items"]
        self.assertEqual({event["actor"] for event in story if event["kind"] == "alarm-ack"}, {"erased user 1"})
        self.assertIn(NOTE, [event["note"] for event in story])
        audit = self.ask("GET", "/api/v1/audit")["items"]
        done = [line for line in audit if line["text"].startswith("an account was erased")]
        self.assertEqual([(line["actor"], bool(line["from"])) for line in done], [("chief", True)])
        self.assertIn("\"erased user 1\"", done[0]["text"])
        self.assertEqual({line["from"] for line in audit if line["actor"] == "erased user 1"}, {None})
        self.assertIn("'erased user 1'", self.dump())
        wait_for("no generation names her", lambda: not any(ANNA.encode() in file.read_bytes()
                                                            for file in (self.box.state / "inventory").glob("*.json")))
        wait_for("no message names her", lambda: ANNA.encode() not in undelivered.read_bytes())
        self.ask("POST", "/api/v1/users", {"name": ANNA, "role": "viewer"}, 409)
        self.erase(ANNA, {"removed": True}, 409)
        self.erase(ANNA, status=404)
        self.box.stop()
        self.box.start()
        self.chief = self.box.login("chief")
        self.expect_nobody(ANNA)
        self.assertEqual((self.box.alarm("one")["owner"], self.box.alarm("two")["owner"]), ("erased user 1", "erased user 1"))

    def test_a_database_that_is_away_forgets_when_it_is_back(self):
        wait_for("MySQL has it", lambda: self.is_dumped(ANNA, NOTE))
        self.servers.sql("FLUSH ENGINE LOGS")  # it writes to disk once a second
        self.servers.kill("mariadb")
        self.erase(ANNA, headers={"If-Match": "*"})
        self.servers.start_again("mariadb")
        wait_for("MySQL names nobody", lambda: self.is_dumped(NOTE) and ANNA not in self.dump())

    def test_who_was_removed_before_can_be_exported_and_erased(self):
        self.ask("DELETE", f"/api/v1/users/{ANNA}")
        kept = self.kept(f"/api/v1/users/{ANNA}/personal-data?removed=true")
        self.assertIsNone(kept["account"])
        shown = self.box.ctl("user", "export", ANNA, "--removed")
        self.assertEqual(json.loads(shown.stdout)["name"], ANNA, shown.stderr)
        done = self.box.ctl("user", "erase", ANNA, "--removed")
        self.assertIn("erased user 1", done.stdout, done.stderr)
        self.expect_nobody(ANNA)

    def test_the_last_administrator_stays_and_another_may_erase_herself(self):
        self.erase("chief", status=200, headers={"If-Match": "*"})  # anna is left
        self.chief = self.anna
        self.expect_nobody("chief")
        self.erase(ANNA, status=409, headers={"If-Match": "*"})
        self.make("third")
        self.assertEqual(self.erase(ANNA, headers={"If-Match": "*"}), {"pseudonym": "erased user 2"})
        self.chief = self.box.login("third")
        wait_for("both are in the audit", lambda: [line["actor"] for line in self.ask("GET", "/api/v1/audit?q=was+erased")["items"]]
                 == ["erased user 2", "erased user 1"])


if __name__ == "__main__":
    lacking = [name for name in NEED if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]
    if lacking:
        print("SKIP: not installed:", ", ".join(lacking))
        sys.exit(77)
    unittest.main(verbosity=2)
