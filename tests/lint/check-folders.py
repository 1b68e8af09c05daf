#!/usr/bin/env python3
"""Every folder with sources says what it is in a README of at most 20 lines; scripts open with their charter."""
import sys

import lint

MAX_LINES = 20
TOP = {"appliance", "pipelines", "web-ui", "systemd", "image", "hw-profiles", "tests", "meson.build", "README.md",
       "meson_options.txt", "LICENSE", "run", "test", ".ci", ".gitignore", ".clang-format"}


def violations(root):
    paths = [path for path in lint.tracked(root, "*") if path.name != "README.md"]
    for name in sorted({path.parts[0] for path in paths} - TOP):
        yield f"{name}: not among the top-level folders and files"
    for folder in sorted({path.parent for path in paths if len(path.parts) > 1 and path.parts[0] != ".ci"}):
        readme = root / folder / "README.md"
        inherited = any((root / parent / ".folders-as-data").is_file() for parent in [folder, *folder.parents])
        if inherited:
            continue
        if not readme.is_file():
            yield f"{folder}: no README.md"
        elif (count := len(readme.read_text().splitlines())) > MAX_LINES:
            yield f"{folder}/README.md: {count} lines, limit {MAX_LINES}"
    for path in paths:
        if path.suffix in (".py", ".sh", ".ts", ".tsx", ".mjs"):
            head = (root / path).read_text().removeprefix("#!").split("\n", 2)
            opening = "\n".join(head[:2]).lstrip()
            if not any(mark in opening for mark in ('"""', "/*", "# ", "//")):
                yield f"{path}: opens without its charter"


if __name__ == "__main__":
    lint.finish("folders", violations(lint.root_of(sys.argv)))
