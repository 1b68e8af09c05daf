"""The ways in which a transport stream goes wrong on its way, and what must be reported of each. The rows are those of the
table of faults; the demands are exact."""
import concurrent.futures
import os
import signal
import time

import rig
from rig import Failure

PAT, SDT, PMT, VIDEO, AUDIO, NULL = 0, 0x11, 0x100, 0x101, 0x102, 0x1fff
FIRST_SERVICE = 1001  # of the first channel of a plan; the next ones' follow
LATE_LIMIT_S = 1.0  # from a fault of the tables to its state: 0.5 s of the standard, and half a second to look
STOPPED_S = 0.3


class Figure:
    """One number that was injected and the same number as it was reported."""
    def __init__(self, what, injected, measured, good=None):
        self.what, self.injected, self.measured = what, injected, measured
        self.met = injected == measured if good is None else good

    def good(self):
        return self.measured is not None and self.met

    def verdict(self):
        if self.measured is None:
            return "not reported"
        return "ok" if self.met else "WRONG"

    def difference(self):
        if not isinstance(self.injected, (int, float)) or not isinstance(self.measured, (int, float)) or \
                isinstance(self.injected, bool):
            return ""
        if self.injected == self.measured:
            return "0 %"
        return f"{(self.measured - self.injected) * 100 / self.injected:+.2f} %" if self.injected else "inf"


class Case:
    def __init__(self, name, row, title, check, **more):
        self.name, self.row, self.title, self.check = name, row, title, check
        self.rtp = more.pop("rtp", False)
        self.multicast = more.pop("multicast", False)
        self.leg2 = more.pop("leg2", False)
        self.second = more.pop("second", None)  # keys of a second sender to the same address
        self.worker = more.pop("worker", None)  # steps with a worker instead of a probe
        self.from_start = more.pop("from_start", [])  # broken all the time
        self.broken = more.pop("broken", [])  # (from share, to share of the time, words)
        self.keys = dict({"rate_kbps": 4000}, **more)

    def requests(self, seconds):
        """(when, request) of all that is broken; a second sender begins to send."""
        found = []
        for begin, end, words in self.broken:
            kind, *figures = words.split()
            found.append((begin * seconds, f"break {self.name} {kind} {(end - begin) * seconds:.2f} {' '.join(figures)}"))
        if self.second is not None:
            found.append((0.3 * seconds, f"mend {self.name}-2"))
        return found


# ---- reading reports

def value(report, path):
    """What stands at the path (a.0.c) of keys and numbers; None if it is not there."""
    at = report
    for key in path.split("."):
        if isinstance(at, list):
            at = at[int(key)] if int(key) < len(at) else None
        elif isinstance(at, dict):
            at = at.get(key)
        if at is None:
            return None
    return at


def indicator(report, number):
    found = report["tr101290"].get(number)
    return found["count"] if isinstance(found, dict) else found


def pid_sum(report, key):
    return sum(pid.get(key, 0) for number, pid in report["pids"].items() if int(number) != NULL)


def events_of(report, *kinds):
    """How many events there are of these kinds; None when there is no list of events."""
    events = report.get("events")
    return None if events is None else len([event for event in events if event["kind"] in kinds])


def quiet(report, allowed=(), events=()):
    """Indicators of TR 101 290 that counted, and events that were told, although nothing of the kind was done."""
    loud = {number: indicator(report, number) for number in report["tr101290"]
            if number not in allowed and indicator(report, number)}
    told = [event["kind"] for event in report.get("events", []) if event["kind"] not in events]
    return [Figure("TR 101 290 indicators, others", {}, loud), Figure("events, others", [], told)]


def continuity(report, truth):
    """Gaps and packets missing, in all and on every PID, as an ideal receiver counts them."""
    ideal = truth["ideal"]
    wrong = {}
    for number, pid in ideal["pids"].items():
        seen = report["pids"].get(number, {})
        if int(number) != NULL and (seen.get("cc_errors", 0), seen.get("cc_missing", 0)) != (pid["cc_events"], pid["cc_missing"]):
            wrong[number] = (seen.get("cc_errors"), seen.get("cc_missing"), pid["cc_events"], pid["cc_missing"])
    return [Figure("continuity events", ideal["cc_events"], pid_sum(report, "cc_errors")),
            Figure("packets missing (modulo 16 a gap)", ideal["cc_missing"], pid_sum(report, "cc_missing")),
            Figure("PIDs that differ", {}, wrong),
            Figure("indicator 1.4", ideal["cc_events"], indicator(report, "1.4"))]


