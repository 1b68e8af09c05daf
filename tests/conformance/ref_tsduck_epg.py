"""TSDuck's summary of an electronic programme guide (eitcollect), and its list of events."""
import re

from values import NotCompared, Value

TOOL = "TSDuck"


def summary(report, text):
    def number(name):
        return int(re.search(rf"^{name}: +(\d+)", text, re.MULTILINE)[1])

    yield Value("tsid", report.at("transport_stream_id"), int(re.search(r"^TS id: .*\((\d+)\)", text, re.MULTILINE)[1]))
    yield Value("EIT p/f actual sections", report.sections(0x4e, 0x4e), number("EITp/f actual"))
    yield Value("EIT p/f other sections", report.sections(0x4f, 0x4f), number("EITp/f other"))
    yield Value("EIT schedule actual sections", report.sections(0x50, 0x5f), number("EITs actual"))
    yield Value("EIT schedule other sections", report.sections(0x60, 0x6f), number("EITs other"))
    for ours, service, name in re.findall(r"^(Act|Oth)  0x[0-9A-F]+  0x([0-9A-F]+)  (\S.*?)?  +yes", text, re.MULTILINE):
        if ours == "Act":
            yield Value(f"service {int(service, 16)} name", report.service(int(service, 16)).at("name"), name.strip())
    yield NotCompared(len(re.findall(r"^Oth  ", text, re.MULTILINE)),
                      "TSDuck EPG: services of other transport streams are not shown")
    date, time = re.search(r"^Last UTC: +(\S+) (\S+)$", text, re.MULTILINE).groups()
    yield Value("last UTC time", report.at("stream_time", "utc"), f"{date.replace('/', '-')}T{time}Z")


def schedule(text):
    """{service name: {(start): (minutes, name)}} of the list of events."""
    found, date, here = {}, None, None
    for line in text.splitlines():
        service = re.match(r"^\d+\. (.*)$", line)
        day = re.match(r"^(\d{4})/(\d\d)/(\d\d)$", line)
        event = re.match(r"^  (\d\d:\d\d), (\d+) mn, (.*)$", line)
        if service:
            here = found.setdefault(service[1].strip(), {})
        elif day:
            date = "-".join(day.groups())
        elif event:
            here[f"{date}T{event[1]}"] = int(event[2]), event[3].strip()
    return found


def events(report, text):
    """The present and following event of each service of this transport stream, in their list of all events."""
    listed, used = schedule(text), 0
    for row in report.rows("services"):
        for which in ("now", "next"):
            ours = row.get(which, {})
            theirs = listed.get(row["name"], {}).get(ours.get("start", "")[:16], (None, None))
            used += 1
            yield Value(f"{row['name']} {which} minutes", ours.get("duration_s", 0) // 60, theirs[0])
            yield Value(f"{row['name']} {which} name", ours.get("name"), theirs[1])
    yield NotCompared(sum(len(of_service) for of_service in listed.values()) - used,
                      "TSDuck EPG: events of the schedule beyond the present and the following are not shown")
