#!/usr/bin/env python3
"""The real gantryd with a real MariaDB: alarms of the past are searched, told and exported, and reports are counted from them
and from minutes that were measured. Every answer is held against api.yaml."""
import csv
import datetime
import io
import itertools
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import unittest
import urllib.parse
import zoneinfo

from api_schema import Api
from daemon_rig import Daemon, UnixConnection, wait_for
from private_servers import Servers

SOURCE = pathlib.Path(os.environ["GANTRY_SOURCE"])


def long_day():
    """The last day of 25 hours in Vienna that is over, and whose figures are kept: the last Sunday of an October."""
    today = datetime.date.today()
    for year in (today.year, today.year - 1):
        last = datetime.date(year, 10, 31)
        sunday = last - datetime.timedelta(days=(last.weekday() + 1) % 7)
        if sunday + datetime.timedelta(days=1) < today:
            break
    return sunday


DAY, BEFORE, AFTER, LATER = (str(long_day() + datetime.timedelta(days=days)) for days in (0, -1, 1, 5))
BEGIN = f"{BEFORE} 22:00:00"
NEED = ("mariadbd", "mariadb-install-db", "redis-server")


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gantry-reports-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        os.chmod(cls.folder, 0o755)
        (cls.folder / "servers").mkdir()
        cls.servers = Servers(cls.folder / "servers")
        cls.addClassCleanup(cls.servers.stop)
        cls.api = Api((SOURCE / "appliance/http/api.yaml").read_text(encoding="utf-8"))
        mysql = cls.servers
        cls.daemon = Daemon(cls.folder, cls.folder / "state", more=(
            f"[mysql]\nsocket={mysql.mysql}\nuser=gantry\npassword_file={mysql.password}\ndatabase=gantry_test\nadmin_user=root\n"))
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()
        cls.alarm = cls.daemon.alarm_of("ch-0")
        wait_for("the tables are there", lambda: int(cls.servers.sql(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'gantry_test' AND table_name = 'alarm'")))
        wait_for("the history has the alarm", lambda: cls.daemon.ask("GET", "/api/v1/alarm-history")["items"])  # 503 until it is whole
        cls.daemon.ask("PUT", "/api/v1/policy", {"timezone": "Europe/Vienna"})
        cls.fill(cls)
        targets = itertools.count(50)  # a report of the same question is kept for a minute
        wait_for("the policy is known", lambda: cls.report(cls, target=next(targets))["timezone"] == "Europe/Vienna")

    def ask(self, path, status=200, method="GET", body=None):
        connection = UnixConnection(self.daemon.state / "run/control.sock")
        try:
            connection.timeout = 30
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            assert answer.status == status, f"{path}: {answer.status} {data[:300]!r}"
            self.api.check(method, path, answer.status, headers, data)
            return json.loads(data) if "json" in headers["content-type"] else data
        finally:
            connection.close()

    def fill(self):
        """ch-0 on the day: measured but for two hours, 3 error-seconds at 02:00 UTC; off the air for 30 min, with an hour of work."""
        rows = []
        for minute in range(25 * 60):
            if 600 <= minute < 720:
                continue
            loud = -23.4 if minute // 60 != 5 else -26.0
            rows.append(f"('ch-0', '{BEGIN}' + INTERVAL {minute} MINUTE, 0, 0, 0, 1, 60, {3 if minute == 240 else 0}, {loud}, -3)")
        partitions = "ALTER TABLE gantry_test.health_1m REORGANIZE PARTITION d0 INTO (PARTITION d0 VALUES LESS THAN (1)," \
                     f" PARTITION past VALUES LESS THAN (TO_DAYS('{LATER}')))"
        def made():
            return int(self.servers.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'health_1m'"))
        wait_for("the tables are there", made)
        try:
            self.servers.sql(partitions)
        except Exception:  # the partitions of coming days stand behind it: put it between them and the first
            self.servers.sql("ALTER TABLE gantry_test.health_1m REMOVE PARTITIONING")
        self.servers.sql("INSERT INTO gantry_test.health_1m (channel, at, cc_errors, packets, own_drops, state, measured_s,"
                         f" error_seconds, loudness_hour_mean, true_peak_max) VALUES {','.join(rows)}")
        alarm = ("INSERT INTO gantry_test.alarm (id, journal_id, incident_id, resource, fault, severity, cause_scope, impact, quiet,"
                 " first_out, members, text, raised_at, cleared_at, operator_state, owner, last_at, last_seq, alarm_seq) VALUES ")
        row = "('{0}', 'j', '{0}', '{1}', 1, 5, 0, {2}, 0, 0, 0, '{3}', '{4}', '{5}', 0, '', '{5}', 1, 2)"
        self.servers.sql(alarm + ",".join((
            row.format("11111111-0000-4000-8000-000000000001", "channel/ch-0", 1, "Lost 50%", f"{DAY} 04:00:00", f"{DAY} 04:20:00"),
            row.format("11111111-0000-4000-8000-000000000002", "channel/ch-0", 1, "=cmd()", f"{DAY} 04:10:00", f"{DAY} 04:30:00"),
            row.format("11111111-0000-4000-8000-000000000003", "channel/ch-0", 3, "Looks bad", f"{DAY} 06:00:00", f"{DAY} 07:00:00"),
            row.format("11111111-0000-4000-8000-000000000004", "channel/gone", 1, "Gone", f"{DAY} 06:00:00", f"{DAY} 07:00:00"))))

    def history(self, **query):
        return self.ask("/api/v1/alarm-history?" + urllib.parse.urlencode(query))

    def test_the_past_is_searched_and_paged(self):
        span = {"from": f"{DAY}T00:00:00Z", "to": f"{AFTER}T00:00:00Z"}
        page = self.history(**span, limit=3)
        self.assertEqual([item["id"][-1] for item in page["items"]], ["4", "3", "2"])
        page = self.history(**span, limit=3, cursor=page["next_cursor"])
        self.assertEqual(([item["id"][-1] for item in page["items"]], page["next_cursor"]), (["1"], None))
        self.assertEqual([item["text"] for item in self.history(**span, q="50%")["items"]], ["Lost 50%"])
        self.assertEqual([item["id"][-1] for item in self.history(**span, channel="gone")["items"]], ["4"])
        self.assertEqual(self.history(**span, severity="warning")["items"], [])
        for wrong in ("from=x", "cursor=x", "severity=x", f"from={AFTER}T00:00:00Z&to={DAY}T00:00:00Z"):
            self.ask(f"/api/v1/alarm-history?{wrong}", 400)
        rows = list(csv.reader(io.StringIO(self.ask(
            "/api/v1/alarm-history.csv?" + urllib.parse.urlencode(span)).decode("utf-8-sig"))))
        self.assertEqual([row[6] for row in rows[1:]], ["Gone", "Looks bad", "'=cmd()", "Lost 50%"])

    def test_one_of_the_past_is_told_with_its_story(self):
        told = self.ask("/api/v1/alarms/11111111-0000-4000-8000-000000000001")
        self.assertEqual((told["alarm"]["text"], told["alarm"]["is_cleared"]), ("Lost 50%", True))
        self.ask("/api/v1/alarms/11111111-0000-4000-8000-00000000000f", 404)
        story = self.ask(f"/api/v1/alarms/{self.alarm['id']}/events")
        self.assertEqual((story["items"][0]["kind"], story["complete"]), ("alarm-raised", True))

    def report(self, **query):
        path = "/api/v1/reports/availability?" + urllib.parse.urlencode({"period": "day", "date": DAY, "target": "98", **query})
        for _ in range(20):
            connection = UnixConnection(self.daemon.state / "run/control.sock")
            connection.timeout = 30
            connection.request("GET", path)
            answer = connection.getresponse()
            data = answer.read()
            connection.close()
            if answer.status != 202:
                break
            time.sleep(1)
        assert answer.status == 200, data[:300]
        self.api.check("GET", path, 200, {"content-type": "application/json"}, data)
        return json.loads(data)

    def test_a_day_of_25_hours_is_counted_by_the_stated_rules(self):
        told = self.report()
        one, = told["channels"]
        self.assertEqual((told["from"], told["to"]), (f"{BEFORE}T22:00:00.000Z", f"{DAY}T23:00:00.000Z"))
        self.assertEqual((told["provisional"], told["timezone"]), (False, "Europe/Vienna"))
        self.assertEqual((one["span_seconds"], one["measured_seconds"]), (25 * 3600, 23 * 3600))
        self.assertEqual((one["down_seconds"], one["outages"], one["error_seconds"]), (1800, 1, 3))
        self.assertAlmostEqual(one["availability"], 1 - 0.5 / 23, 6)
        self.assertAlmostEqual(one["coverage"], 23 / 25, 6)
        self.assertAlmostEqual(one["budget_left_seconds"], 23 * 3600 * 0.02 - 1800, 1)
        self.assertEqual([day["date"] for day in one["days"]], [DAY])
        self.assertEqual((one["loudness"]["hours"], one["loudness"]["compliant_hours"]), (23, 22))
        self.assertEqual(one["loudness"]["failed"][0]["lufs"], -26)
        self.assertEqual(told["response"]["alarms"], 3, "the channel that is gone is not of this report")
        self.assertEqual(told["response"]["mean_repair_seconds"], (1200 + 1200 + 3600) / 3)
        self.assertGreater(len(told["rules"]), 5)
        self.assertEqual(self.report(loudness="a85")["channels"][0]["loudness"]["compliant_hours"], 23)

    def test_planned_work_is_excluded_or_counted_by_choice(self):
        self.daemon.ask("PUT", "/api/v1/calendar/work", {"from": f"{DAY}T04:00:00Z", "until": f"{DAY}T05:00:00Z", "title": "encoder"})
        targets = itertools.count(90)  # a report of the same question is kept for a minute
        wait_for("the plan is known", lambda: self.report(target=next(targets))["channels"][0]["planned_seconds"] == 3600)
        excluded, included = self.report(target="89"), self.report(target="89", maintenance="include")
        self.assertEqual((excluded["channels"][0]["down_seconds"], excluded["channels"][0]["counted_seconds"]), (0, 22 * 3600))
        self.assertEqual((included["channels"][0]["down_seconds"], included["maintenance"]), (1800, "included"))
        self.daemon.ask("DELETE", "/api/v1/calendar/work")

    def test_a_running_period_is_provisional_and_mistakes_are_named(self):
        told = self.report(period="month", date=datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Vienna")).strftime("%Y-%m-%d"))
        self.assertTrue(told["provisional"])
        self.assertLess(told["counted_to"], told["to"])
        for wrong in ("period=year", "date=yesterday", "target=101", "target=x", "maintenance=maybe", "loudness=loud", "period=custom",
                      "period=custom&from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z",
                      "period=custom&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "date=2999-01-01"):
            self.ask(f"/api/v1/reports/availability?{wrong}", 400)
        rows = list(csv.reader(io.StringIO(self.ask(
            f"/api/v1/reports/availability.csv?period=day&date={DAY}&target=98").decode("utf-8-sig"))))
        self.assertEqual((rows[1][0], rows[1][5], rows[1][6]), ("ch-0", "97.82609", "92.000"))


if __name__ == "__main__":
    missing = [name for name in NEED if not shutil.which(name) and not pathlib.Path("/usr/sbin", name).exists()]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        sys.exit(77)
    unittest.main()
