"""A running Gantry whose workers say what a plan wants (tests/fakes/toggling-worker.c): alarms by the thousand without a stream."""
import json

from box import ROOT, SUPERSEDED, Box, boot_us, wait_until

GROUPS = 6
FAULTS = ("second-source", "pcr-repetition", "table-crc", "pcr-accuracy", "pts-repetition", "cat-missing", "si-repetition",
          "colour-bars", "slate", "picture-undecodable", "frame-rate", "sound-phase", "sound-clipping", "true-peak", "lip-sync",
          "audio-stream-missing")  # of tests/fakes/toggling-worker.c
AT_ONCE = {"text": "Every change is an alarm at once", "settings": [
    {"key": f"{fault}.{key}", "value": 0} for fault in FAULTS for key in ("raise_s", "clear_s")]}


class ToggleBox(Box):
    """@inputs with @services channels each."""
    def __init__(self, inputs, services):
        super().__init__(inputs * services)
        self.inputs, self.alarms = inputs, inputs * services * len(FAULTS)
        rows = ["id,name,short_name,group,address,interface,service_id,profile,commissioned"]
        rows += [f"s{i:02}-{k},Storm {i} {k},S{i}{k},Group {i % GROUPS},udp://239.255.1.{i + 1}:5000,lo,{k},,yes"
                 for i in range(inputs) for k in range(1, services + 1)]
        (self.state / "channels.csv").write_text("\n".join(rows) + "\n")
        self.plan = self.state / "toggles"
        self.arguments = ["--channels", str(self.state / "channels.csv"), "--worker", str(ROOT / "build/tests/fakes/toggling-worker")]
        self.environment["GANTRY_TOGGLES"] = str(self.plan)

    def wait_reporting(self):
        wait_until("every worker reports", lambda: all(one["state"] == "ok" for one in self.channels().values()), 60)

    def change_at_once(self):
        """Takes the delays off, so that every toggle is a transition."""
        self.ask("PUT", "/api/v1/profiles/at-once", AT_ONCE)
        for number in range(GROUPS):
            self.ask("PUT", f"/api/v1/group-profiles/Group%20{number}", {"profile": "at-once"})

    def begin(self, toggles, seconds):
        """Begins in 2 s, evenly over the time. @toggles: of each worker"""
        part = self.plan.with_suffix(".part")
        part.write_text(f"{boot_us() + 2_000_000} {int(seconds * 1_000_000 / toggles)} {toggles}")
        part.rename(self.plan)

    def final(self):
        """(channel, fault): whether it is there at the end; None before all workers have told."""
        path = self.plan.with_suffix(".truth")
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) < self.alarms:
            return None
        return {(one["channel"], one["fault"]): one["active"] for one in map(json.loads, lines)}

    def toggle(self, total, seconds):
        """@total toggles of all workers together, seen through. Returns: as final()"""
        self.begin(-(-total // self.inputs), seconds)
        return wait_until("all is toggled", self.final, seconds + 60)[1]

    def superseded(self):
        """Ids of events that were not delivered because a newer state took their place."""
        return {row[0] for row in self.mysql(f"select event_id from delivery where outcome = {SUPERSEDED}")}
