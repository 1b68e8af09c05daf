"""TSDuck's analysis as a text of boxes (tsanalyze), brought to the keys of the normalized form.

The box of a PID has three columns at fixed places; a line within a column is "Name: ..... value".
"""
import re

from ref_tsduck_norm import empty

LINES_MAX = 100000
COLUMNS = ((3, 27), (29, 53), (55, 77))
FIELD = re.compile(r"^(?P<name>[A-Za-z].*?):? \.+ (?P<value>\S.*)$")
HEX = r"0x[0-9A-F]+ \((\d+)\)"
STREAM = {  # of the first box, left and right half
    "Transport Stream Id": "id", "Services": "services", "Bytes": "bytes", "PID's: Total": "pids", "TS packets": "packets",
    "Clear": "clearpids", "With invalid sync": "invalidsyncs", "Scrambled": "scrambledpids", "With transport error":
    "transporterrors", "With PCR's": "pcrpids", "Suspect and ignored": "suspectignored", "Unreferenced":
    "unreferencedpids"}
PID = {  # of a PID's box: (column, header that stands above, name)
    (0, "", "Bitrate"): "bitrate", (0, "", "Access"): "access", (0, "", "Inv.scramb."): "invalidscrambling",
    (0, "", "Crypto-Per"): "cryptoperiod",
    (1, "Transport", "Packets"): "packets", (1, "Transport", "Adapt.F."): "af", (1, "Transport", "Duplicated"): "duplicated",
    (1, "Transport", "TSrate"): "tsrate", (2, "Discontinuities", "Expected"): "expected",
    (2, "Discontinuities", "Unexpect"): "discontinuities", (2, "Sections", "Unit start"): "unitstart",
    (2, "PES", "Packets"): "pes", (2, "PES", "Inv.Start"): "invalidpesprefix"}
TABLE = {"Section cnt": "sections", "Table cnt": "tables", "Version": "version"}


def number(text):
    """The number in a value, None for Unknown or None."""
    decimal = re.search(HEX, text) or re.match(r"(-?[\d,]+)", text)
    return int(decimal.group(1).replace(",", "")) if decimal else None


def field(text):
    found = FIELD.match(text.strip())
    return (found["name"].strip(), found["value"].strip()) if found else (None, None)


def stream_line(line, analysis):
    for part in line.strip("|").split("  |  "):
        name, value = field(part)
        if name in STREAM:
            analysis["ts"][STREAM[name]] = number(value)
    estimated = re.search(r"Estimated based on PCR's: \.+ (.+?) +\S+( b/s)? +\|", line)
    duration = re.search(r"Broadcast time: \.+ (\d+) sec", line)
    if estimated:
        analysis["ts"]["pcrbitrate"] = number(estimated.group(1))
    if duration:
        analysis["ts"]["duration"] = int(duration.group(1))


def service_line(line, analysis, state):
    text = line.strip("| ")
    opened = re.match(rf"Service: {HEX}, TS: {HEX}(?:, Original Netw: {HEX})?", text)
    usage = re.match(r"0x([0-9A-F]{4})  ", text)
    if opened:
        state["of"] = analysis["services"].setdefault(int(opened[1]), {"id": int(opened[1]), "tsid": int(opened[2])})
        if opened[3]:
            state["of"]["orignetwid"] = int(opened[3])
    elif text in ("Global PID's", "Unreferenced PID's"):
        state["of"] = analysis["global" if text.startswith("G") else "unreferenced"]
    elif usage:
        state["of"].setdefault("pidlist", []).append(int(usage[1], 16))
    else:
        service_facts(text, state["of"])


