#!/usr/bin/env python3
"""Streams that are damaged on their way, ports that get something else, and pictures and sound that are wrong: each to a worker
of its own, which lives on, says what it is, and nothing else. Prints TAP, and what was measured.
usage: damage.py [--build FOLDER] [--depth N | --all-depths] [--list] [NAME...]"""
import random
import sys

import changes
from changes import AFTER_S, BEFORE_S, SETTLED_S, Case, Finding, lives, raised, reports
from clips import Clip, Sound

CONTENT = {"picture-black", "picture-frozen", "picture-uniform", "colour-bars", "slate", "blockiness", "sound-silent", "sound-phase",
           "sound-clipping", "sound-stream-silent", "loudness", "true-peak"}
BACK_S = 4.0  # before the end, damage has ceased
SINCE_BEFORE_S, SINCE_AFTER_S = 0.3, 1.0
HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(200))
REQUEST = b"GET / HTTP/1.1\r\nHost: gantry\r\nUser-Agent: x\r\n\r\n"

changes.CLIPS.update({clip.name: clip for clip in [
    Clip("damage-mpeg2", "mpeg2video", seconds=BEFORE_S + AFTER_S, rate="1M"),
    Clip("damage-h264", seconds=BEFORE_S + AFTER_S, sounds=[Sound("aac")]),
    Clip("damage-hevc", "hevc", seconds=BEFORE_S + AFTER_S, sounds=[Sound("ac3", rate="192k")]),
    Clip("black", seconds=AFTER_S, picture="color=black:s=352x288:r=25"),
    Clip("still", seconds=AFTER_S, picture="testsrc2=s=352x288:r=25,loop=loop=-1:size=1:start=20,setpts=N/25/TB"),
    Clip("bars", seconds=AFTER_S, picture="smptebars=s=352x288:r=25"),
    Clip("grain", seconds=AFTER_S, picture="color=0x606060:s=352x288:r=25,drawbox=x=260:y=20:w=60:h=40:color=yellow:t=fill,noise=alls=12:allf=t"),
    Clip("silent", seconds=AFTER_S, sounds=[Sound(tones="0|0")]),
    Clip("opposed", seconds=AFTER_S, sounds=[Sound(tones="0.25*sin(880*PI*t)|-0.25*sin(880*PI*t)")]),
]})


class Damaged(Case):
    """One clip; @damage: (dice, datagrams) changes what was cut in (when, bytes) from BEFORE_S on until BACK_S before the end.
    @must: faults of which one must be set; @may: others that can come of it. Content is never blamed."""
    def __init__(self, name, row, title, clip, damage, must, may):
        super().__init__(name, row, title, [(clip, BEFORE_S + AFTER_S, {})], None)
        self.damage, self.must, self.may = damage, must, may

    def stream(self, cuts):
        datagrams, _ = super().stream(cuts)
        until_s, dice = BEFORE_S + AFTER_S - BACK_S, random.Random(self.name)
        hit = [(at_s, data) for at_s, data in datagrams if BEFORE_S <= at_s < until_s]
        return sorted([pair for pair in datagrams if not BEFORE_S <= pair[0] < until_s] + self.damage(dice, hit), key=lambda pair: pair[0]), BEFORE_S

    def judge(self, depth, worker, span_s, changed_s):
        finding, faults = Finding(), raised(worker, span_s[0] + SETTLED_S, span_s[1])
        finding.demand("raised", (not self.must or bool(self.must & set(faults))) and not set(faults) - self.must - self.may, sorted(faults))
        finding.demand("blamed on content", not CONTENT & set(faults), sorted(CONTENT & set(faults)))
        lives(worker, finding)
        back_s = changed_s + AFTER_S - BACK_S
        pictures = [float(words.split()[6]) for _, words in worker.said() if words.startswith("thumbnail") and float(words.split()[6]) > back_s]
        finding.demand("picture back after", bool(pictures) and pictures[0] - back_s <= changes.LIMIT_S, f"{pictures[0] - back_s:.2f} s" if pictures else "never")
        finding.figures.append(f"decode errors {changes.number_in(reports(worker)[-1][1], 'decode_errors'):.0f}")
        return finding


