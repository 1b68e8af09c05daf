"""Black, freeze and silence of one file: as the probe says at a depth, and as ffmpeg's own detectors say."""
import json
import re
import subprocess

KINDS = ("black", "freeze", "silence")
NOISE = "-60dB"  # of freezedetect and silencedetect, as the profile has it
SHORTEST_S = 0.1


def run(words):
    return subprocess.run(words, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)


def ours(probe, path, depth):
    """Kind to a list of {"start_s", "end_s"}; and the resolution in seconds, None when nothing was looked at."""
    media = json.loads(run([probe, "--media", "--json", "--shortest", "0", "--depth", depth, path]).stdout)["media"]
    pids = [audio["pid"] for audio in media["audio"]]
    found = {kind: [dict(span) for span in media[kind]] for kind in (*KINDS, "single_colour", "colour_bars")}
    for span in found["silence"]:
        span["stream"] = pids.index(span["pid"])
    return found, media["video"][0]["resolution_s"] if media["video"] else None


def pairs(text, begin, end, until_s):
    """Spans of which a detector printed begin and end; the last one may have no end."""
    found = []
    for word, value in re.findall(rf"({begin}|{end}): ?(-?[\d.]+)", text):
        if word == begin:
            found.append({"start_s": max(0.0, float(value)), "end_s": until_s})
        elif found:
            found[-1]["end_s"] = float(value)
    return found


def theirs(path, seconds, n_sounds):
    words = ["ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-map", "0:v:0", "-vf",
             f"blackdetect=d={SHORTEST_S}:pic_th=0.98:pix_th=0.10,freezedetect=n={NOISE}:d={SHORTEST_S}", "-f", "null", "-"]
    text = run(words).stderr
    found = {"black": [{"start_s": float(start), "end_s": float(end)}
                       for start, end in re.findall(r"black_start:(-?[\d.]+) black_end:(-?[\d.]+)", text)],
             "freeze": pairs(text, "freeze_start", "freeze_end", seconds), "silence": []}
    for stream in range(n_sounds):
        text = run(["ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-map", f"0:a:{stream}", "-af",
                    f"silencedetect=n={NOISE}:d={SHORTEST_S}", "-f", "null", "-"]).stderr
        found["silence"] += [{**span, "stream": stream} for span in pairs(text, "silence_start", "silence_end", seconds)]
    return found