def sound(report):
    """No loss of the probe's own, no loss of synchronisation."""
    return [Figure("synchronisation losses", 0, report["sync_losses"]),
            Figure("dropped by the probe", 0, value(report, "network.own_drops"))]


def rtp(report, **expected):
    """Counters of RTP."""
    return [Figure(f"RTP {name}", count, value(report, f"rtp.{name}")) for name, count in expected.items()]


# ---- checks: (case, report, generator) to figures

def check_clean(case, report, generator):
    truth = generator.truth[case.name]
    figures = sound(report) + continuity(report, truth) + quiet(report) + [Figure("duplicates", 0, pid_sum(report, "duplicates"))]
    if case.rtp:
        figures += rtp(report, lost=0, reordered=0, duplicates=0, restarts=0, malformed=0)
    return figures


def check_loss(case, report, generator):
    truth = generator.truth[case.name]
    if truth["lost"] == 0:
        raise Failure("the dice lost nothing: choose another --seed")
    print(f"#      {case.name}: {truth['lost']} of {truth['made']} datagrams lost in {truth['bursts']} bursts, "
          f"{truth['ideal']['lost']} packets of streams and tables")
    figures = sound(report) + continuity(report, truth)
    figures += [Figure("duplicates", 0, pid_sum(report, "duplicates")), Figure("damaged packets", 0, pid_sum(report, "tei"))]
    if case.rtp:
        figures += rtp(report, lost=truth["lost"], reordered=0, duplicates=0, restarts=0)
    return figures


def check_reorder(case, report, generator):
    truth = generator.truth[case.name]
    if case.rtp:
        return sound(report) + continuity(report, truth) + quiet(report) + \
            rtp(report, lost=0, reordered=truth["reordered"], duplicates=0, restarts=0)
    # Without sequence numbers every overtaken datagram is seen as gaps, as the packets come.
    return sound(report) + [Figure("datagrams overtaken", True, truth["reordered"] > 0),
                            Figure("continuity events, as they come", truth["wire"]["cc_events"], pid_sum(report, "cc_errors"))]


def check_duplicate(case, report, generator):
    truth = generator.truth[case.name]
    figures = sound(report) + continuity(report, truth) + quiet(report)
    if case.rtp:
        return figures + rtp(report, lost=0, reordered=0, duplicates=truth["duplicated"], restarts=0)
    # Without sequence numbers two datagrams of null packets are alike and right.
    return figures + [Figure("datagrams that came twice", truth["duplicated_full"],
                             value(report, "network.legs.0.duplicates"))]


def check_jitter(case, report, generator):
    truth = generator.truth[case.name]
    figures = sound(report) + continuity(report, truth) + quiet(report)
    if case.rtp:
        figures += rtp(report, lost=0, reordered=0, duplicates=0, restarts=0)
    p99_ms, limits = p99_sent(generator, case.name), p99_bin(value(report, "network.legs.0.inter_arrival.histogram"))
    figures.append(Figure("bin of the 99th percentile, ms", p99_ms, None if limits is None else f"{limits[0]:g} to {limits[1]:g}",
                          limits is not None and limits[0] - 1 <= p99_ms <= limits[1]))
    return figures


def p99_sent(generator, name):
    """The 99th percentile of the times between datagrams as they left while the probe listened, ms."""
    before, after = (mark[name]["iat"]["bins"] for mark in generator.marks)
    bins = {int(ms): count - before.get(ms, 0) for ms, count in after.items()}
    wanted, counted = 0.99 * sum(bins.values()), 0
    for ms in sorted(bins):
        counted += bins[ms]
        if counted >= wanted:
            return ms
    raise Failure(f"{name}: nothing was sent")


