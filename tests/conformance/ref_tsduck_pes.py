"""TSDuck's log of PES packets (pes plugin): one line each with its PID, packets of the stream and stream_id."""
import re

from values import NotCompared, Value

TOOL = "TSDuck"
UNIT = re.compile(r"^\* PID 0x([0-9A-F]{4}), TS packets ([\d,]+)-([\d,]+), (invalid PES packet|stream_id)", re.MULTILINE)


def compare(report, text):
    units = [int(pid, 16) for pid, *_ in UNIT.findall(text)]
    for pid in sorted(set(units)):
        yield Value(f"pid {pid} PES units", report.pid(pid, "pusi"), units.count(pid))
    yield NotCompared(3 * len(units), "TSDuck pes: place and size of single PES units are not shown")
