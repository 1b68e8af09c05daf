"""Tables that TSDuck printed, against services and tables of our report. What a table said last is what counts."""
import ref_tsduck_tables as tables
from probe_report import Report
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
    yield Value(name + "PCR PID", ours.at("pcr_pid"), found["pcr"])
    yield Value(name + "CA", systems(ours), found["ca"])
    yield Value(name + "components", [row["pid"] for row in ours.rows("components")],
                [row["pid"] for row in found["components"]])
    for theirs in found["components"]:
        yield from of_component(Report(component_of(ours, theirs["pid"])), f"{name}pid {theirs['pid']} ", theirs)


def systems(row):
    return [(system["system_id"], system["pid"]) for system in row.rows("ca")]


def component_of(service, pid):
    return next((row for row in service.rows("components") if row["pid"] == pid), {})


def of_component(ours, name, theirs):
    yield Value(name + "type", ours.at("stream_type"), theirs["type"])
    yield Value(name + "component_tag", ours.at("component_tag"), theirs["tag"])
    yield Value(name + "CA", systems(ours), theirs["ca"])
    yield Value(name + "pages", [row["page"] for row in ours.rows("pages")], theirs["pages"])
    listed = [row["code"] for row in ours.rows("languages")] or [row["language"] for row in ours.rows("pages")]
    yield Value(name + "languages", listed, theirs["languages"])


def of_sdt(report, found):
    for service_id, theirs in found.items():
        ours, name = report.service(service_id), f"SDT {service_id} "
        if not ours.tree:
            yield NotCompared(len(theirs), "TSDuck SDT: a service that the PAT does not list is not shown")
            continue
        for key, value in theirs.items():
            yield Value(name + key, ours.at(key), value if value != "" else None)


def of_cat(report, found):
    ours = [(row["system_id"], row["pid"]) for row in report.rows("cat", "systems")]
    yield Value("CAT CA", ours if report.at("cat") is not None else None, found["systems"])


def of_nit(report, found):
    ours = next((row for row in report.rows("networks") if row["id"] == found["id"] and row["kind"] == "actual"), {})
    for key, value in found.items():
        yield Value(f"NIT {found['id']} {key}", ours.get(key), value)


def of_tdt(report, found):
    yield Value("last UTC time", report.at("stream_time", "utc"), found["utc"])


READERS = {0x00: (tables.pat, of_pat), 0x01: (tables.cat, of_cat), 0x02: (tables.pmt, of_pmt), 0x40: (tables.nit, of_nit),
           0x42: (tables.sdt, of_sdt), 0x70: (tables.tdt, of_tdt)}
SHORT = (0x70,)  # without version: each that differs from the one before is printed


def steps(values):
    """How often a list of versions goes on to another one."""
    return sum(before != after for before, after in zip(values, values[1:]))


def of_versions(report, tid, pid, found):
    """@found: the version of each block of one table, None for short sections."""
    name = f"printed table {pid}/0x{tid:02x} "
    ours = report.tables(tid, tid, pid)
    if None in found:
        yield Value(name + "sections", sum(row["sections"] for row in ours), len(found))
    elif len(ours) == 1:
        yield Value(name + "version", ours[0]["version"], found[-1])
        yield Value(name + "version changes", ours[0]["version_changes"], steps(found))
    else:
        yield Value(name + "sections came", sum(row["sections"] for row in ours) > 0, True)


def compare(report, text):
    last, printed = {}, {}
    for name, tid, pid, lines in tables.blocks(text):
        version = tables.versions(lines)
        printed.setdefault((tid, pid), []).append(version[0] if version else None)
        if tid in READERS and (version or tid in SHORT):
            found = READERS[tid][0](lines)
            last[tid, pid, found.get("service")] = READERS[tid][1], found
        else:
            yield NotCompared(1, f"TSDuck tables: contents of {name.split(',')[0]}")
    for check, found in last.values():
        yield from check(report, found)
    for (tid, pid), found in printed.items():
        yield from of_versions(report, tid, pid, found)
    yield NotCompared(text.count("* Invalid section"), "TSDuck tables: what cannot be a section is not counted")
