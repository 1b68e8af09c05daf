#!/usr/bin/env python3
"""Compares gantry-probe with other people's measurements of public streams: check-streams.py PROBE DATA-FOLDER."""
import concurrent.futures
import csv
import json
import pathlib
import sys
import tempfile

import against_analysis
import against_tables
import ref_androidx
import ref_eyevinn
import ref_ffprobe
import ref_ffprobe_frames
import ref_manifest
import ref_scte35
import ref_subtitles
import ref_tsduck_bitrate
import ref_tsduck_epg
import ref_tsduck_json
import ref_tsduck_logs
import ref_tsduck_norm
import ref_tsduck_packets
import ref_tsduck_pcr
import ref_tsduck_pes
import ref_tsduck_text
import ref_tspcap
import ref_tstools
import tally
from probe_report import probed
from values import NotCompared, Value

SKIPPED = 77  # what the test runner takes for "skipped"
WORKERS = 2
REFERENCE_BYTES_MAX = 4 << 20
BESIDE = (ref_ffprobe, ref_ffprobe_frames, ref_tstools)  # tools that are run beside the probe, where they are installed


def analysis(parse):
    return lambda report, text: against_analysis.compare(report, parse(text))


def unused(reason):
    return lambda report, text: [NotCompared(0, reason)]


def no_reader(_report, _text):
    return []  # which differs


# How a reference file is read, by the end of its name; the first that fits.
READERS = (
    (".analyze.json", "TSDuck", analysis(ref_tsduck_json.parse)),
    (".norm.txt", "TSDuck", analysis(ref_tsduck_norm.parse)),
    (".analyze.txt", "TSDuck", analysis(ref_tsduck_text.parse)),
    (".analyze.in.txt", "TSDuck", analysis(ref_tsduck_text.parse)),
    (".errors.txt", "TSDuck", ref_tsduck_logs.errors),
    (".tstables.text.txt", "TSDuck", against_tables.compare),
    (".psi.txt", "TSDuck", against_tables.compare),
    ("test-103.txt", "TSDuck", against_tables.compare),
    ("test-120.txt", "TSDuck", against_tables.compare),
    (".tsbitrate.pcr.txt", "TSDuck", ref_tsduck_bitrate.compare),
    (".pcr.csv", "TSDuck", ref_tsduck_pcr.compare),
    ("test-064.tsp.log", "TSDuck", ref_tsduck_logs.pcr_verify),
    (".status.log", "TSDuck", ref_tsduck_logs.status),
    (".pes.log", "TSDuck", ref_tsduck_pes.compare),
    (".tspcap.1.log", "TSDuck", ref_tspcap.compare),
    ("test-142.log", "TSDuck", ref_tsduck_logs.sync),
    (".log", "TSDuck", ref_tsduck_logs.continuity),
    ("test-184.1.txt", "TSDuck", ref_tsduck_epg.summary),
    ("test-184.3.txt", "TSDuck", ref_tsduck_epg.events),
    ("_tsduck.txt", "TSDuck", ref_scte35.compare),
    ("test-137.txt", "TSDuck", unused("TSDuck test-137.txt: fields of HEVC parameter sets")),
    ("test-138.1.ts", "TSDuck", unused("TSDuck test-138.1.ts: the stream within T2-MI, which the probe does not unpack")),
    (".dump", ref_androidx.TOOL, ref_androidx.compare),
    (".srt", "TSDuck", ref_subtitles.compare),
    ("eyevinn/ref/golden_avc.txt", ref_eyevinn.TOOL, ref_eyevinn.compare),
    ("eyevinn/ref/golden_bbb_1s.txt", ref_eyevinn.TOOL, ref_eyevinn.compare),
)


def reader_of(name):
    return next(((tool, compare) for end, tool, compare in READERS if name.endswith(end)), None)


def streams(data):
    """(name, property, facts, reference files) of each transport stream of the manifest."""
    with open(data / "manifest.tsv", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if not row["file"].startswith("loudness/"):
                references = [name for name in (row["reference_outputs"] or "").split(";") if name]
                yield row["file"], row["property"], json.loads(row["facts_json"] or "{}"), references


def excerpt(probe, path, packets, packet_size):
    """The report of the first @packets of a stream."""
    with tempfile.NamedTemporaryFile() as cut:
        cut.write(path.read_bytes()[:packets * packet_size])
        cut.flush()
        return probed(probe, cut.name)[0]


def guarded(tool, what, values):
    """(tool, value or NotCompared) of each; a reader that fails, or finds nothing, has told something, too."""
    try:
        found = list(values) or [Value(f"reading {what}", "nothing", "some value")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = [Value(f"reading {what}", repr(error), "what can be read")]
    return [(tool, value) for value in found]


def against_reference(probe, data, stream, report, reference):
    text = (data / reference).read_bytes()[:REFERENCE_BYTES_MAX].decode("utf-8", "replace")
    if reference.endswith("test-171.3.txt"):
        packets = len(ref_tsduck_packets.packets(text))
        cut = excerpt(probe, data / stream, packets, report.at("packet_size"))
        return guarded("TSDuck", reference, ref_tsduck_packets.compare(cut, text))
    tool, compare = reader_of(reference) or ("?", no_reader)
    return guarded(tool, reference, compare(report, text))


def compared(probe, data, stream, words, facts, references):
    """All that is to be said of one stream: (tool, value or NotCompared)."""
    report, said = probed(probe, data / stream)
    if not report:
        return [("manifest", Value("report", said, "a report"))]
    found = guarded(ref_manifest.TOOL, "facts", ref_manifest.compare(report, facts))
    for reference in references:
        found += against_reference(probe, data, stream, report, reference)
    if facts.get("pcap"):
        return found + [(ref_manifest.TOOL, value) for value in ref_manifest.of_capture(report, words)]
    for tool in BESIDE:
        if tool.available():
            found += [(tool.TOOL, value) for value in tool.compare(report, data / stream)]
    return found


def main(probe, data):
    data = pathlib.Path(data)
    if not (data / "manifest.tsv").is_file():
        print(f"skipped: no manifest.tsv in {data}; give its folder with -Dshared_data=")
        return SKIPPED
    for tool in BESIDE:
        if not tool.available():
            print(f"{tool.TOOL} is not installed: its second opinion is missing")
    of_all = list(streams(data))
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(lambda stream: compared(probe, data, *stream), of_all))
    result = tally.Tally()
    for (stream, *_), values in zip(of_all, found):
        result.add(stream, values)
    result.print()
    return 0 if result.good() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
