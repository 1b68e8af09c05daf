"""SCTE-35 sections as TSDuck prints them (tstables)."""
import re

import ref_tsduck_tables as tables
from values import MISSING, NotCompared, Value

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


def compare(report, text):
    theirs = [splice(pid, lines) for _, tid, pid, lines in tables.blocks(text) if tid == TABLE_ID]
    ours = sum(1 + row["repeats"] for row in report.rows("scte35"))
    yield Value("SCTE-35 sections", ours if report.at("scte35") is not MISSING else MISSING, len(theirs))
    folded = [row for place, row in enumerate(theirs) if row not in theirs[:place]]  # as the log has it
    for number_, row in enumerate(folded):
        for key, value in row.items():
            if value is not None and value != []:
                yield Value(f"SCTE-35 {number_} {key}", report.at("scte35", number_, key), value)
    yield NotCompared(3 * len(theirs), "TSDuck SCTE-35: CW index, tier, UPID bytes")
