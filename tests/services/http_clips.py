"""Recordings as workers leave them, for tests of what reads them."""
import datetime
import os

PACKET = 188
PACKETS = 6000  # of a segment; 1.1 MB


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def text(seconds):
    return stamp(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Recording:
    """Segments as a worker leaves them; packets that number themselves, behind two that stand in front."""

    def __init__(self, server, channel="channel-01", input_id="input-01", root="segments"):
        self.folder = os.path.join(os.path.dirname(server.control), root, input_id, channel)
        self.number = 0
        os.makedirs(self.folder)

    def packet(self, pid, counter):
        self.number += 1
        return bytes([0x47, pid >> 8, pid & 255, 0x10 | counter & 15]) + self.number.to_bytes(4, "big") + bytes(PACKET - 8)

    def add(self, start, seconds=6.0, *, key=1, lost=0, still_open=0, packets=PACKETS):
        head = [self.packet(0, 0), self.packet(256, 0)]
        body = b"".join(self.packet(257, i) for i in range(16))
        data = (b"".join(head) + body * (packets // 16 + 1))[:packets * PACKET]
        return self.write(data, start, seconds, key=key, lost=lost, still_open=still_open)

    def add_packets(self, start, seconds, packets):
        """@packets: PAT and PMT, and what follows them."""
        return self.write(b"".join(packets), start, seconds)

    def write(self, data, start, seconds, *, key=1, lost=0, still_open=0):
        packets = len(data) // PACKET
        wall, end = round(start * 1e6), round((start + seconds) * 1e6)
        name = stamp(wall // 1000000).strftime("%Y%m%dT%H%M%S") + f"{wall // 1000 % 1000:03d}Z.ts"
        assert len(data) == packets * PACKET
        with open(os.path.join(self.folder, name + (".part" if still_open else "")), "wb") as file:
            file.write(data)
        with open(os.path.join(self.folder, "index"), "a", encoding="ascii") as index:
            index.write(f"1 {wall} {wall if still_open else end} {wall} {wall if still_open else end} 900000 1440000 "
                        f"{0 if still_open else packets} 2 {lost} {key} {still_open}\n")
        return data
