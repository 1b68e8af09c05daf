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
    yield NotCompared(1, "TSDuck EPG: the last UTC time is not shown")


def events(_report, text):
    yield NotCompared(len(re.findall(r"^  \d\d:\d\d, \d+ mn, ", text, re.MULTILINE)),
                      "TSDuck EPG: single events of the schedule are not shown")
