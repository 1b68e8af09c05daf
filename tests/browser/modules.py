#!/usr/bin/env python3
"""Installs the packages of package-lock.json into a folder of the build: modules.py NPM SOURCE FOLDER STAMP."""
import pathlib
import shutil
import subprocess
import sys

npm, source, folder, stamp = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
folder.mkdir(parents=True, exist_ok=True)
for name in ("package.json", "package-lock.json", ".npmrc"):
    shutil.copyfile(source / name, folder / name)
done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True,
                      text=True, check=False)
if done.returncode != 0:
    sys.exit(f"npm ci failed:\n{done.stdout}{done.stderr}")
stamp.write_text("")
