"""The private MariaDB and Redis: folders and users, passwords in 0600 files, start, and plain questions to both."""
import os
import pathlib
import pwd
import secrets
import shutil
import socket
import subprocess
import time

from words import Broken

MARIADB_SETTINGS = """[mariadbd]
datadir={data}
tmpdir={run}
socket={socket}
pid-file={run}/server.pid
log-error={data}/error.log
skip-networking
skip-name-resolve
innodb_buffer_pool_size=32M
innodb_log_file_size=16M
innodb_log_buffer_size=2M
innodb_flush_log_at_trx_commit=1
key_buffer_size=1M
aria_pagecache_buffer_size=1M
max_connections=40
table_open_cache=400
thread_cache_size=4
query_cache_type=0
performance_schema=OFF
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
sql_mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION
"""
REDIS_SETTINGS = """port 0
unixsocket {socket}
unixsocketperm 777
requirepass {password}
dir {data}
save ""
appendonly no
daemonize no
maxmemory 64mb
maxmemory-policy noeviction
databases 1
"""
# The run-time user changes rows and nothing else; migrations and partitions are the administrator's.
MARIADB_USERS = """
CREATE DATABASE IF NOT EXISTS gantry CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER IF NOT EXISTS 'gantry'@'localhost'; ALTER USER 'gantry'@'localhost' IDENTIFIED BY '{password}';
GRANT SELECT, INSERT, UPDATE, DELETE ON gantry.* TO 'gantry'@'localhost';
CREATE USER IF NOT EXISTS 'gantry_admin'@'localhost'; ALTER USER 'gantry_admin'@'localhost' IDENTIFIED BY '{admin}';
GRANT ALL PRIVILEGES ON gantry.* TO 'gantry_admin'@'localhost';
"""


def secret(folder, name, make=lambda: secrets.token_hex(24)):
    """The content of a 0600 file, made at the first start."""
    path = folder / name
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make() + "\n")
    return path.read_text().strip()


def own(path, user, mode):
    path.mkdir(parents=True, exist_ok=True)
    os.chmod(path, mode)
    if os.geteuid() == 0 and user is not None:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def as_user(user, command, *folders):
    """The command line that runs as an ordinary user: as oneself, or from root as @user. Where @user may not pass
    through the folders on the way (a checkout below /root), it is given that one right."""
    if os.geteuid() != 0:
        return command
    reach = ["runuser", "-u", user, "--", "test", "-w", str(folders[0])]
    words = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
    if folders and subprocess.run(reach, stderr=subprocess.DEVNULL, check=False).returncode != 0:
        words += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    return words + command


def link(path, target):
    """@path as a symbolic link to @target, which is named relative to it."""
    if path.is_symlink() or path.exists():
        path.unlink()
    path.symlink_to(target)


