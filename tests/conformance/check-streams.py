#!/usr/bin/env python3
"""Compares gantry-probe with other people's measurements of public streams: check-streams.py PROBE DATA-FOLDER."""
import csv
import json
import pathlib
import subprocess
import sys

SKIPPED = 77  # what the test runner takes for "skipped"

# (stream, value): what we say, and the convention by which that is right.
CONVENTIONS = {
    ("tsduck/test-030.ts", "cc_events"): (
        5, "nothing is read from a packet with transport_error_indicator: two gaps beside such ones are one event"),
    ("tsduck/test-142.ts", "packets"): (
        295, "five packets with a wrong sync byte are no packets; sync is found again on the first good one"),
    ("tsduck/test-142.ts", "cc_events"): (16, "follows from the packets"),
    ("tsduck/test-142.ts", "cc_missing"): (30, "follows from the packets"),
    ("tsduck/test-142.ts", "sync_losses"): (1, "the five bad packets stand in one row"),
    ("tsduck/test-144.ts", "cc_missing"): (
        3, "a packet with the reserved adaptation_field_control 0 has no counter that counts"),
    ("tsduck/test-184.ts", "crc_errors"): (1, "one EIT section fails its CRC; which two more the manifest means is not known"),
}


def pid_sum(report, key):
    return sum(pid[key] for pid in report["pids"].values())


def measured(report):
    """Our words for the manifest's."""
    clocks = report["pcr"].values()
    return {
        "packet_size": report["packet_size"],
        "packets": report["packets"],
        "tsid": report["transport_stream_id"],
        "pids": len(report["pids"]),
        "programs": len(report["services"]),
        "null": report["null_packets"],
        "cc_events": report["cc_errors"],
        "cc_missing": report["cc_missing"],
        "dup": pid_sum(report, "duplicates"),
        "disc_ind": pid_sum(report, "discontinuities"),
        "scrambled_packets": pid_sum(report, "scrambled"),
        "scrambled_pids": sum(pid["scrambled"] > 0 for pid in report["pids"].values()),
        "tei": pid_sum(report, "tei"),
        "sync_losses": report["sync_losses"],
        "crc_errors": report["crc_errors"],
        "ts_bitrate": report["bitrate_bps"],
        "pcr_pids": sorted(int(pid) for pid in report["pcr"]),
        "pcr_int_max_ms": max((clock["interval_max_ms"] for clock in clocks), default=0),
        "pcr_leaps": sum(clock["jumps"] for clock in clocks),
        "services": {str(service["service_id"]): service["name"] for service in report["services"]},
    }


def same(key, ours, theirs):
    if key == "ts_bitrate" and ours and theirs:
        return abs(ours - theirs) <= theirs / 1000
    if key == "pcr_int_max_ms":
        return abs((ours or 0) - (theirs or 0)) < 0.01
    return ours == theirs


def against_manifest(report, facts):
    facts = dict(facts, pcr_pids=sorted(facts.get("pcr_pids", [])))
    for key, ours in measured(report).items():
        if key in facts:
            yield key, ours, facts[key]


def against_tsduck(report, path):
    """TSDuck's analysis, PID by PID. It takes any repeated counter for a duplicate and leaves out damaged packets."""
    for pid in json.loads(path.read_text())["pids"]:
        ours, theirs = report["pids"].get(str(pid["id"])), pid["packets"]
        name = f"pid {pid['id']} "
        if not ours:
            yield name + "packets", 0, theirs["total"]
            continue
        yield name + "packets", ours["packets"] - ours["tei"], theirs["total"]
        yield name + "pusi", ours["pusi"], pid.get("unit-start", ours["pusi"])
        yield name + "pcr", ours["pcr_count"], theirs["pcr"]
        yield name + "scrambled", ours["scrambled"], theirs["scrambled"]
        yield name + "cc_errors", ours["cc_errors"], theirs["discontinuities"]
        yield name + "duplicates", ours["duplicates"], theirs["duplicated"]


def streams(data):
    with open(data / "manifest.tsv", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            try:
                facts = json.loads(row["facts_json"])
            except ValueError:
                continue
            if "packets" in facts:
                references = (row["reference_outputs"] or "").split(";")
                yield row["file"], facts, [data / ref for ref in references if ref.endswith("analyze.json")]


def values(probe, data):
    """Each comparison: stream, value, ours, theirs."""
    for name, facts, references in streams(data):
        ran = subprocess.run([probe, "--json", data / name], capture_output=True, text=True, timeout=60)
        if ran.returncode != 0:
            yield name, "report", ran.stderr.strip(), "a report"
            continue
        report = json.loads(ran.stdout)
        yield from ((name, *found) for found in against_manifest(report, facts))
        for reference in references:
            yield from ((name, *found) for found in against_tsduck(report, reference))


def main(probe, data):
    data = pathlib.Path(data)
    if not (data / "manifest.tsv").is_file():
        print(f"skipped: no manifest.tsv in {data}; give its folder with -Dshared_data=")
        return SKIPPED
    compared, agreed, by_convention, wrong = set(), 0, [], []
    for name, key, ours, theirs in values(probe, data):
        compared.add(name)
        stated = CONVENTIONS.get((name, key))
        if same(key, ours, theirs):
            agreed += 1
        elif stated and ours == stated[0]:
            by_convention.append(f"  {name} {key}: {ours}, others {theirs}: {stated[1]}")
        else:
            wrong.append(f"  {name} {key}: {ours}, others {theirs}")
    print(f"streams {len(compared)}, agree {agreed}, differ by convention {len(by_convention)}, differ {len(wrong)}")
    print("\n".join(["by convention:", *by_convention] + (["differ:", *wrong] if wrong else [])))
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
