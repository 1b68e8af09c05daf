"""Receivers of every kind for a running Gantry: tests/services/fake-receivers.py, and the settings that point to it."""
import json
import os
import pathlib
import signal
import subprocess

from box import ROOT, wait_until

FAKES = ROOT / "tests/services/fake-receivers.py"
KEY, TOKEN = "0123456789abcdef0123456789abcdef", "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
# Kind: address behind the port, which port, secret, "to". As the fakes want them.
KINDS = {
    "webhook": ("http://127.0.0.1:{}/webhook", "http", "", ""),
    "slack": ("http://127.0.0.1:{}/slack", "http", "", ""),
    "teams": ("http://127.0.0.1:{}/teams", "http", "", ""),
    "pagerduty": ("http://127.0.0.1:{}/pagerduty", "http", KEY, ""),
    "jsm": ("http://127.0.0.1:{}/jsm", "http", "secret-key", ""),
    "alertmanager": ("http://127.0.0.1:{}/", "http", "", ""),
    "telegram": ("http://127.0.0.1:{}", "http", TOKEN, "-100"),
    "email": ("smtp://127.0.0.1:{}", "smtp", "", "noc@example.com"),
    "syslog": ("tcp://127.0.0.1:{}", "tcp", "", ""),
}
PER_MINUTE = {"slack": 60, "teams": 240, "pagerduty": 120, "jsm": 120, "telegram": 20, "email": 60}  # that the makers take
FOR_PEOPLE = ("slack", "teams", "pagerduty", "jsm", "telegram", "email")  # a flood is told to them by digests


class Fakes:
    """The fakes as a process of their own. A context; what they took is in received()."""
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.process = None

    def __enter__(self):
        self.folder.mkdir(exist_ok=True)
        certificate = self.folder / "peer.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=fakes", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem",
                        "-out", certificate], check=True, capture_output=True)
        certificate.write_text(certificate.read_text() + (self.folder / "key.pem").read_text())
        self.process = subprocess.Popen(["/usr/bin/python3", FAKES, self.folder, certificate], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def received(self):
        """(kind, boot_us, what) of everything that was taken; kind "refused" is what a real one would have refused."""
        path = self.folder / "received.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [(one["kind"], one["boot_us"], one["what"]) for one in map(json.loads, lines)]

    def told(self, kind="webhook"):
        """What a webhook took, as books.check_receiver() wants it: (event id, alarm id, alarm_seq, type)."""
        return [(what["body"]["data"]["event_id"], what["body"]["data"]["alarm_id"], what["body"]["data"]["seq"], what["body"]["type"])
                for one, _, what in self.received() if one == kind and what["body"]["data"].get("alarm_id")]

    def set_down(self, down):
        path = self.folder / "down"
        if down:
            path.touch()
        else:
            path.unlink(missing_ok=True)

    def settings(self, kind, name, **more):
        """A receiver @name of @kind as a group of the settings file; @more: further keys."""
        url, port, secret, to = KINDS[kind]
        file = self.folder / f"{kind}.secret"
        file.write_text(secret)
        keys = {"kind": kind, "url": url.format(self.ports[port]), "allow_private": "true", "ca_file": self.folder / "peer.pem", **more}
        if secret:
            keys["secret_file"] = file
        if to:
            keys.update({"to": to, "from": "gantry@example.com"} if kind == "email" else {"to": to})
        return f"[receiver {name}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())


def give_settings(box, groups):
    """Adds groups, such as receivers, to the settings of the running @box and has them read."""
    after = box.last_seq()
    with open(box.state / "gantry.conf", "a", encoding="utf-8") as file:
        file.write("\n" + "".join(groups))
    os.kill(box.pid("gantryd"), signal.SIGHUP)
    wait_until("the settings are taken", lambda: any("reloaded" in event["text"] for event in box.journal(after)), 20)


def busiest_minute(times_us):
    """The most messages in any minute."""
    return max((sum(1 for at in times_us if 0 <= at - begin < 60e6) for begin in times_us), default=0)