def p99_bin(bins):
    """Limits of the bin with the 99th percentile, ms; None without bins."""
    wanted, counted, low = 0.99 * sum(entry["count"] for entry in bins or []), 0, 0
    for entry in bins or []:
        counted += entry["count"]
        high = float("inf") if entry["below_ms"] is None else entry["below_ms"]
        if counted >= wanted:
            return low, high
        low = high
    return None


def check_format(case, report, generator):
    truth = generator.truth[case.name]
    size = int(case.keys.get("packet_size", 188))
    figures = sound(report) + continuity(report, truth) + quiet(report)
    figures += [Figure("packet size", size, report["packet_size"]), Figure("bytes skipped", 4 if size == 192 else 0, report["bytes_skipped"]),
                Figure("services", int(case.keys.get("services", 1)), len(report["services"]))]
    return figures + (rtp(report, lost=0, malformed=0, restarts=0) if case.rtp else [])


def check_second_source(case, report, generator):
    senders = value(report, "network.legs.0.senders")
    named = None if senders is None else sorted({sender["address"].split(":")[0] for sender in senders})
    truth = generator.truth[case.name + "-2"]
    return [Figure("senders named", ["127.0.0.2", "127.0.0.3"], named),
            Figure("datagrams of the second", True, truth["sent"] > 0)]


def check_pmt_version(case, report, generator):
    return sound(report) + quiet(report, events=("version-only",)) + \
        [Figure("events of a version alone", 1, events_of(report, "version-only")),
         Figure("components", 2, len(report["services"][0]["components"]))]


def check_pmt_content(case, report, generator):
    flagged = events_of(report, "content-only")
    return sound(report) + quiet(report, ("1.6", "3.4", "3.4.a"), ("content-only", "component-added", "component-removed")) + \
        [Figure("content without version, flagged", True, None if flagged is None else flagged > 0)]


def check_pmt_change(case, report, generator):
    kinds = ("component-added", "component-removed")
    return sound(report) + quiet(report, ("1.6", "3.4", "3.4.a"), kinds) + \
        [Figure(f"events {kind}", 1, events_of(report, kind)) for kind in kinds]


def check_quiet(case, report, generator):
    truth = generator.truth[case.name]
    figures = sound(report) + continuity(report, truth) + quiet(report)
    return figures + (rtp(report, lost=0, reordered=0, duplicates=0, restarts=0) if case.rtp else [])


def check_pat_gone(case, report, generator):
    count = indicator(report, "1.3.a")
    return sound(report) + [Figure("indicator 1.3.a", True, None if count is None else count > 0)] + \
        quiet(report, ("1.3", "1.3.a"))


def check_unlisted(case, report, generator):
    kinds = ("service-removed", "service-added")
    return sound(report) + quiet(report, ("3.4", "3.4.a"), kinds) + [Figure(f"events {kind}", 1, events_of(report, kind)) for kind in kinds]


def check_moved(case, report, generator):
    return sound(report) + quiet(report, events=("pmt-moved",)) + [Figure("events pmt-moved", 2, events_of(report, "pmt-moved")),
                                                                  Figure("services", 1, len(report["services"]))]


def check_jump(case, report, generator):
    flagged = "flag=1" in case.broken[0][2]
    return sound(report) + [Figure("indicator 2.3.b", 0 if flagged else 2, indicator(report, "2.3.b"))] + \
        quiet(report, ("2.3", "2.3.b"))


def check_ssrc(case, report, generator):
    truth = generator.truth[case.name]
    return sound(report) + continuity(report, truth) + quiet(report) + rtp(report, lost=0, reordered=0, duplicates=0) + \
        [Figure("changes of the RTP source", 1, value(report, "rtp.ssrc.changes"))]


def check_fec(case, report, generator):
    truth = generator.truth[case.name]
    recovered, unrecovered = truth["fec"]["recovered"], truth["fec"]["lost"] - truth["fec"]["recovered"]
    if truth["fec"]["lost"] == 0:
        raise Failure("the dice lost nothing: choose another --seed")
    return sound(report) + [Figure("datagrams that FEC gave back", recovered, value(report, "network.fec.recovered")),
                            Figure("datagrams lost for good", unrecovered, value(report, "network.fec.unrecovered")),
                            Figure("RTP lost after repair", unrecovered, value(report, "network.lost_after_repair"))]


