"""./run: installs, builds and starts Gantry on this machine, and prints the link to the wall. See --help."""
import argparse
import contextlib
import ipaddress
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import api
import box as boxes
import check as checks
import prepare
from words import Broken, Refused, nearest, say

FOUND_LIMIT_S = 5
STARTING_LIMIT_S = 8  # for rows of which nothing at all is known after that
HELP = """
Without arguments: sixty invented channels on loopback, a private MariaDB and Redis, gantryd and its workers, and one link
that logs in. Ctrl-C ends all of it; the next start keeps the history.

  ./run --channels my.m3u --interface eth1    watches your own channels instead
  ./run --break ch-07 black 20                breaks a channel of the running one for 20 s; kinds: stop, loss, burst,
                                              duplicate, reorder, corrupt, pid-missing, pcr-jump, black, freeze, silence;
                                              figures such as rate=0.05 may follow; without seconds until --mend
  ./run --check                               tries the whole path and prints one JSON object

CSV: id,name,short_name,group,address,interface,service_id,profile,commissioned,enabled (only address is needed). M3U: #EXTINF with
tvg-id and group-title. Addresses: udp://239.1.2.3:5000, rtp://..., udp://SOURCE@GROUP:PORT for source-specific multicast.
Logs are in STATE/logs. Exit status: 0 ended as asked, 1 something failed, 2 wrong argument or file.
"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown != message:
            known = [word for action in self._actions for word in action.option_strings if word.startswith("--")]
            raise Refused(f"unknown argument {unknown.split()[0]}{nearest(unknown.split()[0], known)} (see --help)")
        raise Refused(f"{message.removeprefix('argument ')} (see --help)")


def port_number(text):
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port: 1 to 65535")
    return int(text)


def channel_count(text):
    if not text.isdigit() or not 1 <= int(text) <= 240:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of channels: 1 to 240")
    return int(text)


def listen_address(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not an IP address, such as 127.0.0.1 or 0.0.0.0") from None


def arguments(words):
    parser = Parser(prog="./run", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, epilog=HELP,
                    usage="./run [--count N | --channels FILE --interface IF] [--port N] [--listen ADDRESS] [--state DIR] [--check]\n"
                          "       ./run --break CHANNEL KIND [SECONDS] [FIGURE=VALUE ...] [--state DIR]\n"
                          "       ./run --mend CHANNEL [--state DIR]", description="Gantry on this machine.")
    parser.add_argument("--channels", metavar="FILE", help="your own channels, CSV or M3U, instead of invented ones")
    parser.add_argument("--interface", metavar="IF", help="network interface of channels that name none")
    parser.add_argument("--count", type=channel_count, metavar="N", help="number of invented channels (60)")
    parser.add_argument("--port", type=port_number, default=8080, metavar="N", help="port of the dashboard (8080)")
    parser.add_argument("--listen", type=listen_address, default="127.0.0.1", metavar="ADDRESS", help="address of the dashboard (127.0.0.1)")
    parser.add_argument("--state", default=str(prepare.ROOT / "state"), metavar="DIR", help="where everything is kept (./state)")
    parser.add_argument("--base-port", type=port_number, metavar="N", help="first UDP port of the invented channels (21000, or the next thousand that is free)")
    parser.add_argument("--worker", metavar="PROGRAM", help="start this for each input instead of gantry-channel, with the same arguments: "
                        "such as a script that adds --record FILE")
    parser.add_argument("--check", action="store_true", help="try the whole path, unattended, and end")
    parser.add_argument("--break", dest="damage", nargs="+", metavar="WORD", help="break a channel of the running one")
    parser.add_argument("--mend", metavar="CHANNEL", help="end what --break began; CHANNEL may be all")
    parser.add_argument("--without-stores", action="store_true",
                        help="start MariaDB and Redis only when STATE/run/start-stores appears: to see that Gantry needs neither")
    options = parser.parse_args(words)
    refuse_contradictions(options)
    options.count = options.count or 60
    if options.base_port is not None and (options.base_port < 1024 or options.base_port + options.count > 65535):
        raise Refused(f"--base-port {options.base_port}: from 1024, and room for {options.count} ports below 65535")
    return options


def refuse_contradictions(options):
    if options.damage and len(options.damage) < 2:
        raise Refused("--break needs a channel and a kind, such as: ./run --break ch-07 black 20")
    if options.channels and options.count:
        raise Refused("--count is for invented channels: leave it out, or leave out --channels")
    if options.channels and options.check:
        raise Refused("--check stops a channel, which only works with invented ones: leave out --channels")
    if options.worker and not (pathlib.Path(options.worker).is_file() and os.access(options.worker, os.X_OK)):
        raise Refused(f"--worker {options.worker}: there is no such program, or it may not be started")
    if options.interface and not options.channels:
        raise Refused("--interface goes with --channels FILE")
    if options.channels and not os.access(options.channels, os.R_OK):
        raise Refused(f"--channels {options.channels}: there is no such file, or it may not be read")
    if options.interface and not pathlib.Path("/sys/class/net", options.interface).exists():
        known = sorted(path.name for path in pathlib.Path("/sys/class/net").iterdir())
        raise Refused(f"--interface {options.interface}: there is no such interface{nearest(options.interface, known)}")


def damage(options):
    """./run --break and --mend, against a running one."""
    state = pathlib.Path(options.state).absolute()
    request = f"mend {options.mend}" if options.mend else "break " + " ".join(options.damage)
    reply = api.traffic(state, request)
    if options.mend:
        say(f"{options.mend}: mended" if reply["ended"] else f"{options.mend}: nothing was broken")
    else:
        channel, kind, *rest = options.damage
        lasting = f"for {rest[0]} s" if rest and "=" not in rest[0] else f"until ./run --mend {channel}"
        say(f"{channel}: {kind} {lasting if kind != 'burst' or 'for' in lasting else 'once'}")


def check_channels(box):
    """Lets gantryd judge the user's list before anything is started."""
    channels = pathlib.Path(box.options.channels).absolute()
    with tempfile.TemporaryDirectory(prefix="gantry-check-") as folder:
        settings = box.write_settings(channels, 9, pathlib.Path(folder) / "gantry.conf")
        done = subprocess.run([str(prepare.BUILD / "appliance/supervisor/gantryd"), "--config", str(settings), "--check"],
                              capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(done.stderr.strip().removeprefix("gantryd: ") or f"{channels} cannot be used")
    return channels


def report_rows(box):
    """Says for each of the user's rows what was found on the wire, within 5 s. A row on which nothing is found is given
    all of them."""
    ids = prepare.wait_for("gantryd knows its channels", lambda: [
        channel["id"] for channel in api.ask(box.state, "GET", "/api/v1/channels")["items"]], 10)
    began, waiting = time.monotonic(), dict.fromkeys(ids)
    say(f"What was found for the {len(ids)} channels of {box.options.channels}:")
    while waiting:
        box.tend()
        last = time.monotonic() > began + STARTING_LIMIT_S
        late = time.monotonic() > began + FOUND_LIMIT_S - 0.3
        for channel_id in list(waiting):
            with contextlib.suppress(OSError, ValueError, KeyError):
                row = api.ask(box.state, "GET", f"/api/v1/channels/{channel_id}")
                finding = row["wire"]["finding"]
                if last or finding not in ("starting", "nothing-on-wire") or (late and finding != "starting"):
                    del waiting[channel_id]
                    say(f"  {row['name'][:28]:28} {row['address'][:40]:40} {row['wire']['text'] or row['wire']['finding']}")
        if last:
            for channel_id in waiting:
                say(f"  {channel_id}: gantryd does not answer for it")
            return
        time.sleep(0.2)


def start(box):
    options = box.options
    prepare.packages()
    prepare.build()
    channels = check_channels(box) if options.channels else None
    sources = None if options.channels else prepare.sources()
    box.make_folders()
    prepare.receive_buffers()
    if not options.without_stores:
        box.start_stores()
    box.start_receiver()
    if channels is None:
        channels = box.start_traffic(sources)
    began_s = time.monotonic()
    box.start_gantryd(channels)
    if ipaddress.ip_address(options.listen).is_loopback is False:
        say(f"The dashboard listens on {options.listen} without TLS: anyone who can reach it can read what is typed.")
    say(f"\nGantry is running. This link logs in (once):\n\n  {box.link()}\n\nCtrl-C ends everything. State and logs: {box.state}\n")
    if options.channels:
        report_rows(box)
    return began_s


def serve(options):
    box = boxes.Box(options)
    box.check_place()
    stop = []

    def on_signal(number, _frame):
        if not stop:
            stop.append(number)
            raise KeyboardInterrupt
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        began_s = start(box)
        if options.check:
            checks.check(box, began_s)
        else:
            boxes.loop(box, lambda: False)
    except KeyboardInterrupt:
        say("\nEnding.")
    finally:
        stop.append(0)
        box.end()
    if not options.check and stop[0] != 0:
        say("All processes are ended; the history is kept.")
    return 1 if options.check and stop[0] != 0 else 0


def main():
    try:
        options = arguments(sys.argv[1:])
        if options.damage or options.mend:
            damage(options)
            return 0
        return serve(options)
    except Refused as refusal:
        print(f"run: {refusal}", file=sys.stderr)
        return 2
    except Broken as broken:
        print(f"run: {broken}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
