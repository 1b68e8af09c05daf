"""Dumps of androidx media3's TsExtractor: a block a track, whose number is the PID."""
import re

from values import NotCompared, Value

TOOL = "androidx"
CODECS = {"audio/ac3": "AC-3", "audio/ac4": "AC-4", "audio/eac3": "E-AC-3", "application/vnd.dvb.ait": "AIT",
          "video/mpeg2": "MPEG-2", "audio/mpeg-L2": "MPEG audio", "video/hevc": "HEVC", "audio/mp4a-latm": "AAC LATM"}
LANGUAGES = {"fr": ("fra", "fre"), "und": (None, "und")}


def tracks(text):
    for block in re.split(r"^track ", text, flags=re.MULTILINE)[1:]:
        fields = dict(re.findall(r"^ +(sampleMimeType|language|id|sample count|total output bytes) = (.+)$", block,
                                 re.MULTILINE))
        yield int(block.split(":", 1)[0]), fields, len(re.findall(r"^  sample \d+:", block, re.MULTILINE))


def compare(report, text):
    found = list(tracks(text))
    components = {row["pid"] for service in report.rows("services") for row in service["components"]}
    yield Value("tracks", len(components & set(report.pids())), len(found))
    for pid, fields, samples in found:
        component = report.component(pid)
        yield Value(f"track {pid} codec", component.at("codec"), CODECS[fields["sampleMimeType"]])
        if "id" in fields:
            service = int(fields["id"].split("/")[0])
            listed = [row["pid"] for row in report.service(service).rows("components")]
            yield Value(f"track {pid} service lists it", pid in listed, True)
        if "language" in fields:
            ours, accepted = component.at("language"), LANGUAGES[fields["language"]]
            yield Value(f"track {pid} language", ours if ours not in accepted else accepted[0], accepted[0])
        if component.at("codec") == "AIT":
            yield Value(f"track {pid} sections", report.at("ancillary", str(pid), "sections"), samples)
            continue
        yield NotCompared(2 + 2 * samples, "androidx: counts access units with their times and bytes; the probe counts PES "
                          "units")
