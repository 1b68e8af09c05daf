#!/usr/bin/env python3
"""`gantry-probe --sound`: what people hear of a stream, sample by sample beside what ffmpeg decodes of the same file; in one go, from a
pipe and locked in, and joined from pieces. usage: check-sound.py PROBE"""
import array
import math
import pathlib
import struct
import subprocess
import sys
import tempfile

SECONDS, RATE, PID = 4, 48000, 257
NOISE = -60  # dB: what rounding to 16 bits, and another order of sums, may differ by
TONES = "0.1*sin(2*PI*{hz}*t)*(1+0.5*sin(2*PI*{slow}*t))"
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
# What ITU-R BS.775 makes of five channels, at full strength, as the probe's file is; FFmpeg would turn it down.
MIX = {1: "pan=stereo|c0=c0|c1=c0", 2: "anull",
       6: "pan=stereo|c0=FL+0.70710678*FC+0.70710678*{l}|c1=FR+0.70710678*FC+0.70710678*{r}"}
CASES = {  # name: encoder, channels, rate, more
    "MP2": ("mp2", 2, 48000, []), "MP2 mono at 32 kHz": ("mp2", 1, 32000, []), "AAC": ("aac", 2, 48000, []),
    "AAC in LATM": ("aac", 2, 48000, ["-mpegts_flags", "latm"]), "AAC 5.1": ("aac", 6, 48000, []), "AC-3": ("ac3", 2, 48000, []),
    "AC-3 5.1": ("ac3", 6, 48000, []), "E-AC-3 5.1": ("eac3", 6, 48000, []), "Opus": ("libopus", 2, 48000, []),
}


def make(path, encoder, channels, rate, more):
    tones = "|".join(TONES.format(hz=300 + 170 * i, slow=0.5 + 0.3 * i) for i in range(channels))
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                    f"aevalsrc='{tones}':c={LAYOUTS[channels]}:s={rate}:d={SECONDS}", "-c:a", encoder, "-b:a", "256k", "-f", "mpegts",
                    "-mpegts_start_pid", str(PID), *more, str(path)], check=True)


def probe(program, *words, stdin=None, status=0):
    done = subprocess.run([program, *map(str, words)], stdin=stdin, capture_output=True, check=False)
    assert done.returncode == status, f"{words}: status {done.returncode}: {done.stderr.decode()}"
    return done.stdout if status == 0 else done.stderr.decode()


def read_wav(data):
    """(rate, PTS of the first sample, samples of both channels in turn)"""
    size, rate, block, pts, length = struct.unpack("<4xI4x4x4x4xI4xHxx4x4xQ4xI", data[:60])
    assert (data[:4], data[8:16], data[36:40], data[52:56]) == (b"RIFF", b"WAVEfmt ", b"pts ", b"data"), data[:60]
    assert (size + 8, block, length + 60) == (len(data), 4, len(data)), "the sizes of the chunks"
    return rate, pts, array.array("h", data[60:])


def reference(path, channels):
    behind = "S" if "(side)" in layout_of(path) else "B"  # whichever name FFmpeg gives them
    mix = MIX[channels].format(l=f"{behind}L", r=f"{behind}R")
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-af", mix, "-f", "s16le", "-"], capture_output=True, check=True)
    return array.array("h", done.stdout)


def layout_of(path):
    return subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=channel_layout", "-of", "csv=p=0", str(path)],
                          capture_output=True, text=True, check=True).stdout


