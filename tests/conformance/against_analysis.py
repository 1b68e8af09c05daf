"""A TSDuck analysis, in the keys of its normalized form, against our report.

TSDuck leaves packets with transport_error_indicator out of its PID counts; here they are taken from ours. A key that
is neither compared nor listed here with its reason is an error, so that nothing of a reference is passed over.
"""
import against_table_times
from values import MISSING, NotCompared, Value, rounded

CODECS = {  # how a description of a PID begins
    "AVC video": "H.264", "HEVC video": "HEVC", "MPEG-2 Video": "MPEG-2", "MPEG-1 Video": "MPEG-1",
    "MPEG-1 Audio": "MPEG audio", "MPEG-2 Audio": "MPEG audio", "AC-3 Audio": "AC-3", "E-AC-3 Audio": "E-AC-3",
    "ATSC Enhanced-AC-3 Audio": "E-AC-3", "Teletext": "Teletext", "Subtitles": "DVB subtitles", "MPEG-2 AAC Audio": "AAC"}
UNKNOWN = {"(unknown)": None, "": None}
# Keys that are not compared: "" where another key says the same, else the reason.
STREAM_REST = {
    "bytes": "", "bitrate": "", "bitrate204": "", "pcrbitrate204": "", "userbitrate": "was given by the user",
    "userbitrate204": "", "suspectignored": "TSDuck's own guess about packets",
    "unreferencedpids": "PIDs that no table names are not counted"}
SERVICE_REST = {
    "id": "", "bitrate204": "", "isscrambled": "", "typename": "", "clearpids": "", "tsid": "", "hidden": "is TSDuck's word",
    "ssu": "is TSDuck's word", "t2mi": "is TSDuck's word", "orignetwid": "original networks are not shown"}
PID_REST = {
    "id": "", "pid": "", "bitrate204": "", "isscrambled": "", "clear": "", "tsrate": "", "servcount": "", "global": "",
    "unreferenced": "", "description": "", "pmt": "", "audio": "", "video": "", "ecm": "", "emm": "", "iip": "is TSDuck's word",
    "t2mi": "is TSDuck's word", "invalidscrambling": "is TSDuck's word", "af": "adaptation fields are not counted",
    "firstpts": "PTS values are not shown",
    "lastpts": "PTS values are not shown", "firstdts": "DTS values are not shown", "lastdts": "DTS values are not shown",
    "ptsleap": "PTS leaps are not counted", "dtsleap": "DTS leaps are not counted",
    "streamid": "PES stream_ids are not shown",
    "cryptoperiod": "crypto-periods are not measured", "firstpcr": "PCR values are not shown",
    "lastpcr": "PCR values are not shown"}
GROUP_REST = {"bitrate204": "", "access": "", "pidlist": ""}


def rest(row, compared, reasons):
    """What of @row is not compared."""
    for key, value in row.items():
        if key in compared or value is None:
            continue
        if key not in reasons:
            raise ValueError(f"a key that nobody compares: {key}")
        if reasons[key]:
            yield NotCompared(1, f"TSDuck {key}: {reasons[key]}")


def is_scrambled(report, pids):
    return any(report.pid(pid, "scrambled") > 0 for pid in pids)


def scrambled_of(report, pids):
    return sum(is_scrambled(report, [pid]) for pid in pids)


def rate_of(report, packets):
    return report.at("bitrate_bps") * (packets / max(1, report.at("packets")))


def of_stream(report, ts):
    pids = [pid for pid in report.pids() if report.undamaged(pid) > 0]
    services = [pids_of(report.service(row["service_id"])) for row in report.rows("services")]
    found = {
        "id": report.at("transport_stream_id"),
        "packets": report.at("packets"),
        "invalidsyncs": report.at("tr101290", "1.2", "count"),
        "transporterrors": report.pid_sum("tei"),
        "services": len(services),
        "clearservices": sum(not is_scrambled(report, of_service) for of_service in services),
        "scrambledservices": sum(is_scrambled(report, of_service) for of_service in services),
        "pids": len(pids),
        "clearpids": len(pids) - scrambled_of(report, pids),
        "scrambledpids": scrambled_of(report, pids),
        "pcrpids": sum(report.pid(pid, "pcr_count") > 0 for pid in pids),
    }
    yield from (Value(key, ours, ts[key]) for key, ours in found.items() if ts.get(key) is not None)
    yield rounded("bitrate", report.at("bitrate_bps"), ts.get("pcrbitrate") or None)
    yield Value("whole seconds", int(report.at("seconds") or 0), ts.get("duration", 0))
    yield from rest(ts, [*found, "pcrbitrate", "duration"], STREAM_REST)


def pids_of(service):
    """PIDs of PMT, PCR, components and their ECMs."""
    found = {service.at("pmt_pid"), service.at("pcr_pid")}
    found |= {row["pid"] for row in service.rows("components")}
    for row in service.rows("components") + [service.tree]:
        found |= {system["pid"] for system in row.get("ca", [])}
    return sorted(pid for pid in found if isinstance(pid, int))