def check_legs(case, report, generator):
    truth = generator.truth[case.name]
    return sound(report) + continuity(report, truth) + \
        [Figure("lost on leg 1", truth["lost"], value(report, "network.legs.0.rtp.lost")),
         Figure("lost on leg 2", truth["leg2_lost"], value(report, "network.legs.1.rtp.lost")),
         Figure("lost on both", truth["both_lost"], value(report, "network.lost_after_repair"))]


def check_header(case, report, generator):
    truth = generator.truth[case.name]
    which = "ttl" if case.broken[0][2].startswith("ttl") else "dscp"
    return sound(report) + continuity(report, truth) + quiet(report) + \
        [Figure(f"changes of the {which}", 2, value(report, f"network.legs.0.{which}.changes"))]


def packets_of(generator, name, kind):
    return sum(line["packets"] for line in generator.lines
               if (line["channel"], line["kind"], line["phase"]) == (name, kind, "end"))


def check_count(case, report, generator):
    """What the generator marked on packets or sections is counted one by one."""
    kind = case.broken[0][2].split()[0]
    number = {"tei": "2.1", "crc": "2.2", "sync-byte": "1.2"}.get(kind)
    injected = packets_of(generator, case.name, kind)
    figures = sound(report) + [Figure("injected at all", True, injected > 0)]
    if number is not None:
        figures.append(Figure(f"indicator {number}", injected, indicator(report, number)))
    if kind == "scrambled":
        figures.append(Figure("scrambled packets", injected, pid_sum(report, "scrambled")))
    if kind == "tei":
        figures += [Figure("packets marked", injected, sum(pid["tei"] for pid in report["pids"].values())),
                    Figure("continuity events", 0, pid_sum(report, "cc_errors"))]
    return figures


# ---- the table

def losses(long):
    rates = [("001", 0.0001, 60000, 4), ("01", 0.001, 20000, 4), ("1", 0.01, 8000, 1), ("10", 0.1, 4000, 1)]
    return [Case(f"loss-{name}-{'rtp' if is_rtp else 'udp'}", 15, f"{rate * 100:g} % loss in bursts of 5 on {'RTP' if is_rtp else 'UDP'} is counted exactly",
                 check_loss, rtp=is_rtp, multicast=is_rtp, rate_kbps=kbps, services=services,
                 broken=[(0, 1, f"loss rate={rate} burst=5")])
            for is_rtp in (False, True) for name, rate, kbps, services in rates if long or rate > 0.0001]


def jumps():
    return [Case(f"jump{ms // 1000:+d}{'-said' if flag else ''}", 34,
                 f"a clock that jumps by {ms // 1000:+d} s {'and says so is no error' if flag else 'is one error each time'}",
                 check_jump, rate_kbps=2000, broken=[(0.2, 0.6, f"pcr-jump ms={ms} flag={flag}")])
            for ms in (1000, -1000, 3600000, -3600000) for flag in (0, 1)]


def formats():
    rows = [("7-udp", {}, False), ("7-rtp", {}, True), ("1-udp", {"packets": 1}, False), ("1-rtp", {"packets": 1}, True),
            ("3-udp", {"packets": 3}, False), ("204-udp", {"packet_size": 204}, False), ("204-rtp", {"packet_size": 204}, True),
            ("192-udp", {"packet_size": 192}, False), ("mpts", {"services": 4, "rate_kbps": 12000}, False)]
    return [Case(f"format-{name}", 22, f"packets as {name} are read without an error", check_format, rtp=is_rtp, **keys)
            for name, keys, is_rtp in rows]