def first_pts(path):
    words = ["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "packet=pts", "-of", "csv=p=0", "-read_intervals", "%+#1", str(path)]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[0].strip(","))


def difference_db(ours, theirs, shift):
    """Of the frames that both have; @shift: how many of theirs come before ours."""
    pairs = list(zip(ours[2 * max(0, -shift):], theirs[2 * max(0, shift):]))[RATE // 10:]  # decoders begin differently
    power = sum(b * b for _, b in pairs)
    return 10 * math.log10(max(sum((a - b) ** 2 for a, b in pairs), 1) / power)


def check_codec(program, folder, name, case):
    path = folder / "sound.ts"
    make(path, *case)
    rate, pts, ours = read_wav(probe(program, "--sound", PID, path))
    theirs = reference(path, case[1])
    shift = round((pts - first_pts(path)) * rate / 90000)
    apart = difference_db(ours, theirs, shift)
    print(f"{name}: {len(ours) // 2} frames at {rate} Hz, ffmpeg {len(theirs) // 2}, ours begin {shift} later, difference {apart:.1f} dB")
    assert rate == case[2] and abs(len(ours) // 2 + shift - len(theirs) // 2) <= 2048, "length"
    assert apart < NOISE, f"{name} sounds different"
    return path


def check_pieces(program, path):
    rate, pts, whole = read_wav(probe(program, "--sound", PID, path))
    with open(path, "rb") as stdin:
        assert probe(program, "--sound", PID, "-", stdin=stdin) == probe(program, "--sound", PID, path), "locked in"
    after = pts + 90000 * 2 + 1234
    _, begin, rest = read_wav(probe(program, "--sound", PID, "--after", after, path))
    skipped = len(whole) // 2 - len(rest) // 2
    assert whole[2 * skipped:] == rest, "a piece is the end of the whole"
    assert abs(skipped - (after - pts) * rate / 90000) <= 1 and abs(begin - after) <= 2, (skipped, begin, after)
    print(f"pieces: what comes after a PTS is the end of the whole, {skipped} frames later")


def check_locked_in(program, path):
    """What is made of standard input is more than a pipe takes: the process stands there, and can be looked at."""
    with open(path, "rb") as stdin, subprocess.Popen([program, "--sound", str(PID), "-"], stdin=stdin, stdout=subprocess.PIPE) as process:
        head = process.stdout.read(4)  # it has begun to write
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        process.kill()
    assert (head, told["NoNewPrivs"], told["Seccomp"], int(told["CapEff"], 16)) == (b"RIFF", "1", "2", 0), told
    print("from standard input it is decoded locked in: seccomp, no new privileges, no capabilities")


def check_gap(program, folder, path):
    data = path.read_bytes()
    packets = [data[i:i + 188] for i in range(0, len(data), 188)]
    third = len(packets) // 3
    holed = folder / "holed.ts"
    holed.write_bytes(b"".join(packets[:third] + packets[third + third // 3:]))
    _, _, whole = read_wav(probe(program, "--sound", PID, path))
    _, _, rest = read_wav(probe(program, "--sound", PID, holed))
    assert abs(len(whole) - len(rest)) <= 2 * 4096, f"what is missing is silence: {len(whole)}, {len(rest)}"
    assert whole[-RATE:] == rest[-RATE:], "behind it all is in its place"
    run = longest = 0
    for sample in rest:
        run = run + 1 if sample == 0 else 0
        longest = max(longest, run)
    assert longest > RATE // 4, longest
    print(f"a gap: {longest / 2 / RATE:.2f} s of silence in its place")


def check_refusals(program, path):
    for words, wanted in ((["--sound", 300, path], "no sound of PID 300"), (["--sound", 9000, path], "0 to 8191"),
                          (["--sound", PID, "--json", path], "goes with"), (["--after", 5, path], "--sound"),
                          (["--sound", PID, "udp://239.1.1.1:5000"], "for files"), (["--sound", PID, "--after", 1 << 33, path], "PTS")):
        said = probe(program, *words, status=2)
        assert wanted in said, (words, said)
    with tempfile.TemporaryFile() as stdin:
        stdin.truncate((64 << 20) + 1)
        said = probe(program, "--sound", PID, "-", stdin=stdin, status=2)
    assert "more than 64 MiB" in said, said
    print("what makes no sense is refused in one sentence")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="gantry-sound-") as name:
        folder = pathlib.Path(name)
        for case in CASES:
            path = check_codec(program, folder, case, CASES[case])
        make(path, *CASES["MP2"])
        check_pieces(program, path)
        check_locked_in(program, path)
        check_gap(program, folder, path)
        check_refusals(program, path)


main()
