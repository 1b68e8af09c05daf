"""Streams whose service changes under way: pieces of clips behind one another, with tables, counters and time stamps as if one
multiplexer had made them; and their sender."""
import socket
import struct
import time

import rig
from clips import PACKET, crc32, packets_of, payload_at, pid_of, section_in, starts_unit

PAT, SDT, EIT, PMT = 0, 0x11, 0x12, 0x100
VIDEO, SOUND = 0x101, 0x111  # where components are unless told otherwise; the next sounds follow
PCR_HZ = 27_000_000
START_S = 10.0  # of the clock of a stream
TABLES_EVERY_S, SDT_EVERY_S = 0.1, 0.5
DATAGRAM = 7


def pcr_of(packet):
    """PCR of a packet in 27 MHz, or None."""
    if not packet[3] & 0x20 or packet[4] < 7 or not packet[5] & 0x10:
        return None
    return (int.from_bytes(packet[6:10], "big") << 1 | packet[10] >> 7) * 300 + ((packet[10] & 1) << 8 | packet[11])


def put_pcr(packet, pcr):
    base, extension = divmod(pcr, 300)
    packet[6:12] = (base << 15 | 0x3f << 9 | extension).to_bytes(6, "big")


def move_stamp(packet, at, ticks):
    """Adds to the PTS or DTS of five bytes at @at."""
    old = (packet[at] >> 1 & 7) << 30 | packet[at + 1] << 22 | packet[at + 2] >> 1 << 15 | packet[at + 3] << 7 | packet[at + 4] >> 1
    new = old + ticks & (1 << 33) - 1
    packet[at:at + 5] = bytes([packet[at] & 0xf0 | new >> 29 & 0x0e | 1, new >> 22 & 0xff, new >> 14 & 0xfe | 1, new >> 7 & 0xff,
                               new << 1 & 0xfe | 1])


class Cut:
    """A clip taken apart: its components as its PMT describes them, the packets of each with the time of each in seconds."""
    def __init__(self, stream):
        self.components, self.packets, clocks = [], [], []
        packets = packets_of(stream)
        for packet in packets:
            if not self.components and section_in(packet) is not None and packet[sum(section_in(packet)[:1])] == 2:
                self.read_map(packet)
        pids = {pid: index for index, (_, pid, _) in enumerate(self.components)}
        for packet in packets:
            if pid_of(packet) in pids:
                clock = pcr_of(packet)
                if clock is not None:
                    clocks.append((len(self.packets), clock / PCR_HZ))
                self.packets.append([0.0, pids[pid_of(packet)], packet])
        self.begin_s = clocks[0][1]
        for (first, begin), (last, end) in zip(clocks, clocks[1:]):
            for at in range(first, last):
                self.packets[at][0] = begin - self.begin_s + (end - begin) * (at - first) / (last - first)
        del self.packets[clocks[-1][0]:]

    def read_map(self, packet):
        begin, end = section_in(packet)
        at = begin + 12 + ((packet[begin + 10] & 0x0f) << 8 | packet[begin + 11])
        while at < end - 4:
            size = (packet[at + 3] & 0x0f) << 8 | packet[at + 4]
            self.components.append((packet[at], (packet[at + 1] & 0x1f) << 8 | packet[at + 2], bytes(packet[at + 5:at + 5 + size])))
            at += 5 + size


class Part:
    """A piece of a clip. @sounds: PIDs of its streams of sound, None for one that is left out altogether; @unlisted: of them,
    those that the PMT does not name; @mute: those whose packets do not come."""
    def __init__(self, cut, seconds, begin_s=0.0, **more):
        self.cut, self.seconds, self.begin_s = cut, seconds, begin_s
        self.video = more.pop("video", VIDEO)
        self.sounds = more.pop("sounds", None) or [SOUND + i for i in range(len(cut.components) - 1)]
        self.unlisted, self.mute = more.pop("unlisted", ()), more.pop("mute", ())
        self.again = more.pop("again", False)  # a new version, whatever it says
        self.describe = more.pop("describe", {})  # descriptors of a PID, instead of the clip's
        self.programme = more.pop("programme", None)  # event_id of what is on now; None: no EIT
        assert not more, more

    def pids(self):
        return [self.video, *self.sounds]

    def body(self):
        """Of the PMT, behind its version."""
        body = struct.pack(">HH", 0xe000 | self.video, 0xf000)
        for (stream_type, _, descriptors), pid in zip(self.cut.components, self.pids()):
            if pid is None or pid in self.unlisted:
                continue
            descriptors = self.describe.get(pid, descriptors)
            body += struct.pack(">BHH", stream_type, 0xe000 | pid, 0xf000 | len(descriptors)) + descriptors
        return body


