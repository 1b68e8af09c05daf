"""The real gantryd with TLS: a certificate that ends within three weeks is an alarm of the box, and a new file ends it."""
import json
import shutil
import ssl
import subprocess
import time
import unittest

import gantryd_box as RIG


def make(folder, name, days):
    """A self-signed certificate. Returns: its path and its key's."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
                    "-subj", "/CN=box.example", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def end_of(path):
    """When it ends, as Python's own reading of the file says: seconds since 1970."""
    return ssl.cert_time_to_seconds(ssl._ssl._test_decode_cert(str(path))["notAfter"])  # pylint: disable=protected-access


class Certificate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = RIG.pathlib.Path(RIG.tempfile.mkdtemp(prefix="gantry-certificate-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.own, key = make(cls.folder, "own", 90)
        cls.front, _ = make(cls.folder, "front", 10)
        cls.box = RIG.Box((("one", "News"),), extra=f"[http]\ncertificate={cls.own}\nkey={key}\ntls_port={RIG.free_port()}\n"
                                                    f"front_certificate={cls.front}\n")
        cls.addClassCleanup(cls.box.end)

    def alarms(self, state):
        return [one for one in self.box.ask("GET", f"/api/v1/alarms?state={state}")["items"] if one["type"] == "certificate-ending"]

    def sensors(self):
        return {one["name"]: one for one in self.box.ask("GET", "/api/v1/system")["sensors"] if one["kind"] == "certificate"}

    def test_both_are_shown_and_the_one_that_ends_soon_is_an_alarm_until_its_file_is_new(self):
        shown = RIG.wait_for("both certificates", lambda: len(self.sensors()) == 2 and self.sensors())
        for path, state in ((self.own, "ok"), (self.front, "fault")):
            sensor = shown[str(path)]
            self.assertEqual((sensor["state"], sensor["unit"]), (state, "days"))
            self.assertAlmostEqual(sensor["value"], (end_of(path) - time.time()) / 86400, delta=0.01)
            self.assertRegex(sensor["text"], "^CN=box.example, ends 20[0-9-]{8} [0-9:]{5} UTC$")
        (alarm,) = RIG.wait_for("the alarm", lambda: self.alarms("open"))
        self.assertEqual((alarm["resource"], alarm["severity"], alarm["cause_scope"]), ("box", "minor", "monitor"))
        self.assertIn(str(self.front), alarm["text"])
        self.assertNotIn(str(self.own), alarm["text"])
        print(json.dumps({"alarm": alarm["text"]}))
        shutil.copy(make(self.folder, "fresh", 60)[0], self.front)
        RIG.wait_for("the alarm to clear", lambda: not self.alarms("open"), 120)
        self.assertEqual(len(self.alarms("all")), 1)
        self.assertEqual(self.sensors()[str(self.front)]["state"], "ok")


if __name__ == "__main__":
    unittest.main()
