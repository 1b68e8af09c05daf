#!/usr/bin/env python3
"""The generator's truth log against what is reported live: every way in which a transport stream can go wrong on its way
is done to an invented stream, and the numbers must agree exactly. Prints TAP, and a table of what was done and seen.
usage: transport.py [--build FOLDER] [--seconds N] [--long] [--list] [NAME...]"""
import argparse
import os
import pathlib
import sys
import time
import traceback

import rig
import transport_cases
from rig import Failure

SETTLE_S = 2.0  # of clean stream before anything is broken: every PID has been seen
TAIL_S = 2.5  # of clean stream afterwards: every gap has been seen
SPARE_S = (6.0, 20.0, 60.0)  # for the probes to start in; where that is too little, they begin anew with more
STALL_MS = 150  # longer pauses of the generator are told beside a failure
FIRST_PORT = 23000


def plan_of(cases):
    """Keys of every channel, and the address that its probe listens to."""
    ports, plan, urls = rig.Ports(FIRST_PORT), {}, {}
    for case in cases:
        address, port = ports.take(case.multicast)
        scheme = "rtp" if case.rtp else "udp"
        query = []
        plan[case.name] = dict({"address": f"{scheme}://{address}:{port}"}, **case.keys)
        if case.leg2:
            leg2 = "{}:{}".format(*ports.take(case.multicast))
            plan[case.name]["leg2"] = leg2
            query.append(f"leg2={leg2}")
        if "fec" in case.keys:
            query.append("fec=1")
        if case.second is not None:
            plan[case.name + "-2"] = dict({"address": f"{scheme}://{address}:{port}"}, **case.second)
        urls[case.name] = (f"{scheme}://{address}:{port}" + ("?" + "&".join(query) if query else ""), port)
    return plan, urls


class TooLate(Failure):
    """The probes took too long to start: nothing was measured."""


def run_probed(build, folder, cases, seconds, seed, spare_s):
    """Sends, breaks and probes all cases at once. Returns reports and truth by name."""
    plan, urls = plan_of(cases)
    generator = rig.Generator(build, folder, plan, seed)
    try:
        for case in cases:
            if case.second is not None:
                generator.ask(f"break {case.name}-2 stop 3600")
            for words in case.from_start:
                generator.ask(f"break {case.name} " + words)
        length_s = spare_s + seconds + TAIL_S
        begin = time.monotonic()
        probes = {case.name: rig.Probe(build, urls[case.name][0], length_s) for case in cases}
        rig.wait_for("every probe listens", lambda: all(port in rig.bound_ports() for _, port in urls.values()) or
                     any(probe.process.poll() is not None for probe in probes.values()), 2 * spare_s)
        generator.mark()
        time.sleep(SETTLE_S)
        if time.monotonic() - begin > spare_s:
            for probe in probes.values():
                probe.process.kill()
            raise TooLate(f"the machine is too slow: the probes took more than {spare_s} s to start")
        start = time.monotonic()
        for at_s, request in sorted((request for case in cases for request in case.requests(seconds)), key=lambda pair: pair[0]):
            time.sleep(max(0, start + at_s - time.monotonic()))
            generator.ask(request)
        time.sleep(max(0, begin + length_s - time.monotonic()))
        generator.mark()
        reports = {}
        for name, probe in probes.items():
            try:
                reports[name] = probe.read(length_s + 30)
            except Failure as failure:
                reports[name] = failure
    finally:
        cost = generator.stop()
    print(f"# {cost}")
    return reports, generator


def probed_reports(options, cases, seconds):
    """As run_probed(), anew where the probes started too late."""
    for spare_s in SPARE_S:
        with rig.scratch() as folder:
            try:
                return run_probed(options.build, folder, cases, seconds, options.seed, spare_s)
            except TooLate as failure:
                print(f"# {failure}", flush=True)
    raise Failure("the machine is too slow")


def show(case, figures):
    for figure in figures:
        print(f"# {case.row:>4} {case.name:<14} {figure.what:<38} {str(figure.injected):>12} {str(figure.measured):>12} "
              f"{figure.difference():>8}  {figure.verdict()}")


def judge(number, case, report, generator):
    """One line of TAP; the figures before it."""
    try:
        if isinstance(report, Failure):
            raise report
        figures = case.check(case, report, generator)
        show(case, figures)
        wrong = [figure for figure in figures if not figure.good()]
        if wrong:
            if generator.marks and not case.from_start and generator.stood_still_ms(case.name) > STALL_MS:
                print(f"# the generator itself stood still for {generator.stood_still_ms(case.name):.0f} ms: the machine is too slow")
            raise Failure("; ".join(f"{figure.what}: {figure.injected} expected, {figure.verdict()} ({figure.measured})"
                                    for figure in wrong))
        print(f"ok {number} - row {case.row}: {case.title}", flush=True)
        return True
    except Exception as error:  # pylint: disable=broad-except; a check may fail in any way
        if not isinstance(error, Failure):
            print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()[-5:]))
        print(f"not ok {number} - row {case.row}: {case.title}: {str(error)[:600]}", flush=True)
        return False


def in_own_network(mtu):
    """Starts this program anew in a network of its own, whose loopback interface has a small MTU: datagrams are cut into
    fragments. Does not return."""
    words = [word for i, word in enumerate(sys.argv) if word != "--mtu" and sys.argv[i - 1] != "--mtu"]
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    prepare = f"ip link set lo mtu {mtu} && ip link set lo up && exec \"$@\""
    os.execvpe(unshare[0], [*unshare, "sh", "-c", prepare, "sh", sys.executable, *words], dict(os.environ, **{rig.OWN_NETWORK: "1"}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=rig.ROOT / "build", help="build folder (./build)")
    parser.add_argument("--seconds", type=float, default=14, help="how long things are broken (14)")
    parser.add_argument("--long", action="store_true", help="also what needs many packets, for at least 60 s")
    parser.add_argument("--seed", type=int, default=1, help="of the generator's dice")
    parser.add_argument("--mtu", type=int, help="in a network of its own with this MTU: datagrams come in fragments")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", help="parts of the names of cases to run; all")
    options = parser.parse_args()
    if options.mtu is not None:
        in_own_network(options.mtu)
    rig.in_own_network()
    seconds = max(60, options.seconds) if options.long else options.seconds
    cases = [case for case in transport_cases.cases(options.long)
             if not options.names or any(name in case.name for name in options.names)]
    if options.list:
        print("\n".join(f"{case.name}: {case.title}" for case in cases))
        return 0
    probed = [case for case in cases if not case.worker]
    watched = [case for case in cases if case.worker]
    print(f"1..{len(cases)}", flush=True)
    print(f"# {'row':>4} {'stream':<14} {'figure':<38} {'truth':>12} {'reported':>12} {'error':>8}  verdict")
    good, number = True, 0
    if probed:
        reports, generator = probed_reports(options, probed, seconds)
        for number, case in enumerate(probed, 1):
            good &= judge(number, case, reports[case.name], generator)
    if watched:
        with rig.scratch() as folder:
            workers, generator = transport_cases.run_watched(options.build, folder, watched)
            for number, case in enumerate(watched, number + 1):
                good &= judge(number, case, workers[case.name], generator)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
