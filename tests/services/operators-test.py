"""The real gantryd and what people do with its alarms: acts, shelves, calendar, run-books, links, hand-over, figures.
Every answer is held against api.yaml."""
import base64
import hashlib
import json
import re
import signal
import time
import unittest
import urllib.parse

from gantryd_box import PASSWORD, Box, at, wait_for


class Operators(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box((("one", "News"),))
        cls.addClassCleanup(cls.box.end)
        code = (cls.box.state / "run/setup-code").read_text(encoding="ascii").strip()
        body = json.dumps({"code": code, "user": "anna", "password": PASSWORD}).encode()
        assert cls.box.raw("POST", "/api/v1/setup", body, cookie="none")[0] == 200
        wait_for("one has no packets", lambda: cls.box.alarm("one"))
        time.sleep(4)  # what fails within 3 s is one incident, and its members are quiet
        cls.box.add_channel("two", "Sport")
        cls.box.daemon.send_signal(signal.SIGHUP)
        wait_for("two has no packets", lambda: cls.box.alarm("two", quiet="none"))

    def anna(self):
        """A session of her own: one ends with gantryd where there is no Redis."""
        _, headers, _ = self.box.raw("POST", "/api/v1/login", {"user": "anna", "password": PASSWORD}, cookie="none")
        return headers["set-cookie"].split(";")[0].split("=")[1]

    def act(self, alarm, what, body=None, status=200, cookie=None):
        return self.box.ask("POST", f"/api/v1/alarms/{alarm['id']}/{what}", body or {}, status, cookie=cookie)

    def now(self, alarm, **wanted):
        return wait_for(f"the alarm is {wanted}", lambda: self.box.alarm(alarm["resource"].split("/")[1], id=alarm["id"], **wanted))

    def test_acts_are_told_in_the_alarm_and_in_the_journal(self):
        alarm = self.box.alarm("one")
        self.act(alarm, "ack", {"note": "seen", "minutes": 30}, cookie=self.anna())
        seen = self.now(alarm, operator_state="ack", owner="anna", note="seen")
        self.assertIsNotNone(seen["until"])
        self.act(alarm, "assign", {"user": "anna"}, 409)
        self.act(alarm, "assign", {"user": "nobody"}, 400)
        self.act(alarm, "comment", {"note": "the head-end knows"})
        self.act(alarm, "comment", {}, 400)
        self.act(alarm, "ack", {"minutes": 0}, 400)
        self.act(alarm, "ack", {"minutes": "1"}, 400)
        self.act(alarm, "unack")
        self.act(alarm, "unack", None, 409)
        self.act(alarm, "assign", {"user": "anna", "note": "yours"})
        self.now(alarm, operator_state="none", owner="anna", note="yours")
        expected = {"alarm-raised", "alarm-ack", "alarm-comment", "alarm-unack", "alarm-assigned"}
        wait_for("the journal has all of it", lambda: expected <= {event["kind"] for event in self.box.events(alarm["id"])})
        self.box.ask("POST", "/api/v1/alarms/nothing/assign", {"user": "anna"}, 404)

    def test_what_somebody_has_acknowledged_is_theirs(self):
        alarm = self.box.alarm("one")
        self.act(alarm, "ack", cookie=self.anna())
        self.now(alarm, operator_state="ack", owner="anna")
        told = self.act(alarm, "ack", status=409)
        self.assertRegex(told["detail"], r"^Already acknowledged by anna \d+ s ago$")
        told = self.box.ask("POST", "/api/v1/alarms:batch", {"ids": [alarm["id"], self.box.alarm("two")["id"]], "action": "ack"})
        self.assertEqual([item["status"] for item in told["items"]], [409, 200])
        self.assertIsNotNone(self.now(alarm, operator_state="ack")["acknowledged_at"])
        self.box.ask("POST", "/api/v1/alarms:batch", {"ids": [alarm["id"], self.box.alarm("two")["id"]], "action": "unack"})
        told = self.box.ask("GET", f"/api/v1/alarms/{alarm['id']}")
        self.assertIn("Raised as critical after 1 s", told["rule"]["text"])
        self.assertEqual(told["rule"]["profile"], "default")
        told = self.box.ask("GET", f"/api/v1/alarms/{alarm['id']}/events")
        self.assertEqual((told["items"][0]["kind"], told["complete"]), ("alarm-raised", False))

    def test_a_shelf_needs_a_reason_and_an_end_and_outlives_a_restart(self):
        alarm = self.box.alarm("two")
        self.act(alarm, "shelve", {"minutes": 5}, 400)
        self.assertIn("480 minutes", self.act(alarm, "shelve", {"note": "x", "minutes": 481}, 400)["detail"])
        self.act(alarm, "shelve", {"note": "known", "minutes": 5})
        self.now(alarm, operator_state="shelved", quiet="shelved", note="known", owner="local")
        self.act(alarm, "ack", {}, 409)
        shelved = self.box.ask("GET", "/api/v1/handover")["shelved"]
        self.assertEqual([entry["id"] for entry in shelved], [alarm["id"]])
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        wait_for("the shelf stands again", lambda: self.box.alarm("two", id=alarm["id"], operator_state="shelved", quiet="shelved"))
        self.act(alarm, "unshelve")
        self.now(alarm, operator_state="none", quiet="none", owner="")
        self.act(alarm, "unshelve", None, 409)
        wait_for("it stands, and is told once", lambda: [event["kind"] for event in self.box.events(alarm["id"])][-2:]
                 == ["alarm-unshelved", "alarm-updated"])

    def test_planned_work_is_quiet_and_ends(self):
        work = {"groups": ["Sport"], "from": at(-60), "title": "new encoder"}
        self.box.ask("PUT", "/api/v1/calendar/encoder", {**work, "until": at(3600)})
        alarm = wait_for("the alarm is quiet", lambda: self.box.alarm("two", quiet="maintenance"))
        channel = next(item for item in self.box.ask("GET", "/api/v1/channels")["items"] if item["id"] == "two")
        self.assertEqual(channel["state"], "planned")
        self.assertIn("new encoder", channel["state_text"])
        entry, = [item for item in self.box.ask("GET", "/api/v1/calendar")["items"] if item["id"] == "encoder"]
        self.assertTrue(entry["active"])
        self.assertEqual([item["id"] for item in self.box.ask("GET", "/api/v1/handover")["planned"]], ["two"])
        before = len(self.box.events(alarm["id"]))
        self.box.ask("PUT", "/api/v1/calendar/encoder", {**work, "until": at(3)})
        wait_for("the work is over", lambda: self.box.alarm("two", id=alarm["id"], quiet="none"))
        time.sleep(1)
        told = [event for event in self.box.events(alarm["id"])[before:] if event["kind"] == "alarm-updated" and event["quiet"] == "none"]
        self.assertEqual([event["note"] for event in told], ["The planned work is over"], "told once")
        self.box.ask("DELETE", "/api/v1/calendar/encoder")
        self.box.ask("DELETE", "/api/v1/calendar/encoder", status=404)

    def test_calendar_mistakes_are_named(self):
        weekly = {"repeat": "weekly", "from_time": "01:00", "until_time": "05:00"}
        for body, says in (({}, "from"), ({**weekly, "channels": ["three"]}, "three"), ({**weekly, "groups": ["Movies"]}, "Movies"),
                           ({**weekly, "kind": "party"}, "party"), ({**weekly, "kind": "slate"}, "slate"),
                           ({**weekly, "chanels": []}, "did you mean channels")):
            self.assertIn(says, self.box.ask("PUT", "/api/v1/calendar/x", body, 400)["detail"])
        self.box.ask("PUT", "/api/v1/calendar/X!", weekly, 400)
        self.box.ask("PUT", "/api/v1/calendar/night", {**weekly, "kind": "black", "channels": ["one"]})
        self.assertEqual(self.box.ask("GET", "/api/v1/calendar")["items"][-1]["from_time"], "01:00")
        self.box.ask("DELETE", "/api/v1/calendar/night")

    def test_the_sites_run_book_is_in_the_alarm_and_in_the_catalogue(self):
        def catalogue():
            return next(fault["action"] for fault in self.box.ask("GET", "/api/v1/catalogue")["faults"] if fault["name"] == "no-packets")
        shipped = catalogue()
        self.box.ask("PUT", "/api/v1/runbooks/no-packets", {"text": "Call the tower: 4711 <now>"})
        self.now(self.box.alarm("one"), suggested_action="Call the tower: 4711 <now>")
        self.assertEqual(catalogue(), "Call the tower: 4711 <now>")
        own = [item["fault"] for item in self.box.ask("GET", "/api/v1/runbooks")["items"] if item["own"]]
        self.assertIn("no-packets", own)
        self.assertNotIn("pat-missing", own)
        self.box.ask("PUT", "/api/v1/runbooks/nonsense", {"text": "x"}, 404)
        self.box.ask("PUT", "/api/v1/runbooks/no-packets", {"text": ""}, 400)
        self.box.ask("DELETE", "/api/v1/runbooks/no-packets")
        wait_for("the shipped text is back", lambda: catalogue() == shipped)

    def test_the_policy_holds_at_once_and_over_generations(self):
        self.box.ask("PUT", "/api/v1/policy", {"timezone": "Europe/Vienna", "shelf_max_minutes": 10})
        self.assertEqual(self.box.ask("GET", "/api/v1/policy")["remind_after_minutes"], 10, "what is left out stays")
        self.act(self.box.alarm("one"), "shelve", {"note": "x", "minutes": 11}, 400)
        self.box.ask("PUT", "/api/v1/policy", {"timezone": "Nowhere/Land"}, 400)
        self.box.ask("PUT", "/api/v1/policy", {"shelf_max_minutes": 480, "timezone": "UTC"})
        newest = max((self.box.state / "inventory").glob("*.json"), key=lambda path: int(path.stem))
        wait_for("the inventory is written", lambda: "policy" in json.loads(newest.read_text(encoding="utf-8")))

    def form(self, token, **fields):
        body = urllib.parse.urlencode(fields).encode()
        return self.box.ask("POST", f"/a/{token}", body, fields.pop("status", 200), kind="application/x-www-form-urlencoded")

    def test_a_link_shows_one_alarm_and_acknowledges_it(self):
        alarm = self.box.alarm("one")
        token = self.box.link_token(alarm["id"])
        status, headers, body = self.box.raw("GET", f"/a/{token}")
        page = body.decode()
        self.assertEqual(status, 200)
        self.assertIn('name="viewport"', page)
        self.assertNotIn("<script", page)
        style = re.search("<style>(.*?)</style>", page, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.assertEqual(headers["content-security-policy"],
                         f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
        self.assertEqual(headers["cache-control"], "no-store")
        self.assertIn("<h1>One</h1>", page)
        self.assertIn("Done: the alarm is acknowledged", self.form(token, act="ack", note="on my way <b>"))
        self.now(alarm, operator_state="ack", owner="link:on-call", note="on my way <b>")
        self.assertIn("on my way &lt;b&gt;", self.box.ask("GET", f"/a/{token}"))
        wait_for("the audit says who", lambda: "link:on-call" in [event["actor"] for event in self.box.events(alarm["id"])
                                                                   if event["kind"] == "alarm-ack"])
        self.form(token, act="unack", note="")
        self.now(alarm, operator_state="none")
        for act in ("shelve", "", "assign"):
            status = self.box.raw("POST", f"/a/{token}", urllib.parse.urlencode({"act": act}).encode(), kind="application/x-www-form-urlencoded")[0]
            self.assertEqual(status, 400, act)
        self.assertEqual(self.box.raw("POST", f"/a/{token}", {"act": "ack"})[0], 400, "JSON is no form")

    def test_wrong_links_are_not_found_and_ended_ones_say_so(self):
        alarm = self.box.alarm("two")
        good = self.box.link_token(alarm["id"])
        self.box.ask("GET", f"/a/{self.box.link_token(alarm['id'], ttl_s=-10)}", status=410)
        self.box.ask("GET", f"/a/{self.box.link_token('00000000-0000-4000-8000-000000000000')}", status=404)
        changed = good[:-1] + ("A" if good[-1] != "A" else "Q")
        answers = [self.box.raw("GET", f"/a/{token}")[0] for token in ("x", changed, good + "AAAA", *["wrong"] * 9)]
        self.assertEqual(answers[:10], [404] * 10)
        self.assertEqual(answers[10:], [429] * 2, "an address guesses ten times a minute")

    def test_figures_count_what_people_were_told(self):
        def figures():
            told = self.box.ask("GET", "/api/v1/alarm-figures")
            return told if told["spans"] and told["spans"][0]["announced"] >= 2 else None
        told = wait_for("both alarms are counted", figures)
        self.assertEqual(told["positions"], 1)
        self.assertIn("channel/one", [entry["resource"] for entry in told["top"]])
        lines = self.box.ask("GET", "/api/v1/alarm-figures.csv").split("\r\n")
        self.assertEqual(lines[0], "hour,announced,raised,low,medium,high,acted,chattering,most_in_10_minutes")
        self.assertIn("gantry_alarms_announced_per_hour ", self.box.ask("GET", "/metrics"))

    def test_gantryctl_does_the_same(self):
        alarm = self.box.alarm("two")
        self.assertEqual(self.box.ctl("alarm", "comment", alarm["id"], "--note", "by hand").returncode, 0)
        self.assertEqual(self.box.ctl("alarm", "shelve", alarm["id"], "--minutes", "1").returncode, 1)
        self.assertEqual(self.box.ctl("alarm", "assign", alarm["id"], "--user", "anna").returncode, 0)
        wait_for("the hand-over has it", lambda: "by hand" in self.box.ctl("handover").stdout)
        text = self.box.ctl("handover").stdout
        for heading in ("Open: ", "Shelved, by whom and until when: ", "Promised, by whom: ", "Last 12 hours: "):
            self.assertIn(heading, text)
        self.assertEqual(self.box.ctl("channel", "maintain", "one", "--minutes", "1", "--note", "patch").returncode, 0)
        entry = self.box.ctl("calendar", "list").stdout.splitlines()[-1].split("\t")
        self.assertEqual((entry[1], entry[2], entry[8]), ("maintenance", "yes", "patch"))
        self.assertEqual(self.box.ctl("calendar", "remove", entry[0]).returncode, 0)
        self.assertEqual(self.box.ctl("calendar", "remove", entry[0]).returncode, 5)
        self.assertEqual(self.box.ctl("runbook", "set", "sync-lost", "--note", "ask").returncode, 0)
        self.assertIn("sync-lost\tyes\task", self.box.ctl("runbook", "list").stdout)
        self.assertEqual(self.box.ctl("policy", "set", "--body", '{"positions":3}').returncode, 0)
        self.assertIn("positions\t3", self.box.ctl("policy", "show").stdout)
        self.assertIn("24h", self.box.ctl("figures").stdout)
        self.box.ask("PUT", "/api/v1/policy", {"positions": 1})

    def test_every_change_of_the_site_is_in_the_audit(self):
        self.box.ask("PUT", "/api/v1/runbooks/pmt-missing", {"text": "for the audit"}, cookie=self.anna())
        wait_for("the audit has it", lambda: ("anna", 'runbooks/pmt-missing set: {"text":"for the audit"}') in [
            (item["actor"], item["text"]) for item in self.box.ask("GET", "/api/v1/events/log?limit=1000")["items"]
            if item["kind"] == "audit"])


if __name__ == "__main__":
    unittest.main()
