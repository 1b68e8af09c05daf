"""TSDuck's normalized analysis (tsanalyze --normalized), and the shape to which its other forms are brought.

An analysis is {"ts": {}, "global": {}, "unreferenced": {}, "services": {id: {}}, "pids": {pid: {}},
"tables": {(pid, tid, ext): {}}}, with the keys of the normalized form; numbers are int.
"""

LINES_MAX = 100000
KINDS = ("title", "ts", "global", "unreferenced", "service", "pid", "table")
WORDS = ("access", "description", "provider", "name", "language")  # all others are numbers or lists of them


def empty():
    return {"ts": {}, "global": {}, "unreferenced": {}, "services": {}, "pids": {}, "tables": {}}


def fields(text):
    """{key: value} of key=value:key=value; a word without value is True. The last key takes the rest of the line."""
    found = {}
    while text:
        last = [key for key in ("description=", "provider=") if text.startswith(key)]
        if last == ["provider="]:
            provider, _, name = text[9:].partition(":name=")
            return dict(found, provider=provider, name=name)
        if last:
            return dict(found, description=text[12:])
        field, _, text = text.partition(":")
        key, has_value, value = field.partition("=")
        found[key] = read(key, value) if has_value else True
    return found


def read(key, value):
    if key in WORDS:
        return value
    if key in ("pidlist", "servlist", "versions"):
        return [int(part) for part in value.split(",") if part]
    return int(value)


def parse(text):
    analysis = empty()
    for line in text.splitlines()[:LINES_MAX]:
        kind, _, rest = line.partition(":")
        if kind not in KINDS:
            raise ValueError(f"normalized analysis: unknown line {kind!r}")
        if kind == "title":
            continue
        found = fields(rest)
        if kind == "service":
            analysis["services"][found["id"]] = found
        elif kind == "pid":
            analysis["pids"][found["pid"]] = found
        elif kind == "table":
            analysis["tables"][found["pid"], found["tid"], found.get("tidext")] = found
        else:
            analysis[kind] = found
    return analysis
