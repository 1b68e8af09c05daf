"""SCTE-35 sections as TSDuck prints them (tstables)."""
import re

import ref_tsduck_tables as tables
from probe_report import Report
from values import NotCompared, Value

TOOL = "TSDuck"
TABLE_ID = 0xfc
COMMANDS = {0: "splice_null", 5: "splice_insert", 6: "time_signal", 255: "private_command"}


def number(pattern, lines, base=10):
    found = tables.first(pattern, lines)
    return int(found[0], base) if found else None


def splice(pid, lines):
    """One section: what we compare of it."""
    return {"pid": pid, "command": COMMANDS[number(r"Command type: 0x([0-9A-F]+)", lines, 16)],
            "event": number(r"Splice event id: 0x([0-9A-F]+)", lines, 16),
            "pts": number(r"(?:Time PTS|Time): 0x([0-9A-F]+)", lines, 16),
            "duration": number(r"Duration PTS: 0x([0-9A-F]+)", lines, 16),
            "cancel": number(r"Splice event id: .*, cancel: (\d)", lines),
            "segments": [int(found[1], 16) for found in
                         (re.match(r"Segmentation event id: 0x([0-9A-F]+)", line) for line in lines) if found],
            "types": [int(found[1], 16) for found in
                      (re.match(r"Segmentation type id: 0x([0-9A-F]+)", line) for line in lines) if found]}


def folded(text):
    """Sections in order, equal ones counted with the first: [(pid, lines, count)]."""
    found = []
    for _, tid, pid, lines in tables.blocks(text):
        if tid != TABLE_ID:
            continue
        same = next((row for row in found if row[:2] == [pid, lines]), None)
        if same:
            same[2] += 1
        else:
            found.append([pid, lines, 1])
    return found


def compare(report, text):
    theirs = folded(text)
    yield Value("SCTE-35 messages", report.count("scte35"), len(theirs))
    if not report.rows("scte35"):
        yield NotCompared(5 * len(theirs), "TSDuck SCTE-35: messages of a PID that the PMT does not list any more")
        return
    for number_, (pid, lines, count) in enumerate(theirs):
        ours, name = Report(report.at("scte35", number_)), f"SCTE-35 {number_} "
        yield Value(name + "sections", ours.at("repeats") + 1, count)
        for key, value in splice(pid, lines).items():
            if value is not None and value != []:
                yield Value(name + key, ours.at(key), value)
    yield NotCompared(3 * len(theirs), "TSDuck SCTE-35: CW index, tier, UPID bytes")
