#!/usr/bin/env python3
"""What `gantry-probe --media` measures of public files, against the standards and ffmpeg's own detectors on the same file:
check-media.py PROBE DATA-FOLDER."""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

SKIPPED = 77
# EBU Tech 3341 and ITU-R BS.2217: figure, value, below and above it.
LOUDNESS = {
    "seq-3341-1-16bit.wav": [("integrated_lufs", -23, 0.1, 0.1), ("max_momentary_lufs", -23, 0.1, 0.1),
                             ("max_short_term_lufs", -23, 0.1, 0.1)],
    "1kHz Sine -20 LUFS-16bit.wav": [("integrated_lufs", -20, 0.1, 0.1)],
    "1kHz Sine -40 LUFS-16bit.wav": [("integrated_lufs", -40, 0.1, 0.1)],
    "seq-3341-10-1-24bit.wav": [("max_short_term_lufs", -23, 0.1, 0.1)],
    "seq-3341-10-7-24bit.wav": [("max_short_term_lufs", -23, 0.1, 0.1)],
    "seq-3341-13-1-24bit.wav": [("max_momentary_lufs", -23, 0.1, 0.1)],
    "seq-3341-13-3-24bit.wav": [("max_momentary_lufs", -23, 0.1, 0.1)],
    "seq-3341-15-24bit.wav.wav": [("true_peak_dbtp", -6, 0.4, 0.2)],
    "seq-3341-19-24bit.wav.wav": [("true_peak_dbtp", 3, 0.4, 0.2)],
    "seq-3341-20-24bit.wav.wav": [("true_peak_dbtp", 0, 0.4, 0.2)],
    "1770-2_Comp_AbsGateTest.wav": [("integrated_lufs", -69.5, 0.1, 0.1)],
}
COUNTED = ("blackfreeze/black.ts", "membrane/reference_with_audio_and_video.ts", "captions/BigBuckBunny_256x144-24fps.ts")
HEARD = ("membrane/reference_with_audio_and_video.ts", "captions/BigBuckBunny_256x144-24fps.ts", "moq/eac3.ts", "moq/opus.ts")


class Check:
    def __init__(self, program, data, folder):
        self.program, self.data, self.folder, self.wrong = program, pathlib.Path(data), pathlib.Path(folder), []

    def expect(self, what, holds, shown=""):
        print(f"{'ok' if holds else 'FAILED'}: {what}{f': {shown}' if shown != '' else ''}")
        if not holds:
            self.wrong.append(what)

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, timeout=120)

    def media(self, path, *words):
        ran = self.run("--media", "--json", *words, path)
        if ran.returncode != 0:
            self.expect(f"{path.name} is measured", False, ran.stderr.strip())
            return {"video": [], "audio": [], "black": [], "freeze": [], "silence": []}
        return json.loads(ran.stdout)["media"]

    def refuses(self, what, *words):
        ran = self.run(*words)
        self.expect(f"{what} is one line and status 2", ran.returncode == 2 and ran.stderr.count("\n") == 1 and not ran.stdout,
                    ran.stderr.strip())


def loudness(check):
    for name, figures in LOUDNESS.items():
        audio = check.media(check.data / "loudness" / name)["audio"]
        for figure, value, below, above in figures:
            found = audio[0][figure] if audio else None
            check.expect(f"{name}: {figure} is {value} -{below} +{above}",
                         found is not None and value - below - 0.005 <= found <= value + above + 0.005, found)


def detected(path):
    """What ffmpeg's blackdetect and freezedetect say of @path: kind to (start, end or None)."""
    ran = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-i", str(path), "-vf", "blackdetect=d=0.5,freezedetect=n=-60dB:d=0.5",
                          "-an", "-f", "null", "-"], capture_output=True, text=True, check=True)
    black = [(float(start), float(end)) for start, end in re.findall(r"black_start:([\d.]+) black_end:([\d.]+)", ran.stderr)]
    freeze = [(float(start), None) for start in re.findall(r"freeze_start: ([\d.]+)", ran.stderr)]
    return {"black": black, "freeze": freeze}


