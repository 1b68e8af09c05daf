"""Logs of TSDuck's plugins: continuity and tsfixcc, sync loss, pcrverify, error report, exit status."""
import json
import re

from values import NotCompared, Value

TOOL = "TSDuck"
LINES_MAX = 10000
EVENT = re.compile(r"packet index: (\d+), PID: 0x[0-9A-F]+ \((\d+)\), (?:missing (\d+) packets|(\d+) duplicate packets|"
                   r"(incorrect CC increment without payload))")


def lines_of(text):
    return text.splitlines()[:LINES_MAX]


def events(text):
    """The continuity events: (packet index, PID, packets missing, kind)."""
    for line in lines_of(text):
        found, as_json = EVENT.search(line), line.partition("TEST:")[2]
        if as_json:
            event = json.loads(as_json)
            yield event["index"], event["pid"], event["packets"], event["type"]
        elif found:
            kind = "missing" if found[3] else "duplicates" if found[4] else "without payload"
            yield int(found[1]), int(found[2]), int(found[3] or 0), kind


def continuity(report, text):
    found = list(events(text))
    yield Value("1.4 events", report.at("tr101290", "1.4", "count"), len(found))
    yield Value("1.4 first packet", report.at("tr101290", "1.4", "first_packet"), min(event[0] for event in found))
    yield Value("1.4 last packet", report.at("tr101290", "1.4", "last_packet"), max(event[0] for event in found))
    for pid in sorted({event[1] for event in found}):
        missing = sum(event[2] for event in found if event[1] == pid)
        gaps = sum(event[1] == pid and event[3] == "missing" for event in found)
        yield Value(f"pid {pid} gaps", report.pid(pid, "cc_errors"), gaps)
        yield Value(f"pid {pid} packets missing", report.pid(pid, "cc_missing"), missing)
    read = re.search(r"(\d+) packets read", text)
    if read:
        yield Value("packets", report.at("packets"), int(read[1]))


def sync(report, text):
    """Ours is the index of the last packet before the loss, from 0; theirs is how many came before it."""
    after = int(re.search(r"synchronization lost after (\d+) packets", text)[1])
    yield Value("packets before the first sync loss", report.at("tr101290", "1.1", "first_packet") + 1, after)


def pcr_verify(report, text):
    jitter = len(re.findall(r"PCR jitter: ", text))
    good, bad, unchecked = (int(n) for n in re.search(r"(\d+) PCR OK, (\d+) with .*, (\d+) unchecked", text).groups())
    yield Value("PCRs", sum(clock["count"] for clock in report.at("pcr").values()), good + bad + unchecked)
    yield NotCompared(jitter + 3, "TSDuck pcrverify: judges each PCR by the mean bitrate; the stream is VBR, where the "
                      "accuracy of the standard's annex is not defined")


def errors(report, text):
    for line in lines_of(text):
        absent = re.match(r"TS:\d+:0x[0-9A-F]+: No (\S+)", line)
        clock = re.match(r"PID:(\d+):0x[0-9A-F]+: No PCR, ", line)
        if absent:
            table_id = {"SDT": 0x42, "BAT": 0x4a, "TDT": 0x70, "TOT": 0x73}[absent[1]]
            yield Value(f"sections of {absent[1]}", report.sections(table_id, table_id), 0)
        elif clock:
            yield Value(f"pid {clock[1]} PCRs", report.pid(clock[1], "pcr_count"), 0)
        elif "Invalid PES packets" in line:
            yield NotCompared(1, "TSDuck invalid PES packets: broken PES headers are not counted")


def status(_report, text):
    yield NotCompared(len(lines_of(text)), "TSDuck exit status: no number of the stream")
