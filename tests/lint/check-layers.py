#!/usr/bin/env python3
"""Every include names its layer from the root, and a folder includes only what the layer table allows."""
import re
import sys

import lint

BASE, CONTRACT, TS, MEASURE = "pipelines/base", "pipelines/contract", "pipelines/ts", "pipelines/measure"
ELEMENTS, GRAPH = "pipelines/elements", "pipelines/graph"
MODEL, EVENTS = "appliance/model", "appliance/events"
MEDIA = ["libavcodec", "libavutil", "libswscale", "turbojpeg", "libsrt", "librist", "libcurl"]
PIPELINES = [BASE, CONTRACT, TS, MEASURE, ELEMENTS, GRAPH]
SIDE = [BASE, CONTRACT, MODEL, EVENTS, "gio", "json-glib"]
SUPERVISED = ["config", "workers", "stores", "alerts", "sensors", "http"]

# folder: what it may include besides itself, libc and glib.h
ALLOWED = {
    BASE: [],
    CONTRACT: [BASE],
    TS: [BASE],
    MEASURE: [BASE, "ebur128"],
    ELEMENTS: [BASE, TS, MEASURE, "gstreamer", "gio", *MEDIA],
    GRAPH: [BASE, CONTRACT, ELEMENTS, "gstreamer", "gio"],
    "pipelines/worker": [*PIPELINES, "gstreamer", "gio", "systemd", "seccomp", "json-glib"],
    # worker: its sandbox, for streams that gantryd has probed
    "pipelines/probe": [*PIPELINES, "pipelines/worker", "gstreamer", "gio", "systemd", "seccomp", "json-glib"],
    MODEL: [BASE, CONTRACT],
    EVENTS: [BASE, CONTRACT, MODEL, "gio"],
    # libxml: channel lists in XSPF come as XML
    "appliance/config": [BASE, CONTRACT, MODEL, "gio", "json-glib", "libxml"],
    "appliance/workers": SIDE,
    "appliance/stores": [*SIDE, "mysql", "hiredis"],
    "appliance/alerts": [*SIDE, "libcurl"],
    "appliance/sensors": [*SIDE, "sensors"],
    "appliance/http": [*SIDE, "libsoup", "sodium", "liboath", "pam", "qrencode", "zxcvbn", "cjose"],  # last three: who may log in
    "appliance/supervisor": [BASE, CONTRACT, MODEL, EVENTS, "gio", "systemd"]
    + [f"appliance/{part}" for part in SUPERVISED],
    # events: journal --file reads segments where no gantryd answers
    "appliance/ctl": [BASE, CONTRACT, MODEL, EVENTS, "gio", "json-glib", "libcurl"],
}
LIBRARY = {  # how an angle-bracket include begins: the library it belongs to
    "gst/": "gstreamer", "gio/": "gio", "libavcodec/": "libavcodec", "libavutil/": "libavutil",
    "libswscale/": "libswscale", "turbojpeg.h": "turbojpeg", "srt/": "libsrt", "librist/": "librist",
    "curl/": "libcurl", "ebur128.h": "ebur128", "systemd/": "systemd", "seccomp.h": "seccomp",
    "json-glib/": "json-glib", "libxml/": "libxml", "mysql": "mysql", "mariadb/": "mysql", "hiredis/": "hiredis",
    "sensors/": "sensors", "libsoup/": "libsoup", "sodium": "sodium", "liboath/": "liboath", "security/": "pam",
    "qrencode.h": "qrencode", "zxcvbn.h": "zxcvbn", "cjose/": "cjose",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def allowed(folder, name):
    return any((name + "/").startswith(ok + "/") for ok in [folder, *ALLOWED[folder]])


def violations(root):
    for path in lint.c_sources(root):
        folder = path.parent.as_posix()
        if path.parts[0] == "tests":
            continue
        if folder not in ALLOWED:
            yield f"{path}: {folder} is not in the layer table"
            continue
        for bracket, target in INCLUDE.findall((root / path).read_text()):
            if bracket == '"' and not target.startswith(("pipelines/", "appliance/")):
                yield f"{path}: name the layer of {target} from the root"
            elif bracket == '"' and not allowed(folder, target.rsplit("/", 1)[0]):
                yield f"{path}: {folder} may not include {target}"
            elif bracket == "<":
                library = next((lib for start, lib in LIBRARY.items() if target.startswith(start)), None)
                if library and not allowed(folder, library):
                    yield f"{path}: {folder} may not use {library} ({target})"


if __name__ == "__main__":
    lint.finish("layers", violations(lint.root_of(sys.argv)))
