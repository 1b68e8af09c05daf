"""Fault row 66 against the real gantryd: passwords are guessed, a wall hangs in the control room meanwhile, and somebody with a
stopwatch asks which names there are. GUESSES (20,000), GUESS_SECONDS (0: as fast as they go), PAIRS (150); QUIET_MACHINE=1: times
count, too."""
import itertools
import json
import os
import pathlib
import random
import socket
import statistics
import threading
import time
import unittest

from gantryd_box import PASSWORD, Box
from http_server import parse, read_all

GUESSES, PAIRS = int(os.environ.get("GUESSES", "20000")), int(os.environ.get("PAIRS", "150"))
PACE_S = float(os.environ.get("GUESS_SECONDS", "0"))
QUIET = bool(os.environ.get("QUIET_MACHINE"))
AT_ONCE = 16 if PACE_S else 4  # who guess; who waits in between is late on a machine that does other things
NAMES = 30  # a name may be tried ten times a minute
APART = 0.05
WAITING_S = 2  # that the wall may wait for anything while it rains guesses on a machine that does other things


def cpu_ns(pid):
    """What all threads of a process have taken so far, by the scheduler."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        except FileNotFoundError:
            pass
    return total


class Wall(threading.Thread):
    """A wall as it hangs in the control room: its event stream stays open, its pictures are asked for twice a second."""

    def __init__(self, port, cookie):
        super().__init__(daemon=True)
        self.port, self.cookie, self.stop = port, cookie, threading.Event()
        self.seconds, self.failures, self.silence, self.frames = [], [], 0.0, 0

    def request(self, path):
        return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: gantry_sid={self.cookie}\r\n\r\n".encode()

    def listen(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as peer:
            peer.sendall(self.request("/api/v1/events"))
            last = time.monotonic()
            while not self.stop.is_set():
                if not peer.recv(1 << 16):
                    self.failures.append("the event stream ended")
                    return
                self.silence, last, self.frames = max(self.silence, time.monotonic() - last), time.monotonic(), self.frames + 1

    def look(self, path):
        began = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as peer:
                peer.sendall(self.request(path).replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n"))
                status = parse(read_all(peer))[0]
        except OSError as error:
            status = repr(error)
        self.seconds.append(time.monotonic() - began)
        if status != 200:
            self.failures.append((path, status))

    def run(self):
        listener = threading.Thread(target=self.listen, daemon=True)
        listener.start()
        while not self.stop.wait(0.5):
            self.look("/api/v1/wall/thumbs?w=192&since=0")
            self.look("/api/v1/channels")
        listener.join(10)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.join()


class Guesses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box()
        cls.addClassCleanup(cls.box.end)
        for name in ("watcher", *(f"known-{i}" for i in range(NAMES))):
            cls.box.ask("POST", "/api/v1/users", {"name": name, "role": "viewer", "password": PASSWORD, "must_change_password": False}, 201)
        cls.token = cls.box.ask("POST", "/api/v1/tokens", {"id": "wall-66", "scopes": ["wall"]}, 201)["token"]
        cls.cookie = cls.hang_wall("127.6.6.6")

    @classmethod
    def post(cls, body, source):
        with socket.create_connection(("127.0.0.1", cls.box.port), timeout=30, source_address=(source, 0)) as peer:
            peer.sendall(b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body)
            return parse(read_all(peer))

    @classmethod
    def hang_wall(cls, source):
        status, headers, answer = cls.post(json.dumps({"wall": cls.token}).encode(), source)
        assert status == 200, (status, answer)
        return headers["set-cookie"].split(";")[0].split("=")[1]

    def guess(self, user, password, source):
        return self.post(json.dumps({"user": user, "password": password}).encode(), source)[0]

    def rain(self, count):
        """So many guesses at one account, each from an address of its own, from several at once. {status: how many}"""
        answered, lock, numbers, begin = {401: 0, 429: 0, 503: 0}, threading.Lock(), itertools.count(), time.monotonic()

        def drops():
            while (number := next(numbers)) < count:
                time.sleep(max(0.0, begin + PACE_S * number / count - time.monotonic()))
                status = self.guess("watcher", f"wrong-{number}", f"127.{100 + number // 62500 % 100}.{number // 250 % 250}.{number % 250 + 1}")
                with lock:
                    answered[status] += 1
        threads = [threading.Thread(target=drops) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answered

    def test_row_66_guesses_are_few_and_the_wall_goes_on(self):
        begin = time.monotonic()
        with Wall(self.box.port, self.cookie) as wall:
            answered = self.rain(GUESSES)
            sprayed = [self.guess(f"nobody-{number}", "Summer2026!", "127.8.0.1") for number in range(30)]
            for address in ("127.8.0.1", "127.8.0.2"):  # one that has just been slowed down, too
                self.hang_wall(address)
        minutes, slowest = (time.monotonic() - begin) / 60, max(wall.seconds)
        print(f"row 66: {GUESSES} guesses at one account from as many addresses in {minutes * 60:.0f} s, checked {answered[401]}, refused "
              f"{answered[429]}; 30 names from one address, checked {sprayed.count(401)}; the wall: {len(wall.seconds)} requests, "
              f"{len(wall.failures)} failed, slowest {slowest * 1000:.0f} ms, longest silence of its stream {wall.silence:.1f} s")
        self.assertEqual(wall.failures, [])
        self.assertLessEqual(answered[401], 10 * (int(minutes) + 2))
        self.assertGreater(answered[401], 0)
        self.assertLessEqual(sprayed.count(401), 10)
        self.assertLess(slowest, WAITING_S)
        self.assertLess(wall.silence, 10)

    def measured(self, user, source):
        """(CPU of gantryd in ns, seconds) of one login that is refused."""
        pid = self.box.daemon.pid
        before, began = cpu_ns(pid), time.monotonic()
        status = self.guess(user, "a wrong password", source)
        took = time.monotonic() - began
        self.assertEqual(status, 401, user)
        return cpu_ns(pid) - before, took

    def test_row_66_a_name_that_nobody_has_takes_as_long_as_one_that_somebody_has(self):
        dice, known, unknown = random.Random(66), [], []
        for number in range(PAIRS):
            pair = [(known, f"known-{number % NAMES}", f"127.20.{number % 250}.1"), (unknown, f"absent-{number % NAMES}", f"127.20.{number % 250}.2")]
            dice.shuffle(pair)  # whatever comes second finds warm caches
            for times, user, source in pair:
                times.append(self.measured(user, source))
        ratios = [statistics.median(a[what] for a in known) / statistics.median(b[what] for b in unknown) - 1 for what in (0, 1)]
        faster = sum(a[1] < b[1] for a, b in zip(known, unknown)) / PAIRS
        print(f"row 66: {PAIRS} pairs of a known and an unknown name in turn: CPU apart by {ratios[0] * 100:+.1f} % (of "
              f"{statistics.median(a[0] for a in known) / 1e6:.1f} ms), time by {ratios[1] * 100:+.1f} %, known ones faster in {faster * 100:.0f} % of the pairs")
        self.assertLess(abs(ratios[0]), APART)
        self.assertLess(abs(ratios[1]), APART if QUIET else 3 * APART)


if __name__ == "__main__":
    unittest.main()
