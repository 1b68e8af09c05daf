"""TSDuck's tsbitrate --full: totals, then packets and bitrate of each PID."""
import re

from values import NotCompared, Value, rounded

TOOL = "TSDuck"
ROW = re.compile(r"^ *(\d+) \(0x[0-9A-F]+\) +([\d,]+) +([\d,]+) b/s +([\d,]+) b/s$", re.MULTILINE)


def number(text):
    return int(text.replace(",", ""))


def compare(report, text):
    total = re.search(r"^TS packets +: ([\d,]+)$", text, re.MULTILINE)
    rate = re.search(r"^TS bitrate +: ([\d,]+) b/s \(188-byte\)", text, re.MULTILINE)
    clocks = re.search(r"^PIDs with PCR +: (\d+)$", text, re.MULTILINE)
    yield Value("packets", report.at("packets"), number(total[1]))
    yield rounded("bitrate", report.at("bitrate_bps"), number(rate[1]) or None)
    yield Value("pids with PCR", len(report.at("pcr")), number(clocks[1]))
    for pid, packets, bitrate, _ in ROW.findall(text):
        yield Value(f"pid {pid} packets", report.undamaged(pid), number(packets))
        if number(bitrate):
            yield rounded(f"pid {pid} bitrate", report.pid(pid, "bitrate_bps"), number(bitrate))
    yield NotCompared(1, "TSDuck tsbitrate PCR: counts intervals it used, not PCRs")
