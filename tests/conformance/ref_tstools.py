"""tstools (tsinfo, tsreport), run beside the probe where they are installed: packets, PAT, one PMT, PCR values.

They take a file for packets of 188 bytes from its first byte on, and read one PMT only.
"""
import re
import shutil
import subprocess

from values import NotCompared, Value, rounded

TOOL = "tstools"
LIMIT_S = 60
CONSTANT_FROM_S = 2
CLOCK_WITHIN_MS = 1  # between two PCRs
PCR_MODULUS = 300 << 33
PACKETS_MAX = "1000000"
PMT = re.compile(r"^Packet \d+ is PMT with PID [0-9a-f]+ \(\d+\).*?(?=^Packet |^EOF|\Z)", re.MULTILINE | re.DOTALL)
COMPONENT = re.compile(r"^    PID [0-9a-f]+ \( *(\d+)\) -> Stream type [0-9a-f]+ \( *(\d+)\)(.*?)(?=^    PID |\Z)",
                       re.MULTILINE | re.DOTALL)


def available():
    return all(shutil.which(tool) for tool in ("tsinfo", "tsreport"))


def said(*command):
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    return ran.stdout if ran.returncode == 0 else ""


def of_pmt(report, block):
    opened = re.search(r"Program (\d+), version (\d+), PCR PID [0-9a-f]+ \((\d+)\)", block)
    service_id, pcr = int(opened[1]), int(opened[3])
    ours, name = report.service(service_id), f"service {service_id} "
    listed = {row["pid"]: row for row in ours.rows("components")}
    found = COMPONENT.findall(block)
    yield Value(name + "PCR PID", ours.at("pcr_pid"), pcr if pcr != 8191 else None)
    yield Value(name + "components", list(listed), [int(pid) for pid, _, _ in found])
    for pid, stream_type, rest in found:
        yield Value(f"pid {pid} type", listed.get(int(pid), {}).get("stream_type"), int(stream_type))
        language = re.search(r"^ +Languages: (\w{3})", rest, re.MULTILINE)
        if language:
            yield Value(f"pid {pid} language", listed.get(int(pid), {}).get("language"), language[1])


def of_tables(report, text):
    pats = re.findall(r"^Packet \d+ is PAT.*?(?=^Packet |^EOF|\Z)", text, re.MULTILINE | re.DOTALL)
    pmts = PMT.findall(text)
    if pats:
        for service, pid in re.findall(r"Program (\d+) -> PID [0-9a-f]+ \((\d+)\)", pats[-1]):
            if int(service):
                yield Value(f"service {service} PMT PID", report.service(int(service)).at("pmt_pid"), int(pid))
    listed = [block for block in pmts if report.service(int(re.search(r"Program (\d+)", block)[1])).tree]
    if listed:
        yield from of_pmt(report, listed[-1])
    if "PAT packets and" in text:
        yield NotCompared(2, "tsinfo PAT packets: counts each of them twice")


def of_clock(report, text):
    """PCR values of all PIDs together: comparable where one PID has them."""
    values = [int(value) for value in re.findall(r"\.\. PCR +(\d+)", text)]
    clocks = list(report.at("pcr"))
    if len(clocks) == 1 and values:
        yield Value(f"pid {clocks[0]} PCRs", report.at("pcr", clocks[0], "count"), len(values))
        steps = [(after - before) % PCR_MODULUS / 27000 for before, after in zip(values, values[1:])]
        yield Value(f"pid {clocks[0]} longest PCR interval", report.at("pcr", clocks[0], "interval_max_ms"),
                    max(steps, default=0), within=0.002)