def section(table, extension, version, body):
    head = struct.pack(">BHHBBB", table, 0xb000 | len(body) + 9, extension, 0xc1 | version << 1, 0, 0)
    return head + body + crc32(head + body).to_bytes(4, "big")


def on_now(event_id):
    """An event that runs: it began at 12:00 on 1993-10-13, the example of EN 300 468 annex C, and lasts an hour."""
    return struct.pack(">H", event_id) + bytes.fromhex("c079120000" "010000") + struct.pack(">H", 4 << 13)


class Stream:
    """Parts, one behind the other. @datagrams: (when, in seconds from its beginning, bytes)."""
    def __init__(self, parts):
        self.counters, self.version, self.datagrams, self.waiting = {}, 0, [], []
        self.tables_s, self.sdt_s = -1.0, -1.0
        at_s, before = 0.0, None
        for part in parts:
            if before is not None and (part.again or part.body() != before):
                self.version = (self.version + 1) % 32
            if part.body() != before or part.again:
                self.tables_s = -1.0
            before = part.body()
            self.add(part, at_s)
            at_s += part.seconds
        self.seconds = at_s

    def emit(self, at_s, packet):
        self.waiting.append(packet)
        if len(self.waiting) == DATAGRAM:
            self.datagrams.append((at_s, b"".join(self.waiting)))
            self.waiting = []

    def numbered(self, pid, packet):
        if packet[3] & 0x10:
            self.counters[pid] = self.counters.get(pid, -1) + 1 & 0x0f
        packet[1:4] = bytes([packet[1] & 0xe0 | pid >> 8, pid & 0xff, packet[3] & 0xf0 | self.counters.get(pid, 0)])
        return bytes(packet)

    def table(self, at_s, pid, content):
        packet = bytearray(b"\x47\x40\x00\x10\x00" + content)
        self.emit(at_s, self.numbered(pid, packet + b"\xff" * (PACKET - len(packet))))

    def tables(self, at_s, part):
        if at_s - self.tables_s >= TABLES_EVERY_S:
            self.tables_s = at_s
            self.table(at_s, PAT, section(0, 1, 0, struct.pack(">HH", 1, 0xe000 | PMT)))
            self.table(at_s, PMT, section(2, 1, self.version, part.body()))
        if at_s - self.sdt_s >= SDT_EVERY_S:
            self.sdt_s = at_s
            names = b"\x48\x0b\x01\x04Test\x04Test"
            self.table(at_s, SDT, section(0x42, 1, 0, struct.pack(">HBHBH", 1, 0xff, 1, 0xfc, 0x8000 | len(names)) + names))
            if part.programme is not None:
                self.table(at_s, EIT, section(0x4e, 1, part.programme % 32, struct.pack(">HHBB", 1, 1, 0, 0x4e) + on_now(part.programme)))

    def add(self, part, begin_s):
        shift = round((START_S + begin_s - part.begin_s - part.cut.begin_s) * PCR_HZ / 300)
        pids = part.pids()
        for at_s, component, packet in part.cut.packets:
            at_s += begin_s - part.begin_s
            if not begin_s <= at_s < begin_s + part.seconds:
                continue
            self.tables(at_s, part)
            pid = pids[component]
            if pid is None or pid in part.mute:
                continue
            self.emit(at_s, self.numbered(pid, self.stamped(bytearray(packet), shift)))

    @staticmethod
    def stamped(packet, shift):
        clock, at = pcr_of(packet), payload_at(packet)
        if clock is not None:
            put_pcr(packet, clock + shift * 300)
        if starts_unit(packet) and packet[at:at + 3] == b"\0\0\1":
            if packet[at + 7] & 0x80:
                move_stamp(packet, at + 9, shift)
            if packet[at + 7] & 0xc0 == 0xc0:
                move_stamp(packet, at + 14, shift)
        return packet


def send(streams, start_s):
    """Sends (port, datagrams) each, all at once, from @start_s of the boot clock on. For a process of its own."""
    rig.served_first()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for at_s, port, datagram in sorted((at_s, port, datagram) for port, datagrams in streams for at_s, datagram in datagrams):
            left_s = start_s + at_s - time.clock_gettime(time.CLOCK_BOOTTIME)
            if left_s > 0:
                time.sleep(left_s)
            try:
                out.sendto(datagram, ("127.0.0.1", port))
            except ConnectionRefusedError:
                pass
