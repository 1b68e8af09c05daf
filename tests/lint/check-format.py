#!/usr/bin/env python3
"""Layout is clang-format's; `clang-format -i FILE` mends what this names."""
import re
import subprocess
import sys

import lint


def violations(root):
    paths = [str(path) for path in lint.c_sources(root)]
    checked = subprocess.run(["clang-format", "--dry-run", *paths], cwd=root, capture_output=True, text=True)
    if checked.returncode != 0:
        yield f"clang-format: {checked.stderr.strip()[:400]}"
    yield from sorted({f"{match}: not as clang-format lays it out" for match in
                       re.findall(r"^([^:\n]+):\d+:\d+: warning", checked.stderr, re.M)})


if __name__ == "__main__":
    lint.finish("format", violations(lint.root_of(sys.argv)))
