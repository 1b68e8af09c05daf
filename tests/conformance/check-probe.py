#!/usr/bin/env python3
"""How gantry-probe answers right and wrong arguments: check-probe.py PROBE MAKE-SEED."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

STREAM = """pat tsid=7 1:256 2:512
pmt pid=256 service=1 pcr=257 27:257 15:258:0a0464657500
sdt tsid=7 1:House:News 2:House:Sport
packet pid=257 pcr=27000000
10 x packet pid=257
packet pid=257 skip=2
5 x null
packet pid=257 pcr=28080000
"""

CAPTURE = """capture ng nano
pat tsid=9 1:256
6 x packet pid=257
send to=239.1.1.2:5000 from=10.0.0.2:1 vlan=7
""" + STREAM + """send to=239.1.1.1:5000 from=10.0.0.1:2000 per=3 every=10000 rtp=65534
packet pid=300
send to=[ff3e::1]:5000 per=1
"""


class Probe:
    def __init__(self, program, make_seed, folder):
        self.program, self.make_seed, self.folder, self.wrong = program, make_seed, pathlib.Path(folder), []

    def stream(self, name, text):
        (self.folder / "text").write_text(text)
        subprocess.run([self.make_seed, self.folder / "text", self.folder / name], check=True)
        return self.folder / name

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=30)

    def expect(self, what, holds):
        print(f"{'ok' if holds else 'FAILED'}: {what}")
        if not holds:
            self.wrong.append(what)

    def refuses(self, what, *arguments):
        ran = self.run(*arguments)
        one_line = ran.stderr.count("\n") == 1 and ran.stderr.startswith("gantry-probe: ")
        self.expect(f"{what} is one line and status 2", ran.returncode == 2 and one_line and not ran.stdout)


def refusals(probe, stream):
    (probe.folder / "empty").write_bytes(b"")
    (probe.folder / "noise").write_bytes(bytes(range(256)) * 100)
    probe.refuses("no argument")
    probe.refuses("an unknown option", "--nothing", stream)
    probe.refuses("a file that is not there", probe.folder / "absent")
    probe.refuses("a folder", probe.folder)
    os.mkfifo(probe.folder / "pipe")
    probe.refuses("a pipe", probe.folder / "pipe")
    probe.refuses("an empty file", probe.folder / "empty")
    probe.refuses("a file that is no transport stream", probe.folder / "noise")
    probe.refuses("a PID beyond 8191", "--pid", "8192", stream)
    probe.refuses("a service 0", "--service", "0", stream)
    probe.refuses("an address without port", "udp://239.1.1.1")
    probe.refuses("another scheme", "ftp://239.1.1.1:5000")


def report(probe, stream):
    found = json.loads(probe.run("--json", stream).stdout)
    service, pid = found["services"][0], found["pids"]["257"]
    probe.expect("the totals are right", (found["packet_size"], found["packets"], found["null_packets"],
                                          found["transport_stream_id"]) == (188, 21, 5, 7))
    probe.expect("a service has its names and PIDs", (service["service_id"], service["name"], service["provider"],
                                                      service["pmt_pid"], service["pcr_pid"])
                 == (1, "News", "House", 256, 257))
    probe.expect("a component has codec and language",
                 {"pid": 258, "stream_type": 15, "codec": "AAC", "language": "deu"}.items()
                 <= service["components"][1].items())
    probe.expect("a service without PMT says so", found["services"][1]["pmt_seen"] is False)
    probe.expect("a gap is one error, two packets missing", (pid["cc_errors"], pid["cc_missing"]) == (1, 2))
    probe.expect("indicators are keyed by number", found["tr101290"]["1.4"]["count"] == 1)
    probe.expect("nothing is warned of", found["warnings"] == [])


def scopes(probe, stream):
    one = json.loads(probe.run("--json", "--pid", "257", stream).stdout)
    other = json.loads(probe.run("--json", "--service", "2", stream).stdout)
    text = probe.run(stream).stdout
    probe.expect("--pid shows one PID", list(one["pids"]) == ["257"])
    probe.expect("--service shows one service", [s["service_id"] for s in other["services"]] == [2])
    probe.expect("the text names service and codec", '"News" of "House"' in text and "H.264" in text)


def truncated(probe, stream):
    cut = probe.folder / "cut"
    cut.write_bytes(stream.read_bytes()[:-50])
    ran = probe.run("--json", cut)
    found = json.loads(ran.stdout)
    probe.expect("a truncated file is a report and a warning",
                 ran.returncode == 0 and found["packets"] == 20 and "138 of 188" in found["warnings"][0])


def captures(probe, stream):
    file = probe.stream("a-name-that-does-not-tell", CAPTURE)
    found = json.loads(probe.run("--json", file).stdout)
    flows = json.loads(probe.run("--json", "--list-flows", file).stdout)["flows"]
    other = json.loads(probe.run("--json", "--flow", "239.1.1.2:5000", file).stdout)
    six = json.loads(probe.run("--json", "--flow", "[ff3e::1]:5000", file).stdout)
    probe.expect("a capture is told by its content", (found["packets"], found["transport_stream_id"]) == (21, 7))
    probe.expect("RTP in a capture is counted", (found["rtp"]["received"], found["rtp"]["lost"]) == (7, 0))
    probe.expect("times of a capture are its own", found["seconds"] == 0.06)
    probe.expect("all flows are listed", [(f["flow"], f["datagrams"], f["vlan"], f["content"]) for f in flows] == [
        ("239.1.1.2:5000", 1, 7, "TS"), ("239.1.1.1:5000", 7, None, "TS in RTP"), ("[ff3e::1]:5000", 1, None, "TS")])
    probe.expect("one flow is taken, and marked", [f["taken"] for f in flows] == [False, True, False])
    probe.expect("--flow takes another", (other["packets"], other["transport_stream_id"]) == (7, 9))
    probe.expect("a flow may be IPv6", six["packets"] == 1 and six["bitrate_bps"] is None)
    probe.expect("the list is text, too", "* 239.1.1.1:5000" in probe.run("--list-flows", file).stdout)
    probe.refuses("a flow that is not there", "--flow", "239.1.1.9:5000", file)
    probe.refuses("a flow that is no flow", "--flow", "somewhere", file)
    probe.refuses("--flow for what is no capture", "--flow", "239.1.1.1:5000", stream)
    probe.refuses("--list-flows for what is no capture", "--list-flows", stream)
    probe.refuses("a capture without a transport stream",
                  probe.stream("other.pcap", "capture\nbytes 00112233\nsend to=10.0.0.1:53\n"))
    probe.refuses("a capture without packets", probe.stream("empty.pcap", "capture\n"))
    cut = probe.folder / "cut.pcap"
    cut.write_bytes(file.read_bytes()[:-60])
    found = json.loads(probe.run("--json", cut).stdout)
    probe.expect("a truncated capture is a report and a warning",
                 found["packets"] == 21 and "truncated" in found["warnings"][0])

CHANGING = "capture\n" + "".join(f"""pat tsid=7 1:256
6 x packet pid=257
send to=239.1.1.1:5000 from=10.0.0.1:2000 at={n * 1000} rtp={n} ttl={64 if n < 5 else 63} tos=184
""" for n in range(10))

LEGS = "capture\n" + "".join(
    "".join(f"7 x null\nsend to=239.1.{leg}.1:5000 from=10.0.{leg}.1:2000 at={n * 1000 + leg * 300} rtp={n}\n"
            for leg in (1, 2) if (leg, n) not in ((1, 100), (2, 200)))
    for n in range(1500))

SLOW = "".join(f"""pat tsid=7 1:256
pmt pid=256 service=1 pcr=257 27:257
packet pid=257 pcr={n * 27000 * 90}
7 x packet pid=257
""" for n in range(1, 17))


def network(probe, stream):
    found = json.loads(probe.run("--json", probe.stream("changing.pcap", CHANGING)).stdout)["network"]["legs"][0]
    text = probe.run(probe.stream("changing.pcap", CHANGING)).stdout
    two = probe.stream("two.pcap", CAPTURE + "7 x packet pid=257\nsend to=239.1.1.1:5000 from=10.0.0.3:2000\n")
    senders = json.loads(probe.run("--json", two).stdout)["network"]["legs"][0]["senders"]
    probe.expect("a change of TTL is told", found["ttl"] == {"value": 63, "changes": 1, "before": 64})
    probe.expect("DSCP and sender are told", (found["dscp"]["value"], found["senders"][0]["address"])
                 == (46, "10.0.0.1:2000") and "TTL changed 1 times" in text)
    probe.expect("two senders of one group are both named",
                 [sender["address"] for sender in senders] == ["10.0.0.1:2000", "10.0.0.3:2000"])


def legs(probe, stream):
    file = probe.stream("legs.pcap", LEGS)
    found = json.loads(probe.run("--json", "--flow", "239.1.1.1:5000", "--flow", "239.1.2.1:5000", file).stdout)
    one = json.loads(probe.run("--json", "--flow", "239.1.1.1:5000", file).stdout)
    network = found["network"]
    probe.expect("one leg alone has lost a datagram", (one["packets"], one["rtp"]["lost"]) == (1499 * 7, 1))
    probe.expect("two legs make up for each other", (found["packets"], network["lost_after_repair"]) == (1500 * 7, 0))
    probe.expect("each leg's loss is its own", [leg["rtp"]["lost"] for leg in network["legs"]] == [1, 1])
    probe.expect("the skew of the legs is classed", (network["skew"]["class"], network["skew"]["ever_max_ms"])
                 == ("A", 0.3))
    probe.refuses("three flows", *["--flow", "239.1.1.1:5000"] * 3, file)


def following(probe, stream):
    slow = probe.stream("slow.ts", SLOW)
    began = time.monotonic()
    ran = probe.run("--follow", slow)
    took = time.monotonic() - began
    lines = ran.stdout.splitlines()
    apart = probe.run("--follow", "--json", slow)
    probe.expect("--follow plays a file at its own speed", 1.0 < took < 5)
    probe.expect("without a terminal --follow is a line a second, then the report",
                 "Mb/s" in lines[0] and "P1 0" in lines[0] and any("packets of 188 bytes" in line for line in lines))
    probe.expect("with --json the lines are on standard error",
                 json.loads(apart.stdout)["packets"] == 160 and "P1 0" in apart.stderr)
    process = subprocess.Popen([probe.program, "--follow", "--json", slow], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=10)
    probe.expect("Ctrl-C ends --follow with the report", process.returncode == 0 and json.loads(out)["packets"] < 160)


def main(program, make_seed):
    with tempfile.TemporaryDirectory() as folder:
        probe = Probe(program, make_seed, folder)
        stream = probe.stream("stream.ts", STREAM)
        for part in (refusals, report, scopes, truncated, captures, network, legs, following):
            part(probe, stream)
    return 1 if probe.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