def service_facts(text, service):
    named = re.match(r"Service name: (.*), provider: (.*)$", text)
    typed = re.match(r"Service type: 0x([0-9A-F]+)", text)
    counted = re.match(r"TS packets: ([\d,]+), PID's: (\d+) \(clear: (\d+), scrambled: (\d+)\)", text)
    clocked = re.match(rf"PMT PID: {HEX}, PCR PID: (?:{HEX}|None)", text)
    total = re.match(r"Total .*[. ]([CS]) +(\S+)(?: b/s)?$", text)
    if named:
        service["name"], service["provider"] = named.groups()
    elif typed:
        service["servtype"] = int(typed[1], 16)
    elif counted:
        service["packets"] = number(counted[1])
        service["pids"], service["clearpids"], service["scrambledpids"] = (int(counted[n]) for n in (2, 3, 4))
    elif clocked:
        service["pmtpid"] = int(clocked[1])
        service["pcrpid"] = int(clocked[2]) if clocked[2] else None
    elif total:
        service["access"] = {"C": "clear", "S": "scrambled"}[total[1]]
        service["bitrate"] = number(total[2])


def pid_line(line, analysis, state):
    opened = re.match(rf"\|  PID: {HEX} +(.*?) +\|$", line)
    if opened:
        state.update(of={"pid": int(opened[1]), "description": opened[2]}, heads=["", "", ""])
        analysis["pids"][int(opened[1])] = state["of"]
    elif "of" in state and not re.match(r"\|  (Service: 0x|PES stream id|Clock values range)", line):
        for column, (begin, end) in enumerate(COLUMNS):
            pid_field(column, line[begin:end].strip(), state)


def pid_field(column, text, state):
    name, value = field(text)
    if re.fullmatch(r"(Transport|Discontinuities|Sections|PES):", text):
        state["heads"][column] = text.rstrip(":")
    elif name in ("PCR", "PTS", "DTS"):
        state["heads"][column] = name.lower()
        state["of"][name.lower()] = number(value)
    elif name in ("from", "to", "Leaps") and state["heads"][column] in ("pcr", "pts", "dts"):
        clock = state["heads"][column]
        state["of"][{"from": "first" + clock, "to": "last" + clock, "Leaps": clock + "leap"}[name]] = number(value)
    elif (column, state["heads"][column], name) in PID:
        key = PID[column, state["heads"][column], name]
        state["of"][key] = value.lower() if key == "access" else number(value)


def table_line(line, analysis, state):
    opened = re.match(rf"\|  PID: {HEX} ", line)
    table = re.match(rf"\|  0x[0-9A-F]{{2}} \((\d+), .*?\)(?:, TID ext: {HEX})? +\|$", line)
    if opened:
        state["pid"] = int(opened[1])
    elif table:
        key = (state["pid"], int(table[1]), int(table[2]) if table[2] else None)
        state["of"] = analysis["tables"].setdefault(key, {"pid": key[0], "tid": key[1], "tidext": key[2]})
    elif "of" in state:
        repeated = re.match(r"\| +(Repetition|Min repet\.|Max repet\.): \.+ +(\d+) +(ms|pkt)", line)
        counted = re.search(r"  (Section cnt|Table cnt|Version): \.+ +(\d+) ", line)
        if repeated:
            which = {"R": "", "Mi": "min", "Ma": "max"}[repeated[1][:1 if repeated[1][0] == "R" else 2]]
            state["of"][f"{which}repetition{repeated[3]}"] = int(repeated[2])
        if counted:
            value = int(counted[2])
            state["of"].update({"firstversion": value, "lastversion": value} if counted[1] == "Version"
                               else {TABLE[counted[1]]: value})


def parse(text):
    analysis, read, state = empty(), None, {}
    for line in text.splitlines()[:LINES_MAX]:
        title = re.match(r"\|  (TRANSPORT STREAM|SERVICES|PIDS|TABLES & SECTIONS) ANALYSIS REPORT", line)
        if title:
            state = {}
            read = {"T": stream_line, "S": service_line, "P": pid_line}[title[1][0]]
            read = table_line if title[1].startswith("TABLES") else read
        elif line.startswith("|  ") or line.startswith("|   "):
            read(line, analysis) if read is stream_line else read(line, analysis, state)
    return analysis
