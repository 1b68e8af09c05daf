"""A state folder and everything that runs on it: started in order, kept running, ended without a trace."""
import base64
import fcntl
import os
import pathlib
import secrets
import socket
import time

import api
import prepare
from process import Kept, end_pids, read_pid_file
from receiver import Receiver
from stores import MariaDb, Redis, secret
from words import Broken, Refused, say

SETTINGS = """# Written by ./run at every start.
[state]
folder={state}
[http]
listen={listen}
port={port}
[mysql]
socket={state}/run/mariadb.sock
user=gantry
password_file={state}/secrets/mysql-password
admin_user=gantry_admin
admin_password_file={state}/secrets/mysql-admin-password
database=gantry
[redis]
socket={state}/run/redis.sock
password_file={state}/secrets/redis-password
[workers]
mode=spawn
program={worker}
probe={build}/pipelines/probe/gantry-probe
[inventory]
allow_loopback=true
channels={channels}
{interface}[profile]
name=laptop
[receiver demo]
kind=webhook
url=http://127.0.0.1:{receiver_port}/
secret_file={state}/secrets/webhook-secret
allow_private=true
"""
GANTRYD_END_S, OTHERS_END_S = 15, 8
SOCKET_PATH_MAX = 107


class Box:
    def __init__(self, options):
        self.options = options
        self.state = pathlib.Path(options.state).absolute()
        self.run, self.logs = self.state / "run", self.state / "logs"
        self.lock = None
        self.kept = []
        self.receiver = self.gantryd = self.traffic = None
        self.stores_wanted = not options.without_stores
        self.ended = False

    def check_place(self):
        """Refuses, before anything is changed, a folder or a port that cannot be had."""
        if len(str(self.run / "mariadb" / "mariadb.sock")) > SOCKET_PATH_MAX:
            raise Refused(f"--state {self.state}: the path is too long for the sockets in it (at most {SOCKET_PATH_MAX - 24} characters)")
        if self.state.exists() and not self.state.is_dir():
            raise Refused(f"--state {self.state}: is there, and is no folder")
        existing = next(path for path in (self.state, *self.state.parents) if path.exists())
        if not os.access(existing, os.W_OK):
            raise Refused(f"--state {self.state}: this user may not write to {existing}")
        if "\n" in str(self.state) or "=" in str(self.state):
            raise Refused(f"--state {self.state}: a path without = and line ends is needed")
        self.refuse_second()
        family = socket.AF_INET6 if ":" in self.options.listen else socket.AF_INET
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.options.listen, self.options.port))
        except OSError as error:
            raise Refused(f"{self.options.listen}:{self.options.port} cannot be listened on ({error.strerror}): choose another --port") from None

    def refuse_second(self):
        path = self.run / "run.pid"
        try:
            with open(path, encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return
        except BlockingIOError:
            raise Refused(f"another ./run (pid {path.read_text().split()[0]}) has the state folder {self.state}: end it, or name another with --state") from None

    def make_folders(self):
        for folder, mode in ((self.state, 0o755), (self.run, 0o755), (self.logs, 0o755), (self.state / "secrets", 0o700)):
            if not folder.exists():
                folder.mkdir(parents=True)
                os.chmod(folder, mode)
        self.lock = open(self.run / "run.pid", "a+", encoding="ascii")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock = None
            self.refuse_second()
        self.lock.truncate(0)
        self.lock.write(f"{os.getpid()}\n")
        self.lock.flush()
        self.end_leftovers()
        (self.run / "start-stores").unlink(missing_ok=True)
        secret(self.state / "secrets", "webhook-secret", lambda: "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
        for name in ("mysql-password", "mysql-admin-password", "redis-password"):
            secret(self.state / "secrets", name)

    def end_leftovers(self):
        """What an earlier ./run that was killed has left on this folder."""
        left = self.recorded_pids()
        if left:
            say(f"Ending {len(left)} processes that an earlier ./run left on this state folder.")
            end_pids(left, OTHERS_END_S)

    def recorded_pids(self):
        files = [*self.run.glob("*.pid"), *(self.run / "workers").glob("*.pid")]
        return [pid for pid in map(read_pid_file, files) if pid is not None]

    def keep(self, name, command):
        kept = Kept(name, [str(word) for word in command], self.run, self.logs)
        kept.start()
        self.kept.append(kept)
        return kept

    def start_stores(self):
        self.stores_wanted = True
        mariadb, redis = MariaDb(self.state), Redis(self.state)
        first = not (self.state / "mariadb" / ".installed").exists()
        if first:
            say("Making the private MariaDB (once).")
        redis_process = self.keep("redis", redis.prepare())
        mariadb_process = self.keep("mariadb", mariadb.prepare())
        redis.wait(redis_process)
        mariadb.wait(mariadb_process)

    def start_receiver(self):
        self.receiver = Receiver(self.state, (self.state / "secrets" / "webhook-secret").read_text().strip())
        self.receiver.start()

    def start_traffic(self, sources):
        """Starts the generator and returns its list of channels."""
        inventory = self.run / "traffic.csv"
        first = self.options.base_port or prepare.free_ports(self.options.count)
        self.traffic = self.keep("traffic", [
            prepare.BUILD / "tests/traffic/gantry-traffic", "--sources", sources, "--count", self.options.count,
            "--base-port", first, "--inventory", inventory, "--control", self.run / "traffic.sock",
            "--truth", self.state / "truth.jsonl", "--seed", 1])

        def answers():
            if not self.traffic.runs():
                raise Broken(f"the traffic generator does not start: {self.traffic.last_words()}")
            try:
                return api.traffic(self.state, "list")
            except Refused:
                return None
        prepare.wait_for("the traffic generator answers", answers, 30, 0.05)
        return inventory

    def write_settings(self, channels, receiver_port, target):
        options = self.options
        interface = f"interface={options.interface}\n" if options.interface else ""
        worker = pathlib.Path(options.worker or prepare.BUILD / "pipelines/worker/gantry-channel").absolute()
        target.write_text(SETTINGS.format(state=self.state, listen=options.listen, port=options.port, build=prepare.BUILD, worker=worker,
                                          channels=channels, interface=interface, receiver_port=receiver_port))
        return target

    def start_gantryd(self, channels):
        settings = self.write_settings(channels, self.receiver.port, self.state / "gantry.conf")
        self.gantryd = self.keep("gantryd", [prepare.BUILD / "appliance/supervisor/gantryd", "--config", settings, "--stop-workers"])

        def answers():
            if not self.gantryd.runs():
                raise Broken(f"gantryd does not start: {self.gantryd.last_words()}")
            return api.ask(self.state, "GET", "/api/v1/channels")
        prepare.wait_for("gantryd answers", answers, 30, 0.05)

    def link(self):
        """A link that logs in once."""
        code = api.ask(self.state, "POST", "/api/v1/login-codes", {})["code"]
        host = self.options.listen if self.options.listen not in ("0.0.0.0", "::") else "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.options.port}/#login={code}"

    def tend(self):
        """One look at everything; what died is started again."""
        for kept in self.kept:
            line = kept.tend()
            if line:
                say(line)
        if not self.stores_wanted and (self.run / "start-stores").exists():
            say("Starting MariaDB and Redis now.")
            self.start_stores()

    def end(self):
        """Ends every process that was started, and no other: gantryd first, which ends its workers."""
        if self.ended:
            return
        self.ended = True
        by_name = {kept.name: kept for kept in self.kept}
        if "gantryd" in by_name:
            by_name["gantryd"].end(GANTRYD_END_S)
        workers = [pid for pid in map(read_pid_file, (self.run / "workers").glob("*.pid")) if pid is not None]
        end_pids(workers, 3)
        if self.receiver is not None:
            self.receiver.stop()
        for name in ("traffic", "redis", "mariadb"):
            if name in by_name:
                by_name[name].end(OTHERS_END_S)
        if self.lock is not None:
            self.lock.truncate(0)
            self.lock.close()


def loop(box, until):
    """Keeps everything running until @until() says so."""
    while not until():
        box.tend()
        time.sleep(0.1)
