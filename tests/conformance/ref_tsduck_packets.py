"""TSDuck's dump of the first packets of a stream (tsdump): header fields, a block a packet."""
import re

from values import NotCompared, Value

TOOL = "TSDuck"
PACKET = re.compile(r"^\* Packet \d+$.*?^  PID: 0x[0-9A-F]+ \((\d+)\).*?^  Error: (\d), unit start: (\d).*?"
                    r"^  Scrambling: (\d), continuity counter: (\d+)", re.MULTILINE | re.DOTALL)


def packets(text):
    """(pid, error, unit start, scrambling, counter) of each."""
    return [tuple(int(value) for value in found) for found in PACKET.findall(text)]


def compare(report, text):
    """@report: of the same number of packets."""
    found = packets(text)
    yield Value("packets of the excerpt", report.at("packets"), len(found))
    for pid in sorted({packet[0] for packet in found}):
        of_pid = [packet for packet in found if packet[0] == pid]
        name = f"excerpt pid {pid} "
        yield Value(name + "packets", report.pid(pid, "packets"), len(of_pid))
        yield Value(name + "damaged", report.pid(pid, "tei"), sum(packet[1] for packet in of_pid))
        yield Value(name + "unit starts", report.pid(pid, "pusi"), sum(packet[2] for packet in of_pid))
        yield Value(name + "scrambled", report.pid(pid, "scrambled"), sum(packet[3] > 0 for packet in of_pid))
    yield NotCompared(len(found), "TSDuck tsdump: contents and ISDB-T trailers of single packets are not shown")