def network():
    swap, twice, shake = "reorder rate=0.01", "duplicate rate=0.01", "delay 3600 ms=50 jitter_ms=40"
    return [
        Case("clean-udp", "-", "of a clean stream nothing is said", check_clean, multicast=True),
        Case("clean-rtp", "-", "of a clean RTP stream nothing is said", check_clean, rtp=True),
        Case("reorder-rtp", 16, "overtaken datagrams are put in order and counted", check_reorder, rtp=True, rate_kbps=8000,
             broken=[(0, 1, swap)]),
        Case("reorder-udp", 16, "overtaken datagrams without numbers are seen as they come", check_reorder, rate_kbps=8000,
             broken=[(0, 1, swap)]),
        Case("twice-rtp", 16, "datagrams that come twice are no loss", check_duplicate, rtp=True, rate_kbps=8000,
             broken=[(0, 1, twice)]),
        Case("twice-udp", 16, "datagrams that come twice are no loss without numbers, too", check_duplicate, rate_kbps=8000,
             broken=[(0, 1, twice)]),
        Case("jitter-udp", 17, "50 ms more or less 40 alarm nobody", check_jitter, from_start=[shake]),
        Case("jitter-rtp", 17, "50 ms more or less 40 alarm nobody on RTP", check_jitter, rtp=True, from_start=[shake]),
        Case("second-udp", 21, "a second sender is named", check_second_source, multicast=True, source="127.0.0.2",
             second={"source": "127.0.0.3", "rate_kbps": 4000}),
        Case("second-rtp", 21, "a second RTP sender is named", check_second_source, multicast=True, rtp=True, source="127.0.0.2",
             second={"source": "127.0.0.3", "rate_kbps": 4000}),
        Case("wrap-clock", 33, "clock and stamps wrap and nobody notices", check_quiet, wrap_in_s=9),
        Case("wrap-rtp", 35, "RTP numbers and stamps wrap and nobody notices", check_quiet, rtp=True, rtp_wrap_in_s=9),
        Case("ssrc", 35, "another RTP source is one piece of news and no error", check_ssrc, rtp=True,
             broken=[(0.4, 9, "ssrc")]),
        Case("fec-column", "-", "column FEC gives back what it can", check_fec, rtp=True, fec="5x10", rate_kbps=8000,
             broken=[(0, 1, "loss rate=0.005 burst=3")]),
        Case("fec-row", "-", "row and column FEC give back what they can", check_fec, rtp=True, fec="10x10", fec_with_rows=1,
             rate_kbps=8000, broken=[(0, 1, "loss rate=0.02 burst=1")]),
        Case("legs", "-", "two legs: what one loses, the other has", check_legs, rtp=True, leg2=True, rate_kbps=8000,
             broken=[(0, 1, "loss rate=0.02 burst=2"), (0, 1, "leg2-loss rate=0.02"), (0, 1, "leg2-delay ms=20")]),
        Case("ttl", "-", "a TTL that changes is told", check_header, broken=[(0.3, 0.6, "ttl value=5")]),
        Case("dscp", "-", "a DSCP that changes is told", check_header, rtp=True, broken=[(0.3, 0.6, "tos value=136")]),
    ]


def tables():
    return [
        Case("pmt-version", 28, "a PMT of another version and the same content is no event", check_pmt_version,
             broken=[(0.2, 0.6, "pmt-version")]),
        Case("pmt-content", 28, "a PMT of another content and the same version is flagged", check_pmt_content,
             broken=[(0.2, 0.6, "pmt-entry version=0")]),
        Case("pmt-change", 28, "a component that comes and goes is told", check_pmt_change,
             broken=[(0.2, 0.6, "pmt-entry version=1")]),
        Case("pmt-38ms", 27, "a PMT each 38 ms is no error", check_quiet, broken=[(0.1, 0.9, "pmt-repeat every_ms=38")]),
        Case("pat-gone", 29, "a PAT that is gone is an error", check_pat_gone, broken=[(0.2, 0.5, "pid-missing pid=pat")]),
        Case("unlisted", 29, "a programme that leaves the PAT is told", check_unlisted, services=2, rate_kbps=8000,
             broken=[(0.2, 0.6, "unlisted service=2")]),
        Case("pmt-moved", 29, "a PMT that moves to another PID is followed", check_moved,
             broken=[(0.2, 0.6, "pmt-moved pid=0x1f0")]),
        Case("tei", "-", "packets that say they are damaged are counted", check_count, broken=[(0, 1, "tei rate=0.002")]),
        Case("crc", "-", "sections with a wrong CRC are counted", check_count, broken=[(0.2, 0.5, "crc pid=pmt")]),
        Case("scrambled", "-", "scrambled packets are counted", check_count, broken=[(0.2, 0.5, "scrambled pid=audio")]),
        Case("sync-byte", "-", "wrong sync bytes are counted", check_count, broken=[(0, 1, "sync-byte rate=0.0005")]),
    ]


