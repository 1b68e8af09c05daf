"""Tables that TSDuck printed, against services and tables of our report. What a table said last is what counts."""
import ref_tsduck_tables as tables
from values import NotCompared, Value

TOOL = "TSDuck"


def of_pat(report, found):
    yield Value("PAT tsid", report.at("transport_stream_id"), found["tsid"])
    ours = {row["service_id"]: row["pmt_pid"] for row in report.rows("services")}
    for service, pid in found["programs"].items():
        if service:
            yield Value(f"PAT service {service} PMT PID", ours.get(service), pid)
    yield Value("PAT services", len(ours), sum(service != 0 for service in found["programs"]))


def of_pmt(report, found):
    ours, name = report.service(found["service"]), f"PMT {found['service']} "
    components = {row["pid"]: row for row in ours.rows("components")}
    yield Value(name + "PCR PID", ours.at("pcr_pid"), found["pcr"])
    yield Value(name + "components", [row["pid"] for row in ours.rows("components")],
                [row["pid"] for row in found["components"]])
    for theirs in found["components"]:
        row = components.get(theirs["pid"], {})
        yield Value(f"{name}pid {theirs['pid']} type", row.get("stream_type"), theirs["type"])
        if theirs["languages"]:
            yield Value(f"{name}pid {theirs['pid']} language", row.get("language"), theirs["languages"][0])
        if len(theirs["languages"]) > 1:
            yield NotCompared(len(theirs["languages"]) - 1, "TSDuck PMT: of several languages of a PID the first is shown")


def of_sdt(report, found):
    for service_id, theirs in found.items():
        ours, name = report.service(service_id), f"SDT {service_id} "
        if not ours.tree:
            yield NotCompared(len(theirs), "TSDuck SDT: a service that the PAT does not list is not shown")
            continue
        yield Value(name + "name", ours.at("name"), theirs.get("name") or None)
        yield Value(name + "provider", ours.at("provider"), theirs.get("provider") or None)


READERS = {0x00: (tables.pat, of_pat), 0x02: (tables.pmt, of_pmt), 0x42: (tables.sdt, of_sdt)}


def compare(report, text):
    last = {}
    for name, tid, pid, lines in tables.blocks(text):
        if tid in READERS and tables.versions(lines):
            found = READERS[tid][0](lines)
            last[tid, pid, found.get("service")] = READERS[tid][1], found
        else:
            yield NotCompared(1, f"TSDuck tables: contents of {name.split(',')[0]}")
    for check, found in last.values():
        yield from check(report, found)
