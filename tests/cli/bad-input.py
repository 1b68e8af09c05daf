#!/usr/bin/env python3
"""Bad input to any command or file: one clear line that says what and where, exit status 2, nothing changed.
usage: bad-input.py SOURCE-ROOT BUILD-ROOT; prints TAP."""
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE, BUILD = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
PROGRAMS = {
    "gantryd": BUILD / "appliance/supervisor/gantryd",
    "gantryctl": BUILD / "appliance/ctl/gantryctl",
    "gantry-channel": BUILD / "pipelines/worker/gantry-channel",
    "gantry-probe": BUILD / "pipelines/probe/gantry-probe",
    "gantry-traffic": BUILD / "tests/traffic/gantry-traffic",
    "run": SOURCE / "run",
    "test": SOURCE / "test",
    "image/build": SOURCE / "image/build",
    "image/boot": SOURCE / "image/boot",
}
SETTINGS = """[state]
folder={folder}/state

[workers]
mode=spawn
program={worker}

[inventory]
channels={folder}/channels.csv
"""


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def settings(folder, extra="", channels="id,address\none,udp://127.0.0.1:5000\n"):
    write(folder, "channels.csv", channels)
    return write(folder, "gantry.conf", SETTINGS.format(folder=folder, worker=PROGRAMS["gantry-channel"]) + extra)


def cases(folder):
    """What is run, and words that its one line must hold."""
    def lists(text):
        return ["--check", "--config", settings(folder, channels=text)]
    yield "gantryd", lambda: ["--frobnicate"], ["--frobnicate"]
    yield "gantryd", lambda: ["--config", folder / "missing.conf"], ["missing.conf"]
    yield "gantryd", lambda: ["--config", settings(folder, "\n[http]\nprot=80\n")], ["gantry.conf:", "prot", "port"]
    yield "gantryd", lambda: ["--config", settings(folder, "\n[http]\nport=99999\n")], ["gantry.conf:", "port", "99999"]
    yield "gantryd", lambda: ["--config", settings(folder, "\n[htpp]\nport=80\n")], ["gantry.conf:", "htpp", "http"]
    yield "gantryd", lambda: lists("id,adress\none,udp://127.0.0.1:5000\n"), ["channels.csv:1", "adress", "address"]
    yield "gantryd", lambda: lists("id,address\none,udp://127.0.0.1\n"), ["channels.csv:2", "udp://127.0.0.1"]
    yield "gantryd", lambda: lists("id,address\none,http://a/b\n"), ["channels.csv:2", "http://a/b"]
    yield "gantryd", lambda: lists("id,address\none,udp://127.0.0.1:5000\none,udp://127.0.0.1:5001\n"), ["channels.csv:3", "one"]
    yield "gantryd", lambda: lists("id,address\nOne!,udp://127.0.0.1:5000\n"), ["channels.csv:2", "One!"]
    yield "gantryd", lambda: lists(b"\xff\xfe\x00\x01"), ["channels.csv:"]
    yield "gantryctl", lambda: ["chanel", "list"], ["chanel", "channel"]
    yield "gantryctl", lambda: ["alarm", "ack"], ["ack"]
    yield "gantry-channel", lambda: ["--inputt", "x"], ["inputt"]
    yield "gantry-channel", lambda: ["--input", "../x", "--socket", "s", "--state", folder], ["../x"]
    yield "gantry-probe", lambda: [folder / "nothing.ts"], ["nothing.ts"]
    yield "gantry-probe", lambda: [write(folder, "text.ts", "this is no transport stream\n" * 400)], ["text.ts"]
    yield "gantry-probe", lambda: [write(folder, "empty.ts", "")], ["empty.ts"]
    yield "gantry-traffic", lambda: ["--frobnicate"], ["frobnicate"]
    yield "gantry-traffic", lambda: ["--sources", folder / "none", "--count", "2"], ["none"]
    yield "run", lambda: ["--count", "many"], ["many"]
    yield "run", lambda: ["--port", "0"], ["0"]
    yield "run", lambda: ["--listen", "everywhere"], ["everywhere"]
    yield "run", lambda: ["--channels", folder / "missing.m3u", "--state", folder / "state"], ["missing.m3u"]
    yield "run", lambda: ["--break", "ch-01", "stop", "--state", folder / "state"], ["state"]
    yield "test", lambda: ["--suite", "unti"], ["unti"]
    yield "image/build", lambda: ["--frobnicate"], ["--frobnicate"]
    yield "image/boot", lambda: ["--frobnicate"], ["--frobnicate"]


def judge(name, words, wanted, folder):
    done = subprocess.run([str(PROGRAMS[name]), *map(str, words)], capture_output=True, text=True, timeout=60, check=False,
                          cwd=folder, env={**os.environ, "G_MESSAGES_DEBUG": ""}, stdin=subprocess.DEVNULL)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode != 2:
        return f"exit status {done.returncode}, expected 2; said: {done.stderr.strip()[:300]}"
    if len(lines) != 1:
        return f"{len(lines)} lines on standard error, expected one: {done.stderr.strip()[:400]}"
    missing = [word for word in wanted if word not in lines[0]]
    if missing:
        return f"{missing} is not in: {lines[0]}"
    return "the state folder was made" if (folder / "state").exists() else None


def main():
    good, number = True, 0
    with tempfile.TemporaryDirectory(prefix="gantry-cli-") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        for number, (program, words, wanted) in enumerate(cases(folder), 1):
            arguments = words()
            problem = judge(program, arguments, wanted, folder)
            title = f"{program} {' '.join(str(word).replace(name, 'DIR') for word in arguments)}"
            print(f"{'not ' if problem else ''}ok {number} - {title}" + (f": {problem}" if problem else ""))
            good &= not problem
    print(f"1..{number}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