# ---- with the worker

def watch_own_drop(case, worker, generator):
    """Everything sent is either received or counted as lost by the box itself."""
    case.worker["before"] = next(channel["truth"]["sent"] for channel in generator.ask("status")["channels"]
                                 if channel["id"] == case.name)
    generator.ask(f"mend {case.name}")
    time.sleep(3)
    os.kill(worker.process.pid, signal.SIGSTOP)
    time.sleep(STOPPED_S)
    os.kill(worker.process.pid, signal.SIGCONT)
    time.sleep(4)
    generator.ask(f"break {case.name} stop 3600")
    time.sleep(2.5)


def check_own_drop(case, worker, generator):
    truth = generator.truth[case.name]
    received, dropped = worker.metric("input_datagrams"), worker.metric("own_drops")
    alarms = [edge for edge in worker.edges("continuity") if edge[1]]
    causes = [words for _, words in worker.said() if words.startswith("evidence")]
    total = None if received is None or dropped is None else int(received + dropped)
    return [Figure("dropped by this box", True, dropped is not None and dropped > 0),
            Figure("datagrams received and dropped", truth["sent"] - case.worker["before"], total),
            Figure("RTP numbers that the network lost", 0, worker.metric("rtp_lost")),
            Figure("continuity states of the channel", 0, len(alarms)),
            Figure("continuity errors of the channel", 0, worker.metric("ts_continuity_errors")),
            Figure("cause named", "monitor", "monitor" if any("(monitor)" in words for words in causes) else None),
            Figure("other causes named", 0, len([words for words in causes if "(monitor)" not in words]))]


def watch_breaks(case, worker, generator):
    """Four seconds in order, some in which something is broken, three in order."""
    generator.ask(f"mend {case.name}")
    time.sleep(4)
    generator.ask(f"break {case.name} {case.worker['words']}")
    time.sleep(case.worker.get("lasts", 4))
    generator.ask(f"mend {case.name}")
    time.sleep(3)


def watch_second(case, worker, generator):
    """A second sender comes and goes."""
    generator.ask(f"mend {case.name}")
    time.sleep(4)
    generator.ask(f"mend {case.name}-2")
    time.sleep(4)
    generator.ask(f"break {case.name}-2 stop 3600")
    time.sleep(2)


def check_second_told(case, worker, generator):
    told = [words for _, words in worker.said() if "127.0.0.3" in words]
    print("\n".join(f"#      {words[:200]}" for words in told[:3]))
    return [Figure("told, with both addresses", True, any("127.0.0.2" in words for words in told) or None)]


def raised_states(worker, after_s):
    """Faults whose state was set after @after_s."""
    return sorted({words.split()[2][1:] for at_s, words in worker.said() if at_s > after_s and
                   words.startswith("edge") and words.split()[2].startswith("!")})


def check_states(case, worker, generator):
    """Which states are set, how soon, and no others; fault None: none is."""
    start_s = generator.times(case.name, case.worker["words"].split()[0], "start")[0]
    fault = case.worker["fault"]
    figures = [Figure("states set", [fault] if fault else [], raised_states(worker, start_s))]
    if fault and "limit" in case.worker:
        raised = [at_s - start_s for at_s, active, _ in worker.edges(fault) if active and at_s > start_s]
        late_s = round(raised[0], 3) if raised else None
        figures.append(Figure(f"{fault} after, s", f"<= {case.worker['limit']}", late_s, bool(raised) and late_s <= case.worker["limit"]))
    return figures


def watched_case(name, row, title, words, fault, **more):
    worker = {"watch": watch_breaks, "words": words, "fault": fault}
    worker.update({key: more.pop(key) for key in ("limit", "service", "lasts") if key in more})
    return Case(name, row, title, check_states, worker=worker, **more)


