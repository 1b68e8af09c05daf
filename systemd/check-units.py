#!/usr/bin/env python3
"""The units are right for systemd-analyze verify, and score at most 2.5 in its security check.
usage: check-units.py FOLDER-OF-UNITS"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

LIMIT = 25  # tenths of a point
UNITS = {"gantryd.service": "gantryd.service", "gantry-channel@.service": "gantry-channel@one.service"}


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def root_with(folder, root):
    """A root in which the units' programs exist, so that verify looks at the units alone."""
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for name in UNITS:
        shutil.copy(folder / name, units / name)
    for needed in pathlib.Path("/usr/lib/systemd/system").glob("*.target"):
        shutil.copy(needed, units / needed.name, follow_symlinks=True)
    for program in ("usr/bin/gantryd", "usr/libexec/gantry/gantry-channel", "bin/kill"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text("#!/bin/sh\n")
        (root / program).chmod(0o755)


def main():
    folder, wrong = pathlib.Path(sys.argv[1]), 0
    if shutil.which("systemd-analyze") is None:
        print("skipped: systemd-analyze is not here (package systemd)")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        root_with(folder, root)
        for name, instance in UNITS.items():
            status, text = run("systemd-analyze", "verify", f"--root={root}", "--man=no", "--recursive-errors=no", name)
            print(f"verify {name}: {'right' if status == 0 else text}")
            wrong += status != 0
            status, text = run("systemd-analyze", "security", "--offline=true", f"--root={root}",
                               f"--threshold={LIMIT}", "--no-pager", instance if "@" in name else name)
            print(f"security {name}: {text.splitlines()[-1] if text else 'no answer'}")
            wrong += status != 0
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
