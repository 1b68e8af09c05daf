"""Golden output of Eyevinn's mp2ts-tools: JSON objects one after the other, of PIDs, PES units and the SDT."""
import json

from values import NotCompared, Value

TOOL = "Eyevinn"
CODECS = {"AVC": "H.264", "HEVC": "HEVC", "AAC": "AAC"}


def objects(text):
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        found, at = decoder.raw_decode(text, at)
        yield found


def compare(report, text):
    found = list(objects(text))
    for row in found:
        if "codec" in row:
            yield Value(f"pid {row['pid']} codec", report.component(row["pid"]).at("codec"), CODECS[row["codec"]])
        for service in row.get("SDT", []):
            names = service["descriptors"][0]
            ours = report.service(service["serviceId"])
            yield Value(f"service {service['serviceId']} name", ours.at("name"), names["serviceName"])
            yield Value(f"service {service['serviceId']} provider", ours.at("provider"), names["providerName"])
    units = [row for row in found if "pts" in row]
    for pid in sorted({row["pid"] for row in units}):
        yield Value(f"pid {pid} PES units", report.pid(pid, "pusi"), sum(row["pid"] == pid for row in units))
    yield NotCompared(sum(len(row.get("nalus", [])) + 2 for row in units) + 2 * sum("hex" in row for row in found),
                      "Eyevinn: NAL units, parameter sets and single time stamps are not shown")
