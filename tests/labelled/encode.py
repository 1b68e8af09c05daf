"""Encodes the labelled set, once, with the distribution's ffmpeg, into a cache folder; the truth lies beside each file."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import time

from labelled_set import FILES, H264, HEVC, events

AUDIO = {"mp2": ["mp2", "192k", 1152], "aac": ["aac", "128k", 1024], "ac3-51": ["ac3", "384k", 1536],
         "eac3": ["eac3", "192k", 1536], "opus": ["libopus", "128k", 960]}  # encoder, bit rate, samples a frame


def cache_folder():
    """Beside any checkout: $GANTRY_CACHE, or ~/.cache/gantry."""
    given = os.environ.get("GANTRY_CACHE")
    base = pathlib.Path(given) if given else pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "gantry"
    return base / "labelled"


def layout(coding):
    return "5.1" if coding == "ac3-51" else "stereo"


def picture_graph(entry):
    form = entry.form
    if form.interlaced:  # each field its own moment
        whole = type(form)(**{**form.__dict__, "fps": form.fps * 2})
        rest = ",tinterlace=interleave_top,setfield=tff"
    else:
        whole, rest = form, ""
    pieces = [f"{scene.graph(whole)},format=yuv420p,setsar=1[v{n}]" for n, scene in enumerate(entry.pictures)]
    joined = "".join(f"[v{n}]" for n in range(len(pieces)))
    return ";".join(pieces) + f";{joined}concat=n={len(pieces)}:v=1:a=0,fps={whole.fps}{rest}[v]"


def sound_graph(entry, stream):
    coding = entry.form.sounds[stream]
    kind, samples = layout(coding), AUDIO[coding][2]
    pieces = [f"{scene.make(scene.seconds, kind)},aformat=sample_rates=48000:channel_layouts={kind}[s{stream}_{n}]"
              for n, scene in enumerate(entry.sounds[stream])]
    joined = "".join(f"[s{stream}_{n}]" for n in range(len(pieces)))
    return ";".join(pieces) + f";{joined}concat=n={len(pieces)}:v=0:a=1,asetnsamples=n={samples}[a{stream}]"


def video_coding(form):
    rate = f"{form.mbps * 1e6:.0f}"
    limits = ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", str(form.gop)]
    fields = ["-flags", "+ilme+ildct"] if form.interlaced else []
    if form.codec == H264:
        opened = ":open-gop=1:tff=1" if form.interlaced else ""
        return ["-c:v", "libx264", "-preset", "ultrafast", *limits, "-bf", "2", "-threads", "1", *fields, "-x264-params",
                f"keyint={form.gop}:scenecut=0{opened}"]
    if form.codec == HEVC:
        return ["-c:v", "libx265", "-preset", "ultrafast", *limits, "-x265-params",
                f"log-level=error:pools=none:frame-threads=1:keyint={form.gop}:scenecut=0:bframes=0:ref=1:subme=0:me=0"]
    return ["-c:v", "mpeg2video", *limits, "-bf", "2", "-threads", "1", *fields, *(["-top", "1"] if form.interlaced else [])]


def command(entry):
    graphs = [picture_graph(entry), *(sound_graph(entry, n) for n in range(len(entry.sounds)))]
    words = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-filter_complex_threads", "1", "-filter_complex",
             ";".join(graphs), "-map", "[v]", *video_coding(entry.form)]
    for n, coding in enumerate(entry.form.sounds):
        codec, rate, _ = AUDIO[coding]
        words += ["-map", f"[a{n}]", f"-c:a:{n}", codec, f"-b:a:{n}", rate]
    return [*words, "-t", str(entry.seconds), "-f", "mpegts"]


def lead_of_pictures_s(path):
    """How much later than the file's first time stamp its first picture is shown."""
    asked = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,start_time", "-of", "json", str(path)],
                           capture_output=True, text=True, check=True)
    starts = [(stream["codec_type"], float(stream["start_time"])) for stream in json.loads(asked.stdout)["streams"]]
    return next(start for kind, start in starts if kind == "video") - min(start for _, start in starts)


def truth(entry, path):
    lead_s = lead_of_pictures_s(path)
    frame_s = 1 / entry.form.fps

    def told(found, **more):
        return [{"kind": kind, "start_s": round(start + lead_s, 3), "end_s": round(end + lead_s, 3), **more} for kind, start, end in found]
    wrong = told(events(entry.pictures, frame_s))
    for n, pieces in enumerate(entry.sounds):
        wrong += told(events(pieces, 0), stream=n)
    return {"name": entry.name, "form": entry.form.name, "seconds": entry.seconds, "negative": entry.negative, "events": wrong}


def make(entry, folder):
    """Encodes @entry unless the cache has it, made by the same command. Returns: its truth, with the file's path."""
    words = command(entry)
    key = hashlib.sha256(repr((words, 1)).encode()).hexdigest()
    path, told = folder / f"{entry.name}.ts", folder / f"{entry.name}.json"
    try:
        kept = json.loads(told.read_text())
        if kept["key"] == key and path.is_file():
            return {**kept, "path": str(path)}
    except (OSError, ValueError, KeyError):
        pass
    part = folder / f"{entry.name}.part"
    subprocess.run([*words, str(part)], check=True)
    os.replace(part, path)
    kept = {**truth(entry, path), "key": key}
    told.write_text(json.dumps(kept, indent=1))
    return {**kept, "path": str(path)}


def make_all(names=None, say=lambda line: None):
    """The truth of each file of the set, in order; the long ones are begun first."""
    folder, began = cache_folder(), time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [entry for entry in FILES if names is None or entry.name in names]
    work = sorted(chosen, key=lambda entry: -entry.seconds * entry.form.w * entry.form.h * entry.form.fps)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        running = {entry.name: pool.submit(make, entry, folder) for entry in work}
        for done in concurrent.futures.as_completed(running.values()):
            say(f"labelled: {done.result()['name']} after {time.monotonic() - began:.0f} s")
    return [running[entry.name].result() for entry in chosen]