class Content(Case):
    """Good pictures and sound, then another clip. @must: the fault that is to be set since then; @may: what may come with it."""
    def __init__(self, name, title, clip, must, may=frozenset()):
        super().__init__(name, 36, title, [("h264", BEFORE_S, {}), (clip, AFTER_S, {})], None)
        self.must, self.may = must, set(may)

    def judge(self, depth, worker, span_s, changed_s):
        finding, faults = Finding(), raised(worker, span_s[0] + SETTLED_S, span_s[1])
        others = sorted(set(faults) - self.may - {self.must})
        finding.demand("others raised", not others, others)
        if self.must is not None:
            late_s = faults[self.must] - changed_s if self.must in faults else None
            slack_s = changes.PICTURE_EVERY_S[depth] if self.must.startswith(("picture", "colour")) else 0
            finding.demand(f"{self.must} since", late_s is not None and -SINCE_BEFORE_S <= late_s <= SINCE_AFTER_S + slack_s,
                           f"{late_s:+.2f} s" if late_s is not None else "never")
        lives(worker, finding)
        return finding


def bits(share):
    """A share of all bits is turned over."""
    def damage(dice, datagrams):
        hit = []
        for at_s, data in datagrams:
            data = bytearray(data)
            for _ in range(sum(dice.random() < share * 8 for _ in data) if share > 1e-4 else int(dice.random() < share * 8 * len(data))):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            hit.append((at_s, bytes(data)))
        return hit
    return damage


def instead(make):
    """Something else comes in place of the stream."""
    return lambda dice, datagrams: [(at_s, make(dice)) for at_s, _ in datagrams]


TRANSPORT = {"continuity", "transport-error", "table-crc", "sync-lost", "pcr-discontinuity", "pcr-repetition", "pts-repetition", "pat-missing",
             "pmt-missing", "si-repetition", "cat-missing", "video-missing", "audio-missing", "picture-undecodable", "service-absent", "pcr-accuracy",
             "audio-stream-missing", "lip-sync", "frame-rate"}


def cases():
    rates = [("1e-6", 1e-6, set()), ("1e-4", 1e-4, TRANSPORT), ("1e-3", 1e-3, TRANSPORT), ("1e-2", 1e-2, TRANSPORT)]
    damaged = [Damaged(f"bits-{codec}-{words}", 23, f"one bit in {1 / share:,.0f} turns over: {codec}", f"damage-{codec}", bits(share), must, TRANSPORT)
               for codec in ("mpeg2", "h264", "hevc") for words, share, must in rates]
    others = [Damaged(f"port-{name}", 24, f"{title} comes to the port", "damage-h264", instead(make), {"sync-lost"}, TRANSPORT) for name, title, make in [
        ("noise", "noise", lambda dice: dice.randbytes(dice.randrange(1, 1500))),
        ("tls", "a hello of TLS", lambda dice: HELLO), ("http", "a request of HTTP", lambda dice: REQUEST),
        ("empty", "a single byte", lambda dice: b"G")]]
    content = [
        Content("black", "a black picture", "black", "picture-black", {"picture-frozen", "picture-uniform"}),
        Content("still", "a picture that stands", "still", "picture-frozen"),
        Content("bars", "colour bars", "bars", "colour-bars", {"picture-frozen"}),
        Content("grain", "a still with a logo and film grain is no fault", "grain", None),
        Content("silent", "silence", "silent", "sound-silent", {"sound-stream-silent"}),
        Content("opposed", "channels in opposite phase", "opposed", "sound-phase"),
    ]
    return damaged + others + content


if __name__ == "__main__":
    sys.exit(changes.main(__doc__, cases))