def watched():
    jump_cases = [watched_case(f"set-jump{ms // 1000:+d}{'-s' if flag else ''}", 34,
                               f"a clock that jumps by {ms // 1000:+d} s {'and says so sets no state' if flag else 'sets its state'}",
                               f"pcr-jump 60 ms={ms} flag={flag}", None if flag else "pcr-discontinuity", limit=LATE_LIMIT_S)
                  for ms in (1000, -1000, 3600000, -3600000) for flag in (0, 1)]
    return [
        Case("own-drop", 18, "what this box drops is counted, and is no error of the channel", check_own_drop, rtp=True,
             rate_kbps=20000, worker={"watch": watch_own_drop, "buffer": 65536}),
        watched_case("set-pat", 29, "a PAT that is gone sets its state at once", "pid-missing 60 pid=pat", "pat-missing",
                     limit=LATE_LIMIT_S),
        watched_case("set-absent", 29, "a programme that leaves the PAT sets its state at once", "unlisted 60 service=1",
                     "service-absent", limit=LATE_LIMIT_S, services=2, rate_kbps=8000, service=True),
        watched_case("set-moved", 29, "a PMT that moves to another PID sets no state", "pmt-moved 60 pid=0x1f0", None),
        watched_case("set-jitter", 17, "50 ms more or less 40 set no state", "delay 60 ms=50 jitter_ms=40", None, lasts=8),
        watched_case("set-wrap", 33, "clock and stamps that wrap set no state", "ttl 60 value=1", None, wrap_in_s=9, lasts=6),
        watched_case("set-version", 28, "a PMT of another version sets no state", "pmt-version 60", None),
        watched_case("set-ssrc", 35, "another RTP source sets no state", "ssrc 60", None, rtp=True),
        watched_case("set-rtp-wrap", 35, "RTP numbers and stamps that wrap set no state", "ttl 60 value=1", None, rtp=True,
                     rtp_wrap_in_s=9, lasts=6),
        watched_case("set-twice", 16, "datagrams that come twice set no state", "duplicate 60 rate=0.01", None, rtp=True),
        watched_case("set-loss", 15, "loss sets the state of continuity", "loss 60 rate=0.03 burst=5", "continuity"),
        Case("told-second", 21, "the worker tells of a second sender and names both", check_second_told, source="127.0.0.2",
             second={"source": "127.0.0.3", "rate_kbps": 4000}, worker={"watch": watch_second}),
        Case("told-second-r", 21, "the worker tells of a second RTP sender and names both", check_second_told, rtp=True,
             source="127.0.0.2", second={"source": "127.0.0.3", "rate_kbps": 4000}, worker={"watch": watch_second}),
        *jump_cases,
    ]


def run_watched(build, folder, watched_cases):
    """A worker on each of the streams, which begin when it listens. Returns workers and generator."""
    ports, plan, seconds, urls = rig.Ports(24000), {}, {}, {}
    for case in watched_cases:
        address, port = ports.take()
        urls[case.name] = (f"{'rtp' if case.rtp else 'udp'}://{address}:{port}", port)
        plan[case.name] = dict({"address": urls[case.name][0]}, **case.keys)
        if case.second is not None:
            seconds[case.name + "-2"] = dict({"address": urls[case.name][0]}, **case.second)
    plan.update(seconds)  # behind the others, whose services are counted
    generator, workers = rig.Generator(build, folder, plan), {}
    try:
        generator.ask("break all stop 3600")
        for index, case in enumerate(watched_cases):
            options = dict(case.worker, service=FIRST_SERVICE + index) if case.worker.get("service") else case.worker
            workers[case.name] = rig.Worker(build, folder / case.name, urls[case.name][0], options)
        rig.wait_for("every worker listens", lambda: all(port in rig.bound_ports() for _, port in urls.values()), 120)
        with concurrent.futures.ThreadPoolExecutor(len(watched_cases)) as pool:
            steps = [pool.submit(case.worker["watch"], case, workers[case.name], generator) for case in watched_cases]
        for step in steps:
            step.result()
    finally:
        for worker in workers.values():
            worker.stop()
        generator.stop()
    return workers, generator


def cases(long):
    return network() + losses(long) + formats() + tables() + jumps() + watched()
