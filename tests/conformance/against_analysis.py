"""A TSDuck analysis, in the keys of its normalized form, against our report.

TSDuck leaves packets with transport_error_indicator out of its PID counts; here they are taken from ours.
"""
from values import NotCompared, Value, rounded

TOOL = "TSDuck"
CODECS = {  # how a description of a PID begins
    "AVC video": "H.264", "HEVC video": "HEVC", "MPEG-2 Video": "MPEG-2", "MPEG-1 Video": "MPEG-1",
    "MPEG-1 Audio": "MPEG audio", "MPEG-2 Audio": "MPEG audio", "AC-3 Audio": "AC-3", "E-AC-3 Audio": "E-AC-3",
    "ATSC Enhanced-AC-3 Audio": "E-AC-3", "Teletext": "Teletext", "Subtitles": "DVB subtitles", "MPEG-2 AAC Audio": "AAC"}
# Numbers of a PID that are not compared, and why.
PID_WITHOUT_WORD = {
    "af": "adaptation fields are not counted", "pts": "PTS are not counted", "dts": "DTS are not counted",
    "firstpts": "PTS values are not shown", "lastpts": "PTS values are not shown", "firstdts": "DTS values are not shown",
    "lastdts": "DTS values are not shown", "ptsleap": "PTS leaps are not counted", "dtsleap": "DTS leaps are not counted",
    "invalidpesprefix": "broken PES start codes are not counted", "streamid": "PES stream_id is not shown",
    "invalidscrambling": "TSDuck's own figure about scrambling", "cryptoperiod": "crypto-periods are not measured",
    "tsrate": "the stream's bitrate again"}
STREAM_WITHOUT_WORD = {
    "suspectignored": "TSDuck's own guess about packets", "bytes": "packets times their size",
    "unreferencedpids": "PIDs that no table names are not counted"}


def without_word(row, reasons):
    for key, reason in reasons.items():
        if row.get(key) is not None:
            yield NotCompared(1, f"TSDuck {key}: {reason}")


def of_stream(report, ts):
    pids = [pid for pid in report.pids() if report.undamaged(pid) > 0]
    scrambled = sum(report.pid(pid, "scrambled") > 0 for pid in pids)
    yield Value("tsid", report.at("transport_stream_id"), ts.get("id"))
    yield Value("packets", report.at("packets"), ts["packets"])
    yield Value("packets with a wrong sync byte", report.at("tr101290", "1.2", "count"), ts["invalidsyncs"])
    yield Value("packets with transport error", report.pid_sum("tei"), ts["transporterrors"])
    yield Value("services", len(report.rows("services")), ts["services"])
    yield Value("pids", len(pids), ts["pids"])
    yield Value("clear pids", len(pids) - scrambled, ts["clearpids"])
    yield Value("scrambled pids", scrambled, ts["scrambledpids"])
    yield Value("pids with PCR", sum(report.pid(pid, "pcr_count") > 0 for pid in pids), ts["pcrpids"])
    yield rounded("bitrate", report.at("bitrate_bps"), ts.get("pcrbitrate") or None)
    if ts.get("duration"):
        yield Value("whole seconds", int(report.at("seconds")), ts["duration"])
    yield from without_word(ts, STREAM_WITHOUT_WORD)


def pids_of(report, service):
    found = {service.at("pmt_pid"), service.at("pcr_pid")}
    found |= {row["pid"] for row in service.rows("components")}
    found |= {row["pid"] for row in service.rows("ca")}
    for component in service.rows("components"):
        found |= {row["pid"] for row in component.get("ca", [])}
    return sorted(pid for pid in found if isinstance(pid, int))


def of_service(report, theirs):
    ours, name = report.service(theirs["id"]), f"service {theirs['id']} "
    pids = pids_of(report, ours)
    packets = sum(report.undamaged(pid) for pid in pids)
    unknown = {"(unknown)": None, "": None}
    yield Value(name + "name", ours.at("name"), unknown.get(theirs["name"], theirs["name"]))
    yield Value(name + "provider", ours.at("provider"), unknown.get(theirs["provider"], theirs["provider"]))
    yield Value(name + "PMT PID", ours.at("pmt_pid"), theirs["pmtpid"])
    yield Value(name + "PCR PID", ours.at("pcr_pid"), theirs.get("pcrpid"))
    yield Value(name + "PIDs", pids, sorted(theirs["pidlist"]))
    yield Value(name + "packets", packets, theirs["packets"])
    yield Value(name + "scrambled PIDs", sum(report.pid(pid, "scrambled") > 0 for pid in pids), theirs["scrambledpids"])
    if theirs.get("bitrate"):
        share = packets / max(1, report.at("packets"))
        yield rounded(name + "bitrate", report.at("bitrate_bps") * share, theirs["bitrate"])


def of_pid(report, theirs):
    pid = theirs["pid"]
    name = f"pid {pid} "
    yield Value(name + "packets", report.undamaged(pid), theirs["packets"])
    yield Value(name + "discontinuities", report.pid(pid, "cc_errors"), theirs["discontinuities"])
    yield Value(name + "duplicates", report.pid(pid, "duplicates"), theirs["duplicated"])
    for key, ours in (("scrambled", "scrambled"), ("unitstart", "pusi"), ("pes", "pusi"), ("expected", "discontinuities")):
        if theirs.get(key) is not None:
            yield Value(name + {"pes": "PES units", "expected": "announced discontinuities"}.get(key, key),
                        report.pid(pid, ours), theirs[key])
    if theirs.get("bitrate"):
        yield rounded(name + "bitrate", report.pid(pid, "bitrate_bps"), theirs["bitrate"])
    yield from clock_of_pid(report, theirs, name)
    codec = next((codec for begin, codec in CODECS.items() if theirs["description"].startswith(begin)), None)
    if codec:
        yield Value(name + "codec", report.component(pid).at("codec"), codec)
    if theirs.get("language"):
        yield Value(name + "language", report.component(pid).at("language"), theirs["language"])
    yield from without_word(theirs, PID_WITHOUT_WORD)


def clock_of_pid(report, theirs, name):
    pid = str(theirs["pid"])
    if theirs.get("pcr") is not None:
        yield Value(name + "PCRs", report.pid(pid, "pcr_count"), theirs["pcr"])
    if theirs.get("pcr"):
        yield Value(name + "PCR leaps", report.at("pcr", pid, "jumps"), theirs["pcrleap"])
    for key, ours in (("firstpcr", "first"), ("lastpcr", "last")):
        if theirs.get(key) is not None:
            yield NotCompared(1, "TSDuck firstpcr, lastpcr: PCR values are not shown")


def of_table(report, theirs):
    yield NotCompared(6, "TSDuck tables")


def compare(report, analysis):
    yield from of_stream(report, analysis["ts"])
    for key in ("global", "unreferenced"):
        if analysis[key].get("pidlist"):
            packets = sum(report.undamaged(pid) for pid in analysis[key]["pidlist"])
            yield Value(f"packets of {key} PIDs", packets, analysis[key]["packets"])
    for row in analysis["services"].values():
        yield from of_service(report, row)
    for row in analysis["pids"].values():
        yield from of_pid(report, row)
    for row in analysis["tables"].values():
        yield from of_table(report, row)
