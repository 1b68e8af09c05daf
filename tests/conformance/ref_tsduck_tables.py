"""Tables as TSDuck prints them (tstables, tspsi): a block a table, opened by "* NAME, TID 0x.., PID 0x..".

tstables prints a table when it is first seen and whenever its version or content changes.
"""
import re

LINES_MAX = 100000
HEX = r"0x[0-9A-F]+ \((\d+)\)"
OPENED = re.compile(rf"^\* (.+), TID {HEX}, PID {HEX}$")


def blocks(text):
    """Yields (name, tid, pid, lines)."""
    found = None
    for line in text.splitlines()[:LINES_MAX]:
        opened = OPENED.match(line)
        if line.startswith("* "):
            if found:
                yield found
            found = (opened[1], int(opened[2]), int(opened[3]), []) if opened else None
        elif found and line.strip():
            found[3].append(line.strip())
    if found:
        yield found


def first(pattern, lines):
    found = next((match for match in (re.match(pattern, line) for line in lines) if match), None)
    return found.groups() if found else None


def pat(lines):
    programs = [re.match(r"Program: +(\d+) \(0x[0-9A-F]+\)  PID: +(\d+)", line) for line in lines]
    return {"tsid": int(first(r"TS id: +(\d+)", lines)[0]), "programs": {int(m[1]): int(m[2]) for m in programs if m}}


def pmt(lines):
    service, pcr = first(rf"Program: {HEX}, PCR PID: (?:{HEX}|none)", lines)
    found = {"service": int(service), "pcr": int(pcr) if pcr else None, "components": []}
    for line in lines:
        stream = re.match(rf"Elementary stream: type 0x([0-9A-F]+) .*, PID: {HEX}$", line)
        language = re.match(r"Language: (\w{3})", line)
        descriptor = re.match(r"- Descriptor \d+: .* \(0x([0-9A-F]{2})", line)
        if stream:
            found["components"].append({"pid": int(stream[2]), "type": int(stream[1], 16), "languages": [], "tags": []})
        elif found["components"] and language:
            found["components"][-1]["languages"].append(language[1])
        elif found["components"] and descriptor:
            found["components"][-1]["tags"].append(int(descriptor[1], 16))
    return found


def sdt(lines):
    found, service = {}, None
    for line in lines:
        opened = re.match(rf"Service Id: {HEX}, EITs: (\w+), EITp/f: (\w+), CA mode: (\w+)", line)
        typed = re.match(r"Service type: 0x([0-9A-F]+)", line)
        named = re.match(r'Service: "(.*)", Provider: "(.*)"$', line)
        if opened:
            service = found.setdefault(int(opened[1]), {"free": opened[4] == "free"})
        elif service is not None and typed:
            service["type"] = int(typed[1], 16)
        elif service is not None and named:
            service["name"], service["provider"] = named.groups()
    return found


def versions(lines):
    """(version, sections) of a long table, None of a short section."""
    found = first(r"Version: (\d+), sections: (\d+), total size: (\d+) bytes", lines)
    return tuple(int(value) for value in found[:2]) if found else None
