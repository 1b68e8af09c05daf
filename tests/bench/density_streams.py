"""The streams that the density benchmark sends: as heavy as broadcast ones. A window pans over noise of every size with a
cut every 4 s, a second one and a test pattern lie on it, and all of it has grain: key frames of 200 to 300 kB at 8 Mb/s,
and pictures of which nothing can be skipped. They loop without a seam, and are kept beside the other sources."""
import fcntl
import importlib.machinery
import importlib.util
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def load_make_sources():
    """make-sources as a module: it has no suffix, because people run it."""
    loader = importlib.machinery.SourceFileLoader("make_sources", str(HERE.parent / "traffic" / "make-sources"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_sources", loader))
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = kept
    return module


MAKER = load_make_sources()

NOISE = (f"nullsrc=s={{w}}x{{h}}:r=1:d=1,geq=lum='random({{seed}})*255':cb='80+96*random({{seed}}+1)':cr='80+96*random({{seed}}+2)',"
         "scale=2560:1440:flags=bicubic")


def cloud(seed, name):
    """One still picture of noise whose strength falls with its fineness, 2560 x 1440, repeated."""
    sizes = [(2560 >> n, 1440 >> n) for n in (7, 6, 5, 4, 3, 2, 1)]
    layers = [NOISE.format(w=w, h=h, seed=seed + 10 * n) + f"[{name}{n}]" for n, (w, h) in enumerate(sizes)]
    weights = " ".join(str(1 << (len(sizes) - n)) for n in range(len(sizes)))
    return (";".join(layers) + ";" + "".join(f"[{name}{n}]" for n in range(len(sizes))) +
            f"mix=inputs={len(sizes)}:weights='{weights}',eq=contrast=0.8:saturation=1.2,loop=loop=-1:size=1:start=0,fps=FPS")


def window(width, height, speed, jump):
    """A part of the picture that moves to and fro and is somewhere else every 4 s."""
    return (f"crop={width}:{height}:x='(iw-ow)*abs(mod({speed}*t+{jump}*floor(t/4)\\,2)-1)':"
            f"y='(ih-oh)*abs(mod({speed * 0.7:.3f}*t+{jump * 1.6:.3f}*floor(t/4)\\,2)-1)'")


def picture(width, height):
    return (f"{cloud(3, 'a')},{window(1920, 1080, 0.17, 0.37)},scale={width}:{height}:flags=bilinear[ground];"
            f"{cloud(400, 'b')},{window(1280, 720, 0.31, 0.23)},scale={width // 3 & ~1}:{height // 3 & ~1}:flags=bilinear[inset];"
            f"testsrc2=s={width // 4 & ~1}x{height // 4 & ~1}:r=FPS[pattern];"
            "[ground][inset]overlay=x='(W-w)*abs(mod(t/7\\,2)-1)':y='(H-h)*abs(mod(t/11\\,2)-1)'[both];"
            "[both][pattern]overlay=x=W-w-40:y=40")


def h264(rate, gop):
    return ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-b:v", rate, "-maxrate", rate, "-bufsize", rate,
            "-g", str(gop), "-keyint_min", str(gop), "-sc_threshold", "0", "-bf", "3", "-threads", "2",
            "-x264-params", "nal-hrd=cbr:open-gop=0:aud=1:b-adapt=0"]


def hevc(rate, gop):
    return ["-c:v", "libx265", "-preset", "superfast", "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-x265-params",
            f"log-level=error:keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes=3:b-adapt=0:repeat-headers=1:aud=1"]


def mpeg2(rate, gop):
    return ["-c:v", "mpeg2video", "-flags", "+ildct+ilme+cgop", "-top", "1", "-b:v", rate, "-maxrate", rate, "-bufsize", "1835k",
            "-g", str(gop), "-bf", "2", "-mpv_flags", "+strict_gop", "-sc_threshold", "1000000000"]


def stream(name, shape, audio, mux_mbps, encoder):
    codec = {"libx264": MAKER.H264, "libx265": MAKER.HEVC, "mpeg2video": MAKER.MPEG2}[encoder[1]]
    gop_s = int(encoder[encoder.index("-g") + 1]) / int(shape[-2:]) if "-g" in encoder else 2.0
    spec = MAKER.source(name, shape, codec, audio, mux_mbps, "", MAKER.MUSIC, gop_s)
    return {**spec, "picture": picture(spec["w"], spec["h"]), "encoder": encoder}


STREAMS = [
    stream("h264-1080p25", "1080p25", "mp2", 8.9, h264("8M", 50)),
    stream("h264-1080p25-aac", "1080p25", "aac", 8.9, h264("8M", 50)),
    stream("h264-720p50", "720p50", "mp2", 6.9, h264("6M", 100)),
    stream("hevc-1080p25", "1080p25", "mp2", 5.9, hevc("5M", 50)),
    stream("mpeg2-576i", "576i25", "mp2", 4.8, mpeg2("4M", 12)),
]


def cache_folder():
    """Beside the traffic's own sources: $GANTRY_CACHE, or ~/.cache/gantry."""
    base = os.environ.get("GANTRY_CACHE") or pathlib.Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "gantry"
    return pathlib.Path(base) / "density-sources"


def sources_of(names):
    """A folder that gantry-traffic can send from, in which channel i sends names[i % len(names)]; encodes what is missing."""
    everything = cache_folder()
    specs = [next(spec for spec in STREAMS if spec["name"] == name) for name in names]
    everything.mkdir(parents=True, exist_ok=True)
    with open(everything / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for spec in specs:
            MAKER.make(spec, everything)
    folder = everything / ("set-" + "+".join(names))
    folder.mkdir(exist_ok=True)
    for spec in specs:
        for suffix in (".ts", ".black.ts", ".freeze.ts", ".silent.ts"):
            link = folder / (spec["name"] + suffix)
            if not link.is_symlink():
                link.symlink_to(f"../{link.name}")
    (folder / "sources.conf").write_text(MAKER.manifest(specs), encoding="utf-8")
    return folder


if __name__ == "__main__":
    for each in STREAMS:
        print(sources_of([each["name"]]))
