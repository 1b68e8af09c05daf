#!/usr/bin/env python3
"""House rules that a formatter cannot see. An exception stands on its line: /* lint: allow WORD, because ... */"""
import json
import re
import subprocess
import sys

import lint

MAX_FUNCTION, MAX_FILE, MAX_PARAMETERS = 60, 600, 6
PURE = ("pipelines/base/", "pipelines/contract/", "pipelines/ts/", "pipelines/measure/", "appliance/model/")
SHELLS = ("pipelines/worker/", "pipelines/probe/", "appliance/supervisor/", "appliance/ctl/", "tests/")
BANNED = [  # pattern, why, folders where it is allowed (None: nowhere else than tests' own list)
    (r"\bgoto\b", "use g_auto* and early return", ()),
    (r"\bg_get_(?:monotonic|real)_time\b", "take now_us as an argument; only shells read a clock",
     (*SHELLS, "pipelines/elements/", "appliance/")),
    (r"\bclock_gettime\s*\(", "boot_now_us() and wall_now_us() of pipelines/base/clock.h read the clocks", ("tests/",)),
    (r"\b(?:boot|wall|clock)_now_us\s*\(", "take now_us as an argument; only shells read a clock",
     (*SHELLS, "pipelines/elements/", "pipelines/base/clock.h", "appliance/alerts/", "appliance/events/", "appliance/http/", "appliance/sensors/",
      "appliance/stores/", "appliance/workers/")),
    (r"\b(?:atoi|atol|strtou?ll?|strtod|g_ascii_strtou?ll)\s*\(", "use g_ascii_string_to_*()", ()),
    (r"\b(?:sprintf|strcpy|strcat|gets)\s*\(", "unbounded", ()),
    (r"\b(?:g_usleep|usleep|sleep)\s*\(", "wait for the event, not for time", ("tests/",)),
    (r"\bg_main_context_iteration\b", "no nested main loops", ("tests/",)),
    (r"\bg_error\s*\(|\bg_assert\w*\s*\(|\babort\s*\(", "a 24/7 daemon returns errors", ("tests/",)),
    (r"\bboard_get_snapshot\b", "ask http_request_snapshot(): it shows what the caller may know of",
     ("tests/", "appliance/http/board", "appliance/http/request.c", "appliance/http/live.c", "appliance/http/api-link.c",
      "appliance/http/api-status.c", "appliance/http/api-system.c")),
    (r"\bg_print(?:err)?\s*\(", "log with fields", (*SHELLS,)),
]
PURE_BANNED = r"\b(?:fopen|open|socket|pthread_create|g_thread_new|g_log\w*|g_message|g_warning|g_object_new|g_mutex_\w+|pthread_mutex_\w+|time)\s*\("
MUTABLE_GLOBAL = re.compile(
    r"^static\s+(?!const\b|inline\b|struct\s+\w+\s*\{)(?!.*\bconst\s+\w+\s*(?:\[|=|;))[\w\s\*]+?\b(\w+)(?:\[[^\]]*\])*\s*(?:=[^;{]*[;{].*|;)\s*$", re.M)
GLOBALS_OK = {"signals", "properties"}


def line_of(code, position):
    return code.count("\n", 0, position) + 1


def banned_words(name, code, lines):
    rules = [(p, why) for p, why, where in BANNED if not name.startswith(where or ("\0",))]
    if name.startswith(PURE):
        rules.append((PURE_BANNED, "pure layers have no I/O, threads, locks, clock, log or objects"))
    for pattern, why in rules:
        for match in re.finditer(pattern, code):
            number = line_of(code, match.start())
            if "lint: allow" not in lines[number - 1]:
                yield f"{name}:{number}: {match.group().strip(' (')}: {why}"


def globals_of(name, code, lines):
    for match in MUTABLE_GLOBAL.finditer(code):
        number = line_of(code, match.start())
        declared = match.group(0)
        if match.group(1) in GLOBALS_OK or "(" in declared.split("=")[0] or "lint: allow" in lines[number - 1]:
            continue
        yield f"{name}:{number}: mutable global '{match.group(1)}'"


def functions(root, paths):
    listed = subprocess.run(["ctags", "--output-format=json", "--fields=+neS", "--kinds-C=f", "-f-",
                             *[str(root / path) for path in paths]], capture_output=True, text=True)
    if listed.returncode != 0:
        yield f"ctags: {listed.stderr.strip()} (package universal-ctags)"
    for tag in map(json.loads, listed.stdout.splitlines()):
        where = f"{tag['path'].removeprefix(str(root) + '/')}:{tag['line']}: {tag['name']}()"
        length, parameters = tag["end"] - tag["line"] + 1, tag.get("signature", "").count(",") + 1
        if length > MAX_FUNCTION:
            yield f"{where} is {length} lines, limit {MAX_FUNCTION}"
        if parameters > MAX_PARAMETERS and "lint: allow" not in (root / where.split(":")[0]).read_text().splitlines()[tag["line"] - 1]:
            yield f"{where} takes {parameters} parameters, limit {MAX_PARAMETERS}"


def violations(root):
    paths = lint.c_sources(root)
    for path in paths:
        text = (root / path).read_text()
        lines, code = text.splitlines(), lint.without_comments(text)
        if len(lines) > MAX_FILE:
            yield f"{path}: {len(lines)} lines, limit {MAX_FILE}"
        if not text.startswith("/* "):
            yield f"{path}: opens without its charter (a comment that says what the file is for)"
        yield from banned_words(path.as_posix(), code, lines)
        yield from globals_of(path.as_posix(), code, lines)
    if paths:
        yield from functions(root, paths)


if __name__ == "__main__":
    lint.finish("style", violations(lint.root_of(sys.argv)))
