#!/usr/bin/env python3
"""Streams whose service changes under way, each to a worker of its own: the change is followed in time, nothing is raised but
what is meant, and what did not change is not disturbed. Prints TAP, and what was measured.
usage: changes.py [--build FOLDER] [--depth N | --all-depths] [--list] [NAME...]"""
import argparse
import multiprocessing
import pathlib
import re
import shutil
import subprocess
import sys
import time

import rig
from clips import Clip, Sound
from splice import SOUND, VIDEO, Cut, Part, Stream, send

LIMIT_S = 3.0
BEFORE_S, AFTER_S = 6.0, 8.0
TWICE_S = 0.038
SETTLED_S = 3.0  # from the beginning; earlier edges are those of a start
FIRST_PORT = 25000
DEPTHS = [3, 2, 1]
PICTURE_EVERY_S = {0: 0, 1: 4.0, 2: 1.0, 3: 1.0}  # thumbnails, by depth

TWO = [Sound("mp2", 2, "eng"), Sound("aac", 2, "deu", 660)]
SLATE = ("color=c=navy:s=352x288:r=25,drawbox=x=40:y=60:w=270:h=100:color=white:t=fill,"
         "drawbox=x=60:y=190:w=90:h=50:color=orange:t=fill")
CLIPS = {clip.name: clip for clip in [
    Clip("base", seconds=BEFORE_S + AFTER_S + 1, sounds=TWO),
    Clip("mpeg2", "mpeg2video", seconds=AFTER_S, rate="1M"),
    Clip("afd-8", "mpeg2video", seconds=AFTER_S, rate="1M", options=["-bf", "0"], afd=8),
    Clip("afd-10", "mpeg2video", seconds=AFTER_S, rate="1M", options=["-bf", "0"], afd=10),
    Clip("hevc", "hevc", seconds=AFTER_S),
    Clip("hevc-sdr", "hevc", seconds=AFTER_S, pixels="yuv420p10le", params=":colorprim=bt709:transfer=bt709:colormatrix=bt709"),
    Clip("hevc-hdr", "hevc", seconds=AFTER_S, pixels="yuv420p10le", params=":colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"),
    Clip("h264", seconds=AFTER_S),
    Clip("hd", size="1280x720", seconds=AFTER_S, rate="1500k"),
    Clip("wide", size="352x288", seconds=AFTER_S, options=["-aspect", "16:9"]),
    Clip("sd-p", size="720x576", seconds=AFTER_S, rate="1500k"),
    Clip("sd-i", size="720x576", seconds=AFTER_S, rate="1500k", interlaced=True),
    Clip("fast", fps=50, seconds=AFTER_S),
    Clip("aac", seconds=AFTER_S, sounds=[Sound("aac")]),
    Clip("ac3", seconds=AFTER_S, sounds=[Sound("ac3", 2, rate="192k")]),
    Clip("ac3-51", seconds=AFTER_S, sounds=[Sound("ac3", 6, rate="384k")]),
    Clip("slate", seconds=AFTER_S, picture=SLATE),
    Clip("dual", seconds=AFTER_S, sounds=[Sound("mp2-dual")]),
    Clip("opus", seconds=AFTER_S, sounds=[Sound("opus")]),
    Clip("opus-51", seconds=AFTER_S, sounds=[Sound("opus", 6, rate="256k")]),
    Clip("mono", seconds=AFTER_S, sounds=[Sound("mp2", 1)]),
]}
SECOND = SOUND + 1
GERMAN = {SOUND: b"\x0a\x04deu\x00"}


class Case:
    """@parts: (clip or "+" for the one before, goes on; seconds; keywords of Part). @want: what the worker says of the channel,
    in a report or a note, once it has followed; @faults: what must be raised, and nothing else; @same_picture: the picture is
    not to notice."""
    def __init__(self, name, row, title, parts, want, **more):
        self.name, self.row, self.title, self.parts, self.want = name, row, title, parts, want
        self.faults, self.same_picture = more.pop("faults", []), more.pop("same_picture", False)
        self.levels, self.not_any_more = more.pop("levels", True), more.pop("not_any_more", None)
        self.returns = more.pop("returns", False)  # to the picture there was
        self.may = more.pop("may", set())  # faults that it can come to
        self.depth = more.pop("depth", None)  # where each case has one
        self.slate = more.pop("slate", None)  # a clip whose picture is looked for
        assert not more, more

    def stream(self, cuts):
        """Returns: datagrams, and when the last change happens."""
        parts, at_s, last, before = [], 0.0, 0.0, None
        for clip, seconds, keys in self.parts:
            goes_on = clip == "+"
            clip = before if goes_on else clip
            begin_s = parts[-1].begin_s + parts[-1].seconds if goes_on else 0.0
            last, before = at_s, clip
            parts.append(Part(cuts[clip], seconds, begin_s, **keys))
            at_s += seconds
        stream = Stream(parts)
        return stream.datagrams, last

    def judge(self, depth, worker, span_s, changed_s):
        return judge(self, depth, worker, span_s, changed_s)


