"""What has to be there before Gantry can start: Debian packages, programs, sources of the traffic, receive buffers."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from words import Broken, Progress, Refused, say

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
TARGETS = ("appliance/supervisor/gantryd", "pipelines/worker/gantry-channel", "tests/traffic/gantry-traffic",
           "appliance/ctl/gantryctl", "pipelines/probe/gantry-probe")
RMEM_WANTED = 8 << 20
RMEM_FILE = pathlib.Path("/proc/sys/net/core/rmem_max")


def cache_folder():
    """Where encoded sources are kept, beside any checkout: $GANTRY_CACHE, or ~/.cache/gantry."""
    given = os.environ.get("GANTRY_CACHE")
    base = pathlib.Path(given) if given else pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "gantry"
    return base.absolute()


def packages():
    """Installs what is missing; says what and why. Nothing to do takes a tenth of a second."""
    if not pathlib.Path("/etc/debian_version").exists():
        raise Refused("this is not Debian: ./run installs Debian packages; install those of image/packages/*.txt by hand on other systems")
    with tempfile.TemporaryDirectory(prefix="gantry-apt-") as folder:
        fifo = pathlib.Path(folder) / "progress"
        os.mkfifo(fifo, 0o600)
        end = os.open(fifo, os.O_RDWR)  # held open, so that neither side waits for the other
        watcher = threading.Thread(target=show_apt, args=(fifo,), daemon=True)
        watcher.start()
        done = subprocess.run([str(ROOT / "image/packages/install-missing"), "build", "run"], check=False,
                              env={**os.environ, "GANTRY_APT_STATUS": str(fifo)})
        os.write(end, b"end\n")
        watcher.join(2)
        os.close(end)
    if done.returncode != 0:
        raise Refused("the Debian packages that Gantry needs are not all there")


def show_apt(fifo):
    """apt's own account of its progress: dlstatus and pmstatus lines with a percentage. Fetching is taken as half."""
    progress = None
    with open(fifo, errors="replace", encoding="utf-8") as lines:
        for line in iter(lines.readline, "end\n"):
            words = line.rstrip().split(":")
            if len(words) < 4 or words[0] not in ("dlstatus", "pmstatus"):
                continue
            progress = progress or Progress("Packages")
            try:
                share = float(words[2]) / 200 + (0.5 if words[0] == "pmstatus" else 0)
            except ValueError:
                continue
            progress.show(share, words[3].strip()[:40])
    if progress is not None:
        progress.done()


def follow(command, title, pattern, what=lambda match: ""):
    """Runs a command whose lines tell N of M; returns its last lines if it fails, else None."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=ROOT)
    progress, kept, shown = Progress(title), [], False
    try:
        for line in process.stdout:
            kept = [*kept[-40:], line.rstrip()]
            match = pattern.search(line)
            if match:
                done, total = int(match.group(1)), int(match.group(2))
                shown = True
                progress.show(done / max(total, 1), what(match))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.wait() != 0:
        return kept
    if shown:
        progress.done()
    return None


def build():
    """Configures once, builds what has changed."""
    if shutil.which("meson") is None:
        raise Broken("meson is not there, though its package is: is /usr/bin on the PATH?")
    if not (BUILD / "build.ninja").exists():
        say("Configuring the build (once).")
        done = subprocess.run(["meson", "setup", str(BUILD)], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Broken("the build cannot be configured:\n" + "\n".join(done.stdout.splitlines()[-12:]))
    manifest = (BUILD / "build.ninja").read_text(errors="replace")
    wanted = [target for target in TARGETS if f"\nbuild {target}:" in manifest]
    failed = follow(["ninja", "-C", str(BUILD), *wanted], "Building", re.compile(r"^\[(\d+)/(\d+)\] (.*)"),
                    lambda match: match.group(3).split(" ")[-1][-40:])
    if failed is not None:
        raise Broken("the build failed:\n" + "\n".join(failed[-25:]))
    missing = [target for target in TARGETS[:3] if not (BUILD / target).exists()]
    if missing:
        raise Broken(f"the build made no {', '.join(missing)}")


def sources():
    """Encodes the traffic's sources, once a machine."""
    folder = cache_folder() / "sources"
    failed = follow([sys.executable, str(ROOT / "tests/traffic/make-sources"), str(folder)], "Encoding test channels (once a machine)",
                    re.compile(r"(\d+) of (\d+) \((\w+)"), lambda match: match.group(3))
    if failed is not None:
        raise Broken("the traffic's sources could not be encoded:\n" + "\n".join(failed[-5:]))
    return folder


def free_ports(count):
    """The first UDP port of a free run of them: 21000, or the next thousand."""
    for first in range(21000, 60000, 1000):
        probes = []
        try:
            for port in range(first, first + count):
                probes.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                probes[-1].bind(("", port))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise Refused("no free UDP ports for the invented channels from 21000 on: name some with --base-port")


def receive_buffers():
    """Raises net.core.rmem_max where that is allowed, and says so."""
    try:
        now = int(RMEM_FILE.read_text())
    except (OSError, ValueError):
        return
    if now >= RMEM_WANTED:
        return
    try:
        RMEM_FILE.write_text(str(RMEM_WANTED))
    except OSError:
        allowed = subprocess.run(["sudo", "-n", "sysctl", "-q", "-w", f"net.core.rmem_max={RMEM_WANTED}"], capture_output=True,
                                 check=False).returncode == 0 if shutil.which("sudo") else False
        if not allowed:
            say(f"Receive buffers stay at {now >> 10} KiB; bursts may be lost by this machine. Better, as root:\n"
                f"  sysctl -w net.core.rmem_max={RMEM_WANTED}")
            return
    say(f"Raised net.core.rmem_max from {now >> 10} KiB to {RMEM_WANTED >> 10} KiB, so that bursts are not lost by this machine.")


def wait_for(what, condition, limit_s, every_s=0.1):
    """Waits for a true value; returns it. Raises Broken with the last thing seen."""
    until, last = time.monotonic() + limit_s, None
    while time.monotonic() < until:
        try:
            value = condition()
            if value:
                return value
        except (OSError, ValueError, KeyError) as error:
            last = error
        time.sleep(every_s)
    raise Broken(f"{what}: not within {limit_s} s{f' ({last})' if last else ''}")
