#!/usr/bin/env python3
"""Builds the dashboard in a private folder and writes it as a C resource, so that the source tree stays clean."""
import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

PREFIX = "/gantry/ui"
LEFT_OUT = {"node_modules", "dist", "dist-test", "generated", "meson.build", "embed.py", "README.md"}


def sources(folder):
    return sorted(path for path in folder.rglob("*")
                  if path.is_file() and path.relative_to(folder).parts[0] not in LEFT_OUT)


def mirror(source, work):
    """Makes work hold exactly the sources, plus node_modules; files that did not change keep their times."""
    wanted = {path.relative_to(source) for path in sources(source)}
    for path in sources(work):
        if path.relative_to(work) not in wanted and path.name != ".packages":
            path.unlink()
    for name in wanted:
        target = work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != (source / name).read_bytes():
            shutil.copyfile(source / name, target)


def packages(work, npm):
    """Installs what package-lock.json names, unless that very list is installed."""
    wanted = hashlib.sha256((work / "package-lock.json").read_bytes()).hexdigest()
    stamp = work / ".packages"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    quietly([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], work)
    stamp.write_text(wanted)


def quietly(command, folder, **environment):
    """Says something only when it fails."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")


def resource(dist, output, compiler):
    files = sorted(path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file())
    listed = "\n".join(f"    <file>{name}</file>" for name in files)
    manifest = dist.parent / "ui.gresource.xml"
    manifest.write_text(f'<gresources>\n  <gresource prefix="{PREFIX}">\n{listed}\n  </gresource>\n</gresources>\n')
    quietly([compiler, f"--sourcedir={dist}", "--generate-source", "--c-name=gantry_ui", f"--target={output}",
             manifest], dist)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("source", "work", "output", "depfile", "api"):
        parser.add_argument(f"--{name}", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--npm", default="npm")
    parser.add_argument("--compiler", default="glib-compile-resources")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    mirror(given.source, given.work)
    packages(given.work, given.npm)
    quietly([given.npm, "run", "--silent", "build"], given.work, GANTRY_API=str(given.api))
    resource(given.work / "dist", given.output, given.compiler)
    needs = " ".join(str(path).replace(" ", "\\ ") for path in [*sources(given.source), given.api])
    given.depfile.write_text(f"{os.path.relpath(given.output)}: {needs}\n")


if __name__ == "__main__":
    main()