def of_buffering(report, text):
    """Figures of the one clock that it follows from its PMT on."""
    found = re.search(r"^PCRs found: (\d+), Bad \(>\.1s\) gaps: (\d+), Max gap: (\d+)t", text, re.MULTILINE)
    clock = re.search(r"^Looking at PCR PID [0-9a-f]+ \((\d+)\)", text, re.MULTILINE)
    if not found or not clock or int(found[1]) < 2:
        return
    if report.at("pcr", clock[1], "count") != int(found[1]):
        yield NotCompared(4, "tsreport -buffering: begins with the first PMT, PCRs before it are not in its figures")
        return
    yield from of_stamps(report, text)
    rate = re.search(r"^Overall stream rate=(\d+) bits/sec", text, re.MULTILINE)
    errors = re.search(r"^Linear PCR prediction errors: min=(-?\d+)t, max=(-?\d+)t", text, re.MULTILINE)
    late = report.at("pcr", clock[1], "late") + report.at("pcr", clock[1], "jumps")
    yield rounded("bitrate", report.at("bitrate_bps"), int(rate[1]))
    yield Value(f"pid {clock[1]} PCR intervals above 100 ms", late, int(found[2]))
    yield Value(f"pid {clock[1]} longest PCR interval in ms", report.at("pcr", clock[1], "interval_max_ms"),
                int(found[3]) / 90, within=0.012)
    if int(errors[1]) == int(errors[2]) == 0:
        yield from of_constant(report, clock[1])
    else:
        yield NotCompared(2, "tsreport PCR prediction errors: from one PCR to the next, no accuracy")


def of_stamps(report, text):
    """Time stamps of each component, and how far ahead of the clock they come: of the clock as the PCRs before and
    after a packet tell it, as far as there is one after it."""
    for block in re.split(r"^Stream \d+: ", text, flags=re.MULTILINE)[1:]:
        pid = int(re.match(r"PID [0-9a-f]+ \((\d+)\)", block)[1])
        ours, name = report.component(pid), f"pid {pid} "
        ahead = re.search(r"PCR/PTS(?:,DTS)?:\s+Minimum difference was +(-?\d+)t .*\s+Maximum difference was +(-?\d+)t .*",
                          block)
        steps = re.search(r"DTS-last DTS: min=(-?\d+)t, max=(-?\d+)t", block)
        if not ahead or not steps or ours.at("time_stamps", "pts") in (0, None):
            continue
        for key, ticks in (("pts_pcr_min_ms", ahead[1]), ("pts_pcr_max_ms", ahead[2])):
            yield Value(name + key, ours.at("time_stamps", key), int(ticks) / 90, within=CLOCK_WITHIN_MS)
        if ours.at("time_stamps", "pts") == 1:
            continue
        for key, ticks in (("dts_interval_min_ms", steps[1]), ("dts_interval_max_ms", steps[2])):
            yield Value(name + key, ours.at("time_stamps", key), int(ticks) / 90, within=0.002)


def of_constant(report, pid):
    """Each PCR lies where the one before lets expect it."""
    if report.at("bitrate_kind") is None and report.at("seconds") < CONSTANT_FROM_S:
        yield NotCompared(1, "tsreport, no PCR prediction errors: the stream is too short to be told CBR")
        return
    yield Value("kind of the rate", report.at("bitrate_kind"), "CBR")
    if report.at("pcr", pid, "accuracy_judged"):
        yield Value(f"pid {pid} PCRs off by 500 ns", report.at("pcr", pid, "accuracy_errors"), 0)


def compare(report, path):
    if report.at("packet_size") != 188 or report.at("bytes_skipped"):
        yield NotCompared(0, "tstools: read packets of 188 bytes from the first byte of a file only")
        return
    packets = re.search(r"^Read (\d+) TS packets", said("tsreport", path), re.MULTILINE)
    if packets:
        yield Value("packets", report.at("packets"), int(packets[1]))
    yield from of_tables(report, said("tsinfo", "-max", PACKETS_MAX, path))
    yield from of_clock(report, said("tsreport", "-timing", path))
    yield from of_buffering(report, said("tsreport", "-buffering", "-quiet", path))
