#!/usr/bin/env python3
"""The readers of references over small texts, and that what differs or is missing is told."""
import sys

import against_analysis
import ref_eyevinn
import ref_scte35
import ref_tsduck_bitrate
import ref_tsduck_logs
import ref_tsduck_norm
import ref_tsduck_packets
import ref_tsduck_tables
import ref_tsduck_text
import tally
from probe_report import Report
from values import MISSING, NotCompared, Value

BOX = """\
|  TRANSPORT STREAM ANALYSIS REPORT                                           |
|  Transport Stream Id: ....... 0x0438 (1080)  |  Services: .............. 1  |
|  TS packets: ........................ 4,819  |         Clear: ......... 11  |
|  Estimated based on PCR's: ................ 2,944,924 b/s    3,195,556 b/s  |
|  SERVICES ANALYSIS REPORT                                                   |
|  Service: 0x2263 (8803), TS: 0x0438 (1080), Original Netw: 0x0001 (1)       |
|  Service name: One, Two, provider: House                                    |
|  PMT PID: 0x012C (300), PCR PID: None                                       |
|  0x012C  PMT .......................................... C       15,278 b/s  |
|  PIDS ANALYSIS REPORT                                                       |
|  PID: 0x0136 (310)                                               AVC video  |
|  Bitrate: . 2,149,874 b/s  Packets: ......... 3,518  Expected: ......... 0  |
|  Single Service PID        Transport:                Discontinuities:       |
|  Access: ...... Scrambled  Packets: ......... 3,518  Unexpect: ......... 2  |
|  Inv.scramb.: ......... 0  TSrate: .. 2,944,924 b/s  PES:                   |
|                                                      Packets: ......... 66  |
|  PCR: ................ 71  PTS: ................ 29                         |
|  from . 1,747,736,259,260  from ..... 3,474,418,320                         |
|  TABLES & SECTIONS ANALYSIS REPORT                                          |
|  PID: 0x0011 (17)                                                  SDT/BAT  |
|  0x42 (66, SDT Actual), TID ext: 0x0438 (1080)                              |
|      Repetition: ...... 64  ms  Section cnt: ....... 35                     |
"""
NORM = """\
title:anything
service:id=7:tsid=7:pids=1:pmtpid=160:pidlist=160:provider=A:name=B: C
pid:pid=0:access=clear:global:packets=78:description=PAT: or so
"""
TABLE = """\
* PMT, TID 0x02 (2), PID 0x00A0 (160)
  Version: 2, sections: 1, total size: 94 bytes
    Program: 0x0FA6 (4006), PCR PID: none
    Elementary stream: type 0x04 (MPEG-2 Audio), PID: 0x0425 (1061)
    - Descriptor 0: ISO-639 Language (0x0A, 10), 4 bytes
      Language: fra, Type: 0x00 (undefined)
* Invalid section, invalid section size: 1318, data size: 175
* SCTE 35 Splice Information, TID 0xFC (252), PID 0x0021 (33)
    Command type: 0x05 (SpliceInsert), size: 20 bytes
    Splice event id: 0x000003E9 (1001), cancel: 0
    Time PTS: 0x000030D40 (200,000, 2,222 ms)
"""
EVENTS = """\
* continuity: packet index: 10, PID: 0x00D2 (210), missing 3 packets
* continuity: TEST:{ "index": 20, "packets": 7, "pid": 210, "type": "missing" }
packet index: 9, PID: 0x007B (123), 3 duplicate packets
"""


class Checks:
    def __init__(self):
        self.wrong = 0

    def expect(self, what, holds):
        print(f"{'ok' if holds else 'FAILED'}: {what}")
        self.wrong += not holds


def boxes(checks):
    found = ref_tsduck_text.parse(BOX)
    pid, service = found["pids"][310], found["services"][8803]
    checks.expect("the first box is read", found["ts"] == {"id": 1080, "services": 1, "packets": 4819, "clearpids": 11,
                                                           "pcrbitrate": 2944924})
    checks.expect("a name may hold a comma", (service["name"], service["provider"]) == ("One, Two", "House"))
    checks.expect("no PCR PID is none", service["pcrpid"] is None and service["pidlist"] == [300])
    checks.expect("each column has its own header", (pid["packets"], pid["pes"], pid["discontinuities"]) == (3518, 66, 2))
    checks.expect("each clock has its own range", (pid["firstpcr"], pid["firstpts"]) == (1747736259260, 3474418320))
    checks.expect("a table has its repetition", found["tables"][17, 66, 1080]["repetitionms"] == 64)


def lines(checks):
    found = ref_tsduck_norm.parse(NORM)
    checks.expect("the last field may hold colons", found["services"][7]["name"] == "B: C" and
                  found["pids"][0]["description"] == "PAT: or so")
    blocks = list(ref_tsduck_tables.blocks(TABLE))
    pmt = ref_tsduck_tables.pmt(blocks[0][3])
    checks.expect("an invalid section is no table", [block[1] for block in blocks] == [2, 0xfc])
    checks.expect("a component has its languages", pmt["components"][0]["languages"] == ["fra"] and pmt["pcr"] is None)
    splice = ref_scte35.splice(33, blocks[1][3])
    checks.expect("a splice has event and time", (splice["event"], splice["pts"], splice["cancel"]) == (1001, 200000, 0))
    checks.expect("events come as text and JSON", list(ref_tsduck_logs.events(EVENTS)) == [
        (10, 210, 3, "missing"), (20, 210, 7, "missing"), (9, 123, 0, "duplicates")])
    checks.expect("objects may follow each other", list(ref_eyevinn.objects('{"a":1}\n{"b":2} ')) == [{"a": 1}, {"b": 2}])
    checks.expect("a row of tsbitrate is read", ref_tsduck_bitrate.ROW.findall(
        "4096 (0x1000)         9,077       4,620,259 b/s       5,013,472 b/s") == [("4096", "9,077", "4,620,259", "5,013,472")])
    checks.expect("a packet dump is read", ref_tsduck_packets.packets(
        "* Packet 0\n  PID: 0x1FFF (8191), header\n  Error: 0, unit start: 1, x\n  Scrambling: 0, continuity counter: 5\n")
        == [(8191, 0, 1, 0, 5)])


def judgement(checks):
    report = Report({"pids": {}})
    told = tally.Tally()
    told.add("stream", [("tool", Value("a", 1, 2)), ("tool", Value("b", report.at("none"), None)),
                        ("tool", Value("c", 1000, 1001, within=1)), ("form", NotCompared(3, "why")),
                        ("tool", Value("c", 1000, 1001, within=1))])
    checks.expect("what differs and what is missing is told, once", told.wrong == [
        "stream a: 1, tool 2", "stream b: no such key, tool None"] and told.total("agree") == 1)
    checks.expect("the missing stays missing", report.at("x") + 1 is MISSING and MISSING != MISSING)
    checks.expect("of a PID that never came, counts are 0", report.pid(7, "packets") == 0)
    try:
        list(against_analysis.rest({"new": 1}, [], {}))
        checks.expect("a key that nobody reads is an error", False)
    except ValueError:
        checks.expect("a key that nobody reads is an error", True)


def main():
    checks = Checks()
    for part in (boxes, lines, judgement):
        part(checks)
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
