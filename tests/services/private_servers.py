"""A MariaDB and a Redis of a test's own: in a temporary folder, on Unix sockets."""
import os
import signal
import subprocess
import time

PASSWORD = "only-for-this-test"
# Each has a folder of its own for temporary tables, as one that starts removes what it takes for left over in its own. The machine
# is not switched off in a test: what the kernel has outlives a server that is killed, and nobody waits for a slow disk.
OPTIONS = ["--innodb-flush-method=nosync", "--debug-no-sync"]


class Servers:
    """A MariaDB and a Redis in a folder of their own."""

    def __init__(self, folder):
        self.folder, self.mysql, self.redis = folder, folder / "mysql.sock", folder / "redis.sock"
        self.password = folder / "password"
        self.password.write_text(PASSWORD + "\n")
        os.chmod(folder, 0o777)
        (folder / "tmp").mkdir()
        os.chmod(folder / "tmp", 0o777)
        options = [f"--datadir={folder}/data", f"--tmpdir={folder}/tmp", *OPTIONS, *(["--user=mysql"] if os.geteuid() == 0 else [])]
        done = subprocess.run(["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
                               "--skip-name-resolve", *options], check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"mariadb-install-db: {done.stdout[:1000]}{done.stderr[:1000]}"
        self.commands = {
            "mariadb": ["/usr/sbin/mariadbd", "--no-defaults", *options, f"--socket={self.mysql}",
                        f"--pid-file={folder}/pid", "--skip-networking", "--innodb-buffer-pool-size=32M",
                        "--innodb-flush-log-at-trx-commit=0"],
            "redis": ["redis-server", "--port", "0", "--unixsocket", str(self.redis), "--save", "", "--requirepass", PASSWORD]}
        self.processes = {name: self.start(name) for name in self.commands}
        self.wait()
        self.sql(f"CREATE DATABASE gantry_test; CREATE USER gantry@localhost IDENTIFIED BY '{PASSWORD}';"
                 "GRANT SELECT, INSERT, UPDATE, DELETE ON gantry_test.* TO gantry@localhost")

    def start(self, name):
        return subprocess.Popen(self.commands[name], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def kill(self, name):
        self.processes[name].kill()
        self.processes[name].wait()

    def start_again(self, name):
        self.processes[name] = self.start(name)
        self.wait()

    def signal(self, name, number):
        self.processes[name].send_signal(number)

    def wait(self):
        until = time.monotonic() + 120
        while True:
            try:
                self.sql("SELECT 1")
                if self.ask_redis("PING") == "PONG":
                    return
            except subprocess.CalledProcessError:
                pass
            if time.monotonic() > until:
                raise RuntimeError("the servers do not start")
            time.sleep(0.1)

    def sql(self, text):
        done = subprocess.run(["mariadb", "--no-defaults", "-N", "-B", "-u", "root", "-S", str(self.mysql), "-e", text],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def ask_redis(self, *words):
        done = subprocess.run(["redis-cli", "-s", str(self.redis), *words], capture_output=True, text=True, check=True,
                              env={**os.environ, "REDISCLI_AUTH": PASSWORD})
        return done.stdout.strip()

    def stop(self):
        for name, process in self.processes.items():
            process.send_signal(signal.SIGCONT)
            self.kill(name)