def black_and_frozen(check):
    path = check.data / "blackfreeze/black.ts"
    theirs = detected(path)
    for depth in ("full", "every-key", "key-4s"):
        ours = check.media(path, "--shortest", "0", "--depth", depth)
        black = [(span["start_s"], span["end_s"]) for span in ours["black"]]
        check.expect(f"black.ts is black from its first picture, at {depth}", len(black) == len(theirs["black"]) == 1
                     and abs(black[0][0] - theirs["black"][0][0]) <= 0.04, black)
    ours = check.media(path, "--shortest", "0.5")
    check.expect("black.ts is black as long as for ffmpeg, and its last picture's time",
                 abs(ours["black"][0]["end_s"] - theirs["black"][0][1]) <= 0.041, ours["black"])
    check.expect("black.ts is frozen since ffmpeg's freeze_start",
                 len(ours["freeze"]) == len(theirs["freeze"]) == 1
                 and abs(ours["freeze"][0]["start_s"] - theirs["freeze"][0][0]) <= 0.04, ours["freeze"])
    none = check.media(path, "--depth", "bitstream")
    check.expect("without decoding nothing is claimed", not none["black"] + none["freeze"] + none["silence"])


def pictures(check):
    for name in COUNTED:
        asked = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries",
                                "stream=nb_read_frames", "-of", "json", str(check.data / name)], capture_output=True, text=True, check=True)
        theirs = int(json.loads(asked.stdout)["streams"][0]["nb_read_frames"])
        video = check.media(check.data / name)["video"]
        check.expect(f"{name}: as many pictures as ffprobe decodes ({theirs})", video and video[0]["pictures"] == theirs,
                     video and video[0]["pictures"])


def integrated(path):
    ran = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-i", str(path), "-map", "0:a:0", "-af", "ebur128", "-f", "null", "-"],
                         capture_output=True, text=True, check=True)
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", ran.stderr)[-1])


def sound(check):
    for name in HEARD:
        theirs, audio = integrated(check.data / name), check.media(check.data / name)["audio"]
        ours = audio[0]["integrated_lufs"] if audio else None
        if theirs <= -70:  # nothing passed the gate
            check.expect(f"{name}: too quiet or short for a loudness", ours is None, ours)
            continue
        check.expect(f"{name}: integrated loudness is ffmpeg's {theirs}", ours is not None and abs(ours - theirs) <= 0.15, ours)


def wav(tag, channels, bits, samples, size=None):
    shape = struct.pack("<HHIIHH", tag, channels, 48000, 48000 * channels * bits // 8, channels * bits // 8, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(shape)) + shape + b"data" + struct.pack("<I", len(samples) if size is None else size)
    return b"RIFF" + struct.pack("<I", len(body) + len(samples)) + body + samples


def arguments(check):
    def file(name, content):
        (check.folder / name).write_bytes(content)
        return check.folder / name
    check.refuses("a WAV file of 8 bits", "--media", file("eight.wav", wav(1, 2, 8, bytes(960))))
    check.refuses("a WAV file without samples", "--media", file("none.wav", wav(1, 2, 16, b"")))
    check.refuses("a WAV file without --media", file("plain.wav", wav(1, 2, 16, bytes(96000))))
    check.refuses("a capture", "--media", file("capture.pcap", struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)))
    check.refuses("something live", "--media", "udp://127.0.0.1:5000")
    check.refuses("an unknown depth", "--media", "--depth", "deep", check.folder / "plain.wav")
    check.refuses("a length below 0", "--media", "--shortest", "-1", check.folder / "plain.wav")
    silent = check.media(check.folder / "plain.wav", "--shortest", "0.1")["silence"]
    check.expect("a WAV file of zeros is silent throughout", len(silent) == 1 and silent[0]["start_s"] == 0
                 and abs(silent[0]["end_s"] - 0.5) < 0.001, silent)
    cut = json.loads(check.run("--media", "--json", file("cut.wav", wav(1, 2, 16, bytes(96000), 192000))).stdout)
    check.expect("a WAV file that is cut says so", any("truncated" in line for line in cut["warnings"]), cut["warnings"])
    text = check.run("--media", check.data / "blackfreeze/black.ts").stdout if check.data.is_dir() else "black"
    check.expect("the report for people names what was black", "black" in text)


def main():
    with tempfile.TemporaryDirectory(prefix="gantry-media-") as folder:
        check = Check(sys.argv[1], sys.argv[2], folder)
        arguments(check)
        if not check.data.is_dir():
            print(f"skipped: no streams in {check.data}")
            return 1 if check.wrong else SKIPPED
        loudness(check)
        if shutil.which("ffmpeg") and shutil.which("ffprobe"):
            black_and_frozen(check)
            pictures(check)
            sound(check)
        else:
            print("skipped: ffmpeg's detectors, for it is not installed")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