def of_service(report, theirs):
    ours, name = report.service(theirs["id"]), f"service {theirs['id']} "
    pids = pids_of(ours)
    packets = sum(report.undamaged(pid) for pid in pids)
    found = {
        "name": (ours.at("name"), UNKNOWN.get(theirs["name"], theirs["name"])),
        "provider": (ours.at("provider"), UNKNOWN.get(theirs["provider"], theirs["provider"])),
        "pmtpid": (ours.at("pmt_pid"), theirs["pmtpid"]),
        "pcrpid": (ours.at("pcr_pid"), theirs.get("pcrpid")),
        "pidlist": (pids, sorted(theirs["pidlist"])),
        "pids": (len(pids), theirs["pids"]),
        "packets": (packets, theirs["packets"]),
        "scrambledpids": (scrambled_of(report, pids), theirs["scrambledpids"]),
    }
    yield from (Value(name + key, *both) for key, both in found.items())
    if "servtype" in theirs:
        yield Value(name + "servtype", ours.at("type"), theirs["servtype"] or None)
    if theirs.get("access"):
        yield Value(name + "access", "scrambled" if is_scrambled(report, pids) else "clear", theirs["access"])
    if theirs.get("bitrate"):
        yield rounded(name + "bitrate", rate_of(report, packets), theirs["bitrate"])
    yield from rest(theirs, [*found, "servtype", "access", "bitrate"], SERVICE_REST)


def of_group(report, name, theirs):
    """PIDs that belong to no service: those of tables, and unreferenced ones."""
    pids = theirs.get("pidlist", [])
    here = [pid for pid in pids if report.undamaged(pid) > 0]
    packets = sum(report.undamaged(pid) for pid in pids)
    if not pids:
        return
    yield Value(f"{name} pids", len(here), theirs["pids"])
    yield Value(f"{name} clearpids", len(here) - scrambled_of(report, here), theirs["clearpids"])
    yield Value(f"{name} scrambledpids", scrambled_of(report, here), theirs["scrambledpids"])
    yield Value(f"{name} packets", packets, theirs["packets"])
    if theirs.get("bitrate"):
        yield rounded(f"{name} bitrate", rate_of(report, packets), theirs["bitrate"])
    yield from rest(theirs, ["pids", "clearpids", "scrambledpids", "packets", "bitrate"], GROUP_REST)


def of_pid(report, theirs):
    pid = theirs["pid"]
    name, component = f"pid {pid} ", report.component(pid)
    found = {"packets": report.undamaged(pid), "discontinuities": report.pid(pid, "cc_errors"),
             "duplicated": report.pid(pid, "duplicates"), "scrambled": report.pid(pid, "scrambled"),
             "unitstart": report.pid(pid, "pusi"), "pes": report.pid(pid, "pusi"),
             "expected": report.pid(pid, "discontinuities"), "pcr": report.pid(pid, "pcr_count"),
             "pts": stamps(component, "pts"), "dts": stamps(component, "dts"),
             "invalidpesprefix": stamps(component, "pes_malformed"),
             "access": "scrambled" if is_scrambled(report, [pid]) else "clear", "servlist": services_of(report, pid)}
    yield from (Value(name + key, ours, theirs[key]) for key, ours in found.items() if theirs.get(key) is not None)
    if theirs.get("bitrate"):
        yield rounded(name + "bitrate", report.pid(pid, "bitrate_bps"), theirs["bitrate"])
    if theirs.get("pcr"):
        yield Value(name + "pcrleap", report.at("pcr", str(pid), "jumps"), theirs["pcrleap"])
    codec = next((codec for begin, codec in CODECS.items() if theirs["description"].startswith(begin)), None)
    if codec:
        yield Value(name + "codec", component.at("codec"), codec)
    if theirs.get("language"):
        yield Value(name + "language", component.at("language"), theirs["language"])
    yield from rest(theirs, [*found, "bitrate", "pcrleap", "language"], PID_REST)


def stamps(component, key):
    """Of a PID that is no component, none are counted."""
    return component.at("time_stamps", key) if component.at("time_stamps") is not MISSING else 0


def services_of(report, pid):
    return sorted(row["service_id"] for row in report.rows("services")
                  if pid in pids_of(report.service(row["service_id"])))


def compare(report, analysis):
    yield from of_stream(report, analysis["ts"])
    for name in ("global", "unreferenced"):
        yield from of_group(report, name, analysis[name])
    for row in analysis["services"].values():
        yield from of_service(report, row)
    for row in analysis["pids"].values():
        yield from of_pid(report, row)
    for row in analysis["tables"].values():
        yield from against_table_times.compare(report, row, analysis["ts"].get("pcrbitrate"))
