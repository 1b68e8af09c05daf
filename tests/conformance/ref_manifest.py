"""The facts of the manifest: what a small independent script counted, by the rules that its README states."""
import re

from values import MISSING, NotCompared, Value, rounded

TOOL = "manifest"
# Facts for which the report has no word of its own, and why.
WITHOUT_WORD = {
    "cc_af_only": "a counter that moved without payload is not shown apart",
    "pcr_duration_s": "follows from PCR values and packets",
    "no_pat": "said by transport_stream_id being null",
    "pcr_wrap": "that the PCR passed zero is no event",
    "pts_wrap": "that the PTS passed zero is no event",
    "pcap": "says only that the file is a capture",
}


def measured(report):
    """Our words for the manifest's."""
    clocks = (report.at("pcr") or {}).values()
    pids = report.pids()
    return {
        "packet_size": report.at("packet_size"),
        "packets": report.at("packets"),
        "tsid": report.at("transport_stream_id"),
        "pids": len(pids),
        "programs": len(report.rows("services")),
        "null": report.at("null_packets"),
        "cc_events": report.at("cc_errors"),
        "cc_missing": report.at("cc_missing"),
        "dup": report.pid_sum("duplicates"),
        "disc_ind": report.pid_sum("discontinuities"),
        "scrambled_packets": report.pid_sum("scrambled"),
        "scrambled_pids": sum(report.pid(pid, "scrambled") > 0 for pid in pids),
        "tei": report.pid_sum("tei"),
        "sync_losses": report.at("sync_losses"),
        "crc_errors": report.at("crc_errors"),
        "ts_bitrate": report.at("bitrate_bps"),
        "pcr_pids": sorted(int(pid) for pid in report.at("pcr")),
        "pcr_int_max_ms": max((clock["interval_max_ms"] for clock in clocks), default=0),
        "pcr_leaps": sum(clock["jumps"] for clock in clocks),
        "services": {str(service["service_id"]): service["name"] for service in report.rows("services")},
    }


def splices(report, theirs):
    """How often each splice command came, repeats included."""
    ours = report.rows("scte35")
    for command, count in theirs.items():
        found = sum(row["repeats"] + 1 for row in ours if row.get("command_type") == int(command, 16))
        yield Value(f"splice commands {command}", MISSING if report.at("scte35") is MISSING else found, count)


def compare(report, facts):
    ours = measured(report)
    for key, theirs in facts.items():
        if key in ("sync_offset", "trailing_bytes"):
            continue
        if key in WITHOUT_WORD:
            yield NotCompared(1, f"manifest {key}: {WITHOUT_WORD[key]}")
        elif key == "splice":
            yield from splices(report, theirs)
        elif key == "ts_bitrate":
            yield rounded(key, ours[key], theirs)
        elif key == "pcr_int_max_ms":
            yield Value(key, ours[key], theirs or 0, within=0.01)
        elif key == "pcr_pids":
            yield Value(key, ours[key], sorted(theirs))
        else:
            yield Value(key, ours[key], theirs)
    if facts.get("sync_losses") == 0:
        yield Value("bytes before the first packet", report.at("bytes_skipped"), facts["sync_offset"])
        yield Value("bytes after the last packet", cut_short(report), facts["trailing_bytes"])


def cut_short(report):
    """Bytes of a last packet that is not whole, of which the report warns."""
    found = [re.search(r"its last packet has (\d+) of \d+ bytes", warning) for warning in report.rows("warnings")]
    return next((int(match[1]) for match in found if match), 0)


def of_capture(report, words):
    """What the manifest says of a capture in words."""
    size, packets = re.search(r"(\d+)-byte packets", words), re.search(r"datagram with (\d+) TS packets", words)
    if size:
        yield Value("packet_size", report.at("packet_size"), int(size[1]))
    if packets:
        yield Value("packets", report.at("packets"), int(packets[1]))
