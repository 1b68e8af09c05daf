"""gantryctl against the real gantryd: users, tokens from another box's side, changes under tags, generations, the audit."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from daemon_rig import CTL, Daemon, wait_for


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        owner = tempfile.TemporaryDirectory(prefix="gantry-ctl-")
        cls.addClassCleanup(owner.cleanup)
        cls.folder = pathlib.Path(owner.name)
        (cls.folder / "state").mkdir()
        cls.daemon = Daemon(cls.folder, cls.folder / "state")
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()
        settings = cls.daemon.config.read_text(encoding="utf-8").splitlines()
        cls.host = "http://127.0.0.1:" + next(line for line in settings if line.startswith("port=")).removeprefix("port=")

    def ctl(self, *words, to=None):
        to = to or ["--socket", str(self.daemon.state / "run/control.sock")]
        return subprocess.run([str(CTL), *to, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)

    def good(self, *words):
        done = self.ctl(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def test_a_token_may_what_its_scopes_say_and_nothing_once_it_is_revoked(self):
        self.good("user", "add", "keeper", "--role", "viewer")  # a box without accounts answers nobody who has no token
        made = json.loads(self.good("token", "add", "prog", "--note", "A program", "--scopes", "read", "--days", "3", "--json"))
        file = self.folder / "token"
        file.write_text(made["token"] + "\n", encoding="utf-8")
        there = ["--host", self.host, "--token-file", str(file)]
        wait_for("the token lists the channel", lambda: self.ctl("channel", "list", to=there).stdout.split("\t")[0] == "ch-0")
        self.assertEqual(self.ctl("user", "list", to=there).returncode, 4)
        alarm = self.daemon.alarm_of("ch-0")["id"]
        self.assertEqual(self.ctl("alarm", "ack", alarm, to=there).returncode, 4)
        self.assertEqual(self.ctl("status", "--check", to=there).returncode, 2)
        self.assertNotIn(made["token"], self.good("token", "list", "--json") + self.good("audit", "list", "--json"))
        self.good("token", "remove", "prog")
        wait_for("the token is dead", lambda: self.ctl("channel", "list", to=there).returncode == 4)

    def test_accounts_are_made_changed_under_their_tag_and_removed(self):
        self.assertIn("user.role\toperator\n", self.good("user", "add", "eva", "--role", "operator", "--full-name", "Eva"))
        self.good("user", "set", "eva", "--set", "role=viewer")
        self.assertEqual(self.ctl("user", "set", "eva", "--set", "role=admin", "--if-match", '"old"').returncode, 6)
        self.assertIn("eva\tviewer\tEva\t", self.good("user", "list"))
        self.good("user", "remove", "eva")
        self.assertEqual(self.ctl("user", "show", "eva").returncode, 5)

    def test_changes_are_generations_and_stand_in_the_audit(self):
        self.good("wall", "add", "--set", "title=Night", "--set", 'groups=["All"]')
        self.assertIn("night\tNight\t", self.good("wall", "list"))
        self.good("wall", "set", "night", "--set", "size=xl")
        self.assertEqual(json.loads(self.good("wall", "show", "night"))["size"], "xl")
        self.good("wall", "remove", "night", "--dry-run")
        self.good("wall", "remove", "night")
        self.assertNotIn("night", self.good("wall", "list"))
        self.assertIn("walls/night removed", self.good("generation", "list"))
        wait_for("the audit has it", lambda: "night" in self.good("audit", "list"))

    def test_what_stands_in_a_file_is_changed_there(self):
        done = self.ctl("channel", "set", "ch-0", "--set", "name=Other")
        self.assertEqual((done.returncode, "channels.csv" in done.stderr), (6, True), done)
        self.assertIn("ch-0,ch-0,", self.good("channel", "export"))


if __name__ == "__main__":
    unittest.main()
