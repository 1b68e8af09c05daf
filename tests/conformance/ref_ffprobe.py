"""ffprobe, run beside the probe: services, PIDs, codecs, languages, PES units and their time stamps.

Its parsers are switched off, so that a packet is a PES unit, and nothing is filled in.
"""
import json
import shutil
import subprocess

from values import MISSING, NotCompared, Value

TOOL = "ffprobe"
LIMIT_S = 60
COMMAND = ("ffprobe", "-v", "quiet", "-f", "mpegts", "-fflags", "+noparse+nofillin", "-correct_ts_overflow", "0", "-of", "json",
           "-show_programs", "-show_streams", "-show_packets", "-show_entries", "packet=stream_index,pts,dts")
CODECS = {"h264": "H.264", "hevc": "HEVC", "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1", "mp2": "MPEG audio", "mp3": "MPEG audio",
          "aac": "AAC", "aac_latm": "AAC LATM", "ac3": "AC-3", "eac3": "E-AC-3", "dts": "DTS", "opus": "Opus",
          "dvb_teletext": "Teletext", "dvb_subtitle": "DVB subtitles", "scte_35": "SCTE-35", "timed_id3": "ID3"}


def available():
    return shutil.which(COMMAND[0]) is not None


def looked_at(path):
    ran = subprocess.run([*COMMAND, path], capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    return json.loads(ran.stdout or "{}")


def of_program(report, program):
    service_id = program["program_num"]
    ours, tags, name = report.service(service_id), program.get("tags", {}), f"service {service_id} "
    yield Value(name + "PMT PID", ours.at("pmt_pid"), program["pmt_pid"])
    if program["pcr_pid"]:
        yield Value(name + "PCR PID", ours.at("pcr_pid"), program["pcr_pid"] if program["pcr_pid"] != 8191 else None)
    if "service_name" in tags:
        yield Value(name + "name", ours.at("name"), tags["service_name"] or None)
        yield Value(name + "provider", ours.at("provider"), tags.get("service_provider") or None)
    listed = {row["pid"] for row in ours.rows("components")}
    theirs = {int(stream["id"], 16) for stream in program["streams"]}
    yield Value(name + "PIDs that it lists", sorted(listed & theirs), sorted(theirs - {0x12}))


def of_parameters(stream, component, name):
    """What the headers within the stream say, where both could read them."""
    for key in ("width", "height"):
        if stream.get(key) and component.at("video") is not MISSING:
            yield Value(name + key, component.at("video", key), stream[key])
    over, under = (int(part) for part in stream.get("r_frame_rate", "0/0").split("/"))
    if over and under and component.at("video", "frame_rate") not in (MISSING, None):
        yield Value(name + "frame rate", component.at("video", "frame_rate"), over / under, within=0.001)
    for ours, theirs in (("sample_rate_hz", "sample_rate"), ("channels", "channels")):
        if int(stream.get(theirs) or 0) and component.at("audio") is not MISSING:
            yield Value(name + theirs, component.at("audio", ours), int(stream[theirs]))


def of_stream(report, stream, packets):
    pid = int(stream["id"], 16)
    name, component = f"pid {pid} ", report.component(pid)
    if stream.get("codec_name") in CODECS and component.tree:
        yield Value(name + "codec", component.at("codec"), CODECS[stream["codec_name"]])
    elif component.tree:
        yield NotCompared(1, f"ffprobe codec: {stream.get('codec_name')}")
    language = stream.get("tags", {}).get("language")
    if language and component.tree:
        yield Value(name + "language", component.at("language"), language.split(",")[0])
    if component.tree:
        yield from of_parameters(stream, component, name)
    if not packets or not component.tree:
        return
    if stream.get("codec_name") not in CODECS or stream["codec_name"] == "scte_35":
        yield NotCompared(1, "ffprobe packets: of PIDs with sections, no PES units")
    elif report.pid(pid, "cc_errors"):
        yield NotCompared(1, "ffprobe packets: a gap cuts a PES unit in two")
    else:
        yield Value(name + "PES units", report.pid(pid, "pusi"), len(packets))


def compare(report, path):
    tree = looked_at(path)
    if not tree.get("streams"):
        yield NotCompared(0, "ffprobe finds no stream")
        return
    for program in tree.get("programs", []):
        yield from of_program(report, program)
    for stream in tree["streams"]:
        packets = [packet for packet in tree.get("packets", []) if packet["stream_index"] == stream["index"]]
        yield from of_stream(report, stream, packets)