class MariaDb:
    def __init__(self, state):
        self.state, self.run, self.data = state, state / "run" / "mariadb", state / "mariadb"
        self.socket = self.run / "mariadb.sock"
        self.settings = state / "run" / "mariadb.cnf"

    def prepare(self):
        """Makes folders, settings and, at the first start, the system tables. Returns the command line."""
        own(self.data, "mysql", 0o700)
        own(self.run, "mysql", 0o755)
        self.settings.write_text(MARIADB_SETTINGS.format(data=self.data, socket=self.socket, run=self.run))
        if not (self.data / "mysql").is_dir() or not (self.data / ".installed").exists():
            self.install()
        link(self.state / "run" / "mariadb.sock", "mariadb/mariadb.sock")
        return as_user("mysql", [shutil.which("mariadbd") or "/usr/sbin/mariadbd", f"--defaults-file={self.settings}"], self.data)

    def install(self):
        for entry in self.data.iterdir():  # an install that was cut short
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        account = pwd.getpwuid(os.geteuid()).pw_name
        # --force: the host's own name need not resolve, nothing here goes by names.
        done = subprocess.run(
            as_user("mysql", ["mariadb-install-db", "--no-defaults", f"--datadir={self.data}", f"--tmpdir={self.run}", "--auth-root-authentication-method=socket",
                              f"--auth-root-socket-user={account}", "--skip-test-db", "--skip-name-resolve", "--force",
                              "--innodb_log_file_size=16M"], self.data),
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Broken(f"MariaDB's tables could not be made: {(done.stdout + done.stderr).strip()[-300:]}")
        (self.data / ".installed").touch()

    def wait(self, process, limit_s=60):
        """Waits until it answers, and makes database and users what they should be."""
        until = time.monotonic() + limit_s
        ping = ["mariadb-admin", "--no-defaults", "-S", str(self.socket), "ping"]
        while subprocess.run(ping, capture_output=True, check=False).returncode != 0:
            if time.monotonic() > until or not process.runs():
                raise Broken(f"MariaDB does not start: {process.last_words()} (see {self.data}/error.log)")
            time.sleep(0.05)
        secrets_folder = self.state / "secrets"
        users = MARIADB_USERS.format(password=secret(secrets_folder, "mysql-password"),
                                     admin=secret(secrets_folder, "mysql-admin-password"))
        done = subprocess.run(["mariadb", "--no-defaults", "-S", str(self.socket)], input=users, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise Broken(f"MariaDB's users could not be made: {done.stderr.strip()[-300:]}")


class MariaDbQuestions:
    """One client, asked again and again."""

    def __init__(self, state):
        password = (state / "secrets" / "mysql-password").read_text().strip()
        self.client = subprocess.Popen(
            ["mariadb", "--no-defaults", "-N", "-B", "-n", "-S", str(state / "run" / "mariadb.sock"), "-u", "gantry", "gantry"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
            env={**os.environ, "MYSQL_PWD": password}, start_new_session=True)

    def number(self, query):
        """The number that a query gives; None if there is no answer."""
        try:
            self.client.stdin.write(query + ";\n")
            self.client.stdin.flush()
            return int(self.client.stdout.readline())
        except (OSError, ValueError):
            return None

    def close(self):
        self.client.kill()
        self.client.wait()


class Redis:
    def __init__(self, state):
        self.state, self.run, self.data = state, state / "run" / "redis", state / "redis"
        self.socket = self.run / "redis.sock"

    def prepare(self):
        own(self.data, "redis", 0o700)
        own(self.run, "redis", 0o755)
        settings = self.data / "redis.conf"
        settings.unlink(missing_ok=True)
        with os.fdopen(os.open(settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(REDIS_SETTINGS.format(socket=self.socket, data=self.data,
                                             password=secret(self.state / "secrets", "redis-password")))
        if os.geteuid() == 0:
            account = pwd.getpwnam("redis")
            os.chown(settings, account.pw_uid, account.pw_gid)
        link(self.state / "run" / "redis.sock", "redis/redis.sock")
        return as_user("redis", [shutil.which("redis-server") or "/usr/bin/redis-server", str(settings)], self.data)

    def wait(self, process, limit_s=20):
        until = time.monotonic() + limit_s
        while True:
            try:
                if redis_ask(self.state, "PING") == "PONG":
                    return
            except OSError:
                pass
            if time.monotonic() > until or not process.runs():
                raise Broken(f"Redis does not start: {process.last_words()}")
            time.sleep(0.02)


def redis_ask(state, *words):
    """One command to Redis; its answer as text (lists are flattened)."""
    password = (state / "secrets" / "redis-password").read_text().strip()
    with socket.socket(socket.AF_UNIX) as link_to:
        link_to.settimeout(5)
        link_to.connect(str(pathlib.Path(state) / "run" / "redis.sock"))
        for command in (("AUTH", password), words):
            encoded = [str(word).encode() for word in command]
            link_to.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
        with link_to.makefile("rb") as answers:
            read_reply(answers)
            return read_reply(answers)


def read_reply(answers):
    line = answers.readline().decode().rstrip("\r\n")
    kind, rest = line[:1], line[1:]
    if kind == "$":
        return "" if rest == "-1" else answers.read(int(rest) + 2)[:-2].decode(errors="replace")
    if kind == "*":
        return " ".join(read_reply(answers) for _ in range(max(0, int(rest))))
    return rest
