#!/usr/bin/env python3
"""Receivers of the real gantryd, set and tested by gantryctl: nothing is written into settings, no secret is read back. Prints TAP."""
import http.server
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import threading
import time

from leftovers import end_processes_of
from ports import free_port

BUILD = pathlib.Path(os.environ["GANTRY_BUILD"])
SECRET = "https://127.0.0.1/services/T0/B0/very-secret"


class Hook(http.server.BaseHTTPRequestHandler):
    taken = []

    def do_POST(self):
        Hook.taken.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(410 if self.path == "/gone" else 200)
        self.end_headers()
        self.wfile.write(b"thank you")

    def log_message(self, *arguments):
        pass


def wait_for(what, condition, limit_s=60):
    begin = time.monotonic()
    while time.monotonic() - begin < limit_s:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {limit_s} s")


class Box:
    """gantryd with one receiver in its settings."""

    def __init__(self, folder, hook_port):
        self.folder, self.state = folder, folder / "state"
        (folder / "channels.csv").write_text("id,name,short_name,group,address,interface,service_id,profile\n"
                                             f"one,One,ONE,All,udp://127.0.0.1:{free_port()},lo,0,\n", encoding="utf-8")
        (folder / "gantry.conf").write_text(
            f"[state]\nfolder={self.state}\n[http]\nlisten=127.0.0.1\nport={free_port()}\n[workers]\nmode=spawn\n"
            f"program={BUILD}/pipelines/worker/gantry-channel\n[inventory]\nchannels={folder}/channels.csv\n"
            f"[receiver fixed]\nkind=webhook\nurl=http://127.0.0.1:{hook_port}/fixed\nallow_private=true\n", encoding="utf-8")
        self.daemon = None

    def start(self):
        self.daemon = subprocess.Popen([str(BUILD / "appliance/supervisor/gantryd"), "--config", str(self.folder / "gantry.conf")],
                                       stderr=open(self.folder / "log.txt", "ab"))  # pylint: disable=consider-using-with; ends with it
        wait_for("gantryd answers", lambda: self.ctl("receiver", "list").returncode == 0)

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(60)

    def end(self):
        """With its workers, which outlive it."""
        if self.daemon is not None and self.daemon.poll() is None:
            self.stop()
        end_processes_of(self.folder)

    def ctl(self, *words, body=None):
        return subprocess.run([str(BUILD / "appliance/ctl/gantryctl"), "--socket", str(self.state / "run/control.sock"), *words],
                              input=body, capture_output=True, text=True, check=False, timeout=60)

    def tests_of(self, name):
        """Its attempts that were tests, newest first: of its own accord it tells the alarm that comes some time."""
        return [one for one in json.loads(self.ctl("receiver", "deliveries", name, "--json").stdout)["items"] if one["what"] == "test"]

    def set(self, name, **settings):
        done = self.ctl("receiver", "set", name, body=json.dumps(settings))
        return done.returncode, done.stderr


def check(box, url):
    assert box.set("fixed", kind="webhook", url=url + "/x")[0] == 6, "one of the settings was changed"
    status, error = box.set("hook", kind="webhook", url=url + "/hook", allow_private=True, title="{wher}")
    assert status != 0 and "did you mean {where}?" in error, error
    status, error = box.set("hook", kind="webhook", url=url + "/hook", allow_private=True, secret_file="/etc/shadow")
    assert status != 0 and "secret_file" in error, error
    assert box.set("hook", kind="webhook", url=url + "/hook", allow_private=True, min_severity="major", hours=["mon-sun 00:00-24:00"]) == (0, "")
    tested = box.ctl("receiver", "test", "hook")
    assert tested.returncode == 0 and "answered 200: thank you" in tested.stdout, tested
    assert Hook.taken[-1][0] == "/hook" and Hook.taken[-1][1]["type"] == "gantry.test"
    attempts = box.tests_of("hook")
    assert (attempts[0]["what"], attempts[0]["status"], attempts[0]["answer"]) == ("test", 200, "thank you"), attempts
    assert box.set("hook", url=url + "/gone") == (0, ""), "a part alone can be changed"
    tested = box.ctl("receiver", "test", "hook")
    assert tested.returncode == 1 and "410" in tested.stdout, tested
    assert box.ctl("receiver", "replay", "hook", "--after", "1000000").returncode == 1, "there is no alarm's event to replay"


def check_networks(box, url):
    """Private addresses by a list of networks, without the switch."""
    status, error = box.set("listed", kind="webhook", url=url + "/hook", allow_networks="127.0.0.1/8")
    assert status != 0 and "is no network" in error, error
    assert box.set("listed", kind="webhook", url=url + "/hook", allow_networks="10.0.0.0/8") == (0, "")
    assert box.ctl("receiver", "test", "listed").returncode == 1, "loopback is not in 10.0.0.0/8"
    assert box.set("listed", allow_networks="10.0.0.0/8, 127.0.0.0/8") == (0, "")
    assert box.ctl("receiver", "test", "listed").returncode == 0
    assert box.ctl("receiver", "remove", "listed").returncode == 0


def check_attempts_last(box):
    before = box.tests_of("hook")
    box.stop()
    box.start()
    wait_for("attempts of before are listed", lambda: box.tests_of("hook") == before)
    assert len(before) >= 2 and before[-1]["answer"] == "thank you", before


def check_secret(box):
    assert box.set("chat", kind="slack", secret=SECRET, allow_private=True) == (0, "")
    file = box.state / "receiver-secrets" / "chat"
    assert file.read_text(encoding="utf-8") == SECRET and stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = box.ctl("receiver", "show", "chat").stdout
    assert "very-secret" not in shown and "receiver-secrets" not in shown and json.loads(shown)["settings"]["has_secret"], shown
    assert "very-secret" not in box.ctl("journal", "--json").stdout, "the secret stands in the audit"
    box.stop()
    box.start()
    assert json.loads(box.ctl("receiver", "show", "chat").stdout)["settings"]["kind"] == "slack", "a restart forgot it"
    assert box.ctl("receiver", "remove", "chat").returncode == 0
    assert box.ctl("receiver", "show", "chat").returncode == 5
    wait_for("the secret is gone", lambda: not file.exists())


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("1..1", flush=True)
    with tempfile.TemporaryDirectory(prefix="gantry-receivers-") as name:
        box = Box(pathlib.Path(name), server.server_address[1])
        try:
            box.start()
            check(box, f"http://127.0.0.1:{server.server_address[1]}")
            check_networks(box, f"http://127.0.0.1:{server.server_address[1]}")
            check_attempts_last(box)
            check_secret(box)
            print("ok 1 - receivers are set, tested, shown and removed by hand, and keep their secrets")
            return 0
        except AssertionError as error:
            print(f"not ok 1 - receivers by hand: {error}\n# {(box.folder / 'log.txt').read_text(errors='replace')[-2000:]}")
            return 1
        finally:
            box.end()


if __name__ == "__main__":
    sys.exit(main())
