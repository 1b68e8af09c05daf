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
    found = {"service": int(service), "pcr": int(pcr) if pcr else None, "components": [], "ca": []}
    here = found
    for line in lines:
        stream = re.match(rf"Elementary stream: type 0x([0-9A-F]+) .*, PID: {HEX}$", line)
        if stream:
            here = {"pid": int(stream[2]), "type": int(stream[1], 16), "ca": [], "languages": [], "pages": [], "tag": None}
            found["components"].append(here)
        else:
            descriptor_line(line, here)
    return found


def descriptor_line(line, here):
    """What a line of a descriptor says of the component, or of the service, that it stands at."""
    system = re.match(rf"CA System Id: 0x([0-9A-F]+) .*PID: {HEX}$", line)
    tag = re.match(rf"Component tag: {HEX}$", line)
    language = re.match(r"Language: (\w{3}), Type", line)
    page = re.search(r"(?:full page: |Composition page: 0x[0-9A-F]+ \()(\d+)", line)
    if system:
        here["ca"].append((int(system[1], 16), int(system[2])))
    elif "languages" not in here:
        return
    elif tag:
        here["tag"] = int(tag[1])
    elif language:
        here["languages"].append(language[1])
    elif page:
        here["pages"].append(int(page[1]))


RUNNING = {"undefined": 0, "not running": 1, "starts in a few seconds": 2, "pausing": 3, "running": 4}


def sdt(lines):
    found, service = {}, {}
    for line in lines:
        opened = re.match(rf"Service Id: {HEX}, EITs: (\w+), EITp/f: (\w+), CA mode: (\w+)", line)
        running = re.match(r"Running status: (.*)$", line)
        typed = re.match(r"Service type: 0x([0-9A-F]+)", line)
        named = re.match(r'Service: "(.*)", Provider: "(.*)"$', line)
        if opened:
            service = found.setdefault(int(opened[1]), {})
        elif running:
            service["running_status"] = RUNNING[running[1]]
        elif typed:
            service["type"] = int(typed[1], 16)
        elif named:
            service["name"], service["provider"] = named.groups()
    return found


def cat(lines):
    found = (re.match(rf"CA System Id: 0x([0-9A-F]+) .*PID: {HEX}$", line) for line in lines)
    return {"systems": [(int(system[1], 16), int(system[2])) for system in found if system]}


def nit(lines):
    """Network, and how many transport streams and services it lists."""
    name = first(r'Name: "(.*)"$', lines)
    return {"id": int(first(rf"Network Id: {HEX}", lines)[0]), "name": name[0] if name else None,
            "streams": sum(line.startswith("Transport Stream Id: ") for line in lines),
            "services": sum(line.startswith("Service id: ") for line in lines)}


def tdt(lines):
    date, time = first(r"UTC time: (\S+) (\S+)$", lines)
    return {"utc": f"{date.replace('/', '-')}T{time}Z"}


def versions(lines):
    """(version, sections) of a long table, None of a short section."""
    found = first(r"Version: (\d+), sections: (\d+), total size: (\d+) bytes", lines)
    return tuple(int(value) for value in found[:2]) if found else None