def to(clip, before="h264", **keys):
    """One clip and then another, both on the same PIDs unless told otherwise."""
    return [(before, BEFORE_S, {}), (clip, AFTER_S, keys)]


def inside(first, *others):
    """One clip all the time; the keys of each part change."""
    return [("base", BEFORE_S, first), *[("+", seconds, keys) for seconds, keys in others]]


MOVED = {"video": 0x201, "sounds": [0x211, 0x212]}
AGAIN = {"video": 0x301, "sounds": [0x311, 0x312]}
LONE = {"unlisted": (SECOND,), "mute": (SECOND,)}
NONE = {"unlisted": (SOUND, SECOND), "mute": (SOUND, SECOND)}


def cases():
    h264, mpeg2, hevc = r"H\.264 352x288 25p", r"MPEG-2 352x288 25p", r"HEVC 352x288( 25p)?"
    return [
        Case("pids", 26, "all PIDs change with the version of the PMT", inside({}, (AFTER_S, MOVED)), r"\b513\(1b\).*\b529\(03\)"),
        Case("pid-video", 26, "the picture alone moves to another PID", inside({}, (AFTER_S, {"video": 0x201})), r"\b513\(1b\)"),
        Case("twice-same", 27, "the PMT comes anew twice in 38 ms, PIDs the same", inside({}, (TWICE_S, {"again": True}), (AFTER_S, {"again": True})), h264, same_picture=True),
        Case("twice-pids", 27, "PIDs change twice in 38 ms", inside({}, (TWICE_S, MOVED), (AFTER_S, AGAIN)), r"\b769\(1b\).*\b785\(03\)"),
        Case("twice-back", 27, "PIDs change for 38 ms, and back", inside({}, (TWICE_S, MOVED), (AFTER_S, {})), r"\b257\(1b\).*\b273\(03\)",
             may={"frame-rate"}, returns=True),  # read in one go, nothing changes, but a picture is missing
        Case("twice-gone", 27, "sound is gone for 38 ms", inside({}, (TWICE_S, NONE), (AFTER_S, {})), r"\b273\(03\)", same_picture=True),
        Case("h264-mpeg2", 30, "H.264 becomes MPEG-2", to("mpeg2"), mpeg2),
        Case("mpeg2-h264", 30, "MPEG-2 becomes H.264", to("h264", "mpeg2"), h264),
        Case("h264-hevc", 30, "H.264 becomes HEVC on other PIDs", to("hevc", **{"video": 0x201, "sounds": [0x211]}), hevc),
        Case("hevc-mpeg2", 30, "HEVC becomes MPEG-2", to("mpeg2", "hevc"), mpeg2),
        Case("larger", 31, "a larger picture", to("hd"), r"H\.264 1280x720 25p"),
        Case("smaller", 31, "a smaller picture", to("h264", "hd"), h264),
        Case("interlaced", 31, "progressive becomes interlaced", to("sd-i", "sd-p"), r"H\.264 720x576 (25|50)i", depth=2),
        Case("progressive", 31, "interlaced becomes progressive", to("sd-p", "sd-i"), r"H\.264 720x576 25p"),
        Case("faster", 31, "25 pictures a second become 50", to("fast"), r"H\.264 352x288 50p"),
        Case("afd", 31, "the active format becomes 16:9 letterbox", to("afd-10", "afd-8"), r"AFD 10 \(before: 8\)|AFD 10", same_picture=True),
        Case("hdr", 31, "BT.709 becomes BT.2020 with PQ", to("hevc-hdr", "hevc-sdr"), r"HDR \(PQ\)"),
        Case("slate", 31, "the configured slate comes", to("slate"), h264, faults=["slate"], may={"picture-frozen"}, depth=2, returns=True, slate="slate"),
        Case("sound-codec", 32, "MPEG sound becomes AAC", to("aac"), r"AAC 2\.0", same_picture=True),
        Case("sound-ac3", 32, "MPEG sound becomes AC-3 5.1 on another PID", to("ac3-51", sounds=[0x222]), r"AC-3 5\.1", same_picture=True),
        Case("sound-layout", 32, "AC-3 2.0 becomes 5.1", to("ac3-51", "ac3"), r"AC-3 5\.1", same_picture=True),
        Case("sound-mono", 32, "stereo becomes mono", to("mono"), r"MPEG audio 1\.0|MP2 1\.0", same_picture=True),
        Case("sound-dual", 32, "stereo becomes two languages in one stream", to("dual"), r"MPEG audio 1\+1", same_picture=True),
        Case("sound-opus", 32, "Opus 2.0 becomes 5.1", to("opus-51", "opus"), r"Opus 5\.1", same_picture=True),
        Case("language", 32, "a language changes", inside(LONE, (AFTER_S, dict(LONE, describe=GERMAN))), r"deu", same_picture=True),
        Case("programme", "-", "another programme begins: its loudness begins anew", inside({"programme": 7}, (AFTER_S, {"programme": 8})),
             r"programme_seconds=[0-2]\b", same_picture=True),
        Case("sound-removed", 32, "the second stream of sound leaves the PMT", inside({}, (AFTER_S, LONE)), None, not_any_more=r"AAC", same_picture=True),
        Case("sound-added", 32, "a second stream of sound comes", inside(LONE, (AFTER_S, {})), r"AAC", same_picture=True),
        Case("sound-none", 32, "the only stream of sound leaves the PMT", inside(LONE, (AFTER_S, NONE)), None, same_picture=True, levels=False),
        Case("sound-lost", 32, "packets of sound do not come any more", inside(LONE, (AFTER_S, dict(LONE, mute=(SOUND, SECOND)))), None,
             faults=["audio-missing", "pts-repetition"], same_picture=True, levels=False),
        Case("steady", "-", "a worker beside them on a stream that stays as it is", inside({}, (AFTER_S, {})), h264, same_picture=True),
    ]


