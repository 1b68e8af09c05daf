"""ffprobe, run beside the probe, as a decoder: pictures that carry captions or an active format."""
import collections
import json
import shutil
import subprocess

from values import NotCompared, Value

TOOL = "ffprobe"
LIMIT_S = 60
COMMAND = ("ffprobe", "-v", "quiet", "-f", "mpegts", "-threads", "1", "-select_streams", "v", "-of", "json", "-show_streams",
           "-show_frames", "-show_entries", "stream=index,id:frame=stream_index,side_data_list")


def available():
    return shutil.which(COMMAND[0]) is not None


def pictures(tree):
    """{pid: (pictures, of them with captions, formats)} of what could be decoded."""
    found = collections.defaultdict(lambda: [0, 0, []])
    pid_of = {stream["index"]: int(stream["id"], 16) for stream in tree.get("streams", [])}
    for frame in tree.get("frames", []):
        if frame.get("stream_index") not in pid_of:
            continue
        of_pid = found[pid_of[frame["stream_index"]]]
        of_pid[0] += 1
        for side in frame.get("side_data_list", []):
            of_pid[1] += side.get("side_data_type", "").startswith("ATSC A53")
            if "active_format" in side:
                of_pid[2].append(side["active_format"])
    return found


def compare(report, path):
    ran = subprocess.run([*COMMAND, path], capture_output=True, text=True, errors="replace", timeout=LIMIT_S)
    for pid, (decoded, captioned, formats) in pictures(json.loads(ran.stdout or "{}")).items():
        if not report.component(pid).tree:
            continue
        ancillary = report.at("ancillary", str(pid))
        yield Value(f"pid {pid} carries captions", report.at("ancillary", str(pid), "caption_pictures") > 0, captioned > 0)
        yield Value(f"pid {pid} pictures with captions", report.at("ancillary", str(pid), "caption_pictures"), captioned)
        yield Value(f"pid {pid} active format", report.at("ancillary", str(pid), "afd"), formats[-1] if formats else None)