class Finding:
    """What came out of one case: figures to show, and what is wrong."""
    def __init__(self):
        self.figures, self.wrong = [], []

    def demand(self, what, good, value):
        self.figures.append(f"{what} {value}")
        if not good:
            self.wrong.append(f"{what} {value}")


def reports(worker):
    """(when, words) of every report: one a second."""
    return [(at_s, words) for at_s, words in worker.said() if words.startswith("report")]


def number_in(words, name):
    found = re.search(rf"\b{name}=([-+.e\d]+)", words)
    return float(found.group(1)) if found else None


def judge_picture(case, depth, worker, changed_s, finding):
    """Pictures go on; where sound alone changed, none is missing or damaged."""
    taken = sorted({float(words.split()[6]) for _, words in worker.said() if words.startswith("thumbnail")})
    after = [at_s for at_s in taken if at_s > changed_s]
    if not after:
        finding.demand("no picture", False, "after the change")
        return
    finding.demand("next picture after", after[0] - changed_s <= max(LIMIT_S, PICTURE_EVERY_S[depth] + 1 if case.same_picture or case.returns else 0),
                   f"{after[0] - changed_s:.2f} s")
    if case.same_picture:
        errors = [number_in(words, "decode_errors") for _, words in reports(worker)]
        gaps = [b - a for a, b in zip(taken, taken[1:]) if b > changed_s - 1]
        finding.demand("decode errors", errors[-1] == errors[len(errors) // 3], errors[-1])
        finding.demand("longest wait for a picture", not gaps or max(gaps) <= PICTURE_EVERY_S[depth] + 1, f"{max(gaps, default=0):.2f} s")


def raised(worker, from_s, to_s):
    """Since when each fault holds that was set between, by name."""
    return {words.split()[2][1:]: float(words.split()[4]) for at_s, words in worker.said()
            if from_s < at_s < to_s and words.startswith("edge") and " !" in words}


def lives(worker, finding):
    starts = len([1 for _, words in worker.said() if words.startswith("hello")])
    finding.demand("restarts", worker.process.poll() is None and starts == 1, starts - 1)


def judge(case, depth, worker, span_s, changed_s):
    finding, said = Finding(), worker.said()
    told = [(at_s, words) for at_s, words in said if words.startswith(("report", "note"))]
    wanted = [at_s for at_s, words in told if at_s > changed_s and (case.want is None or re.search(case.want, words, re.S)) and
              (case.not_any_more is None or words.startswith("report") and not re.search(case.not_any_more, words))]
    finding.demand("followed after", bool(wanted) and wanted[0] - changed_s <= LIMIT_S, f"{wanted[0] - changed_s:.2f} s" if wanted else "never")
    if depth > 0:
        judge_picture(case, depth, worker, changed_s, finding)
    if case.levels:
        levels = [at_s for at_s, words in said if words.startswith("levels") and at_s > changed_s + 0.3]
        finding.demand("levels after", bool(levels) and levels[0] - changed_s <= LIMIT_S, f"{levels[0] - changed_s:.2f} s" if levels else "never")
    faults = sorted(raised(worker, span_s[0] + SETTLED_S, span_s[1]))
    finding.demand("raised", [fault for fault in faults if fault not in case.may] == case.faults, faults)
    lives(worker, finding)
    errors = number_in(reports(worker)[-1][1], "ts_continuity_errors")
    finding.demand("continuity errors", errors == 0, errors)
    return finding


def fingerprint(options, clip):
    """What gantry-probe prints of a clip's picture, for the configuration."""
    with rig.scratch() as folder:
        path = folder / "slate.ts"
        path.write_bytes(CLIPS[clip].make(options.clips))
        return subprocess.run([options.build / "pipelines/probe/gantry-probe", "--slate", path], check=True, capture_output=True,
                              text=True, timeout=60).stdout.strip()


def run(options, folder, chosen):
    """These cases, each at its depth, all at once. Returns: Finding of each."""
    cuts = {name: Cut(CLIPS[name].make(options.clips)) for name in sorted({clip for case, _ in chosen for clip, _, _ in case.parts if clip != "+"})}
    streams, workers, changes = [], [], []
    for index, (case, depth) in enumerate(chosen):
        datagrams, change_s = case.stream(cuts)
        port = FIRST_PORT + 10 * index
        streams.append((port, datagrams))
        changes.append(change_s)
        workers.append(rig.Worker(options.build, folder / f"{case.name}-{depth}", f"udp://127.0.0.1:{port}",
                                  {"depth": depth, "sandbox": True, "levels": True,
                                   **({"slate": fingerprint(options, case.slate)} if case.slate else {})}))
    try:
        rig.wait_for("every worker listens", lambda: all(port in rig.bound_ports() for port, _ in streams), 60)
        time.sleep(1.0)
        start_s = rig.boot_s() + 0.5
        sender = multiprocessing.get_context("fork").Process(target=send, args=(streams, start_s))
        sender.start()
        sender.join()
        findings = [case.judge(depth, worker, (start_s, start_s + BEFORE_S + AFTER_S), start_s + change_s)
                    for (case, depth), worker, change_s in zip(chosen, workers, changes)]
    finally:
        for worker in workers:
            worker.stop()
    return findings


def show(number, case, depth, finding):
    print(f"# depth {depth} {case.name}: " + ", ".join(finding.figures))
    line = f"{number} - row {case.row}: {case.title} (depth {depth})"
    print(f"ok {line}" if not finding.wrong else f"not ok {line}: {'; '.join(finding.wrong)}", flush=True)
    return not finding.wrong


def main(described=__doc__, all_cases=cases):
    parser = argparse.ArgumentParser(description=described)
    parser.add_argument("--build", type=pathlib.Path, default=rig.ROOT / "build", help="build folder (./build)")
    parser.add_argument("--clips", type=pathlib.Path, help="where encoded clips are kept (BUILD/clips)")
    parser.add_argument("--depth", type=int, choices=range(4), help="at this depth only; without it each case has one, in turn")
    parser.add_argument("--all-depths", action="store_true", help="one depth after the other")
    parser.add_argument("--together", type=int, default=9, help="cases at the same time (9)")
    parser.add_argument("--keep", type=pathlib.Path, help="keep what was said in this folder")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", help="parts of the names of cases to run; all")
    options = parser.parse_args()
    rig.in_own_network()
    options.build = options.build.resolve()
    options.clips = options.clips or options.build / "clips"
    wanted = [case for case in all_cases() if not options.names or any(name in case.name for name in options.names)]
    if options.list:
        print("\n".join(f"{case.name}: {case.title}" for case in wanted))
        return 0
    if shutil.which("ffmpeg") is None:
        print("1..0 # SKIP ffmpeg is not here (package ffmpeg)")
        return 0
    depths = range(4) if options.all_depths else [options.depth] if options.depth is not None else [None]
    listed = [(case, (case.depth or DEPTHS[i % len(DEPTHS)]) if depth is None else depth) for depth in depths
              for i, case in enumerate(wanted)]
    rounds = [listed[at:at + options.together] for at in range(0, len(listed), options.together)]
    print(f"1..{len(listed)}", flush=True)
    good, number = True, 0
    for chosen in rounds:
        with rig.scratch() as folder:
            findings = run(options, folder, chosen)
            if options.keep is not None:
                shutil.copytree(folder, options.keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        for (case, depth), finding in zip(chosen, findings):
            number += 1
            good &= show(number, case, depth, finding)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
