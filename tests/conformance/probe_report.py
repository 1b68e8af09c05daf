"""The report of gantry-probe --json, asked by path. What it lacks is MISSING, never a default."""
import json
import subprocess

from values import MISSING

PROBE_LIMIT_S = 60


class Report:
    def __init__(self, tree):
        self.tree = tree

    def at(self, *path):
        """The value at @path, or MISSING."""
        here = self.tree
        for step in path:
            if isinstance(here, dict) and step in here:
                here = here[step]
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                return MISSING
        return here

    def rows(self, *path):
        """The list at @path, or the values of the object there; empty if there is none."""
        found = self.at(*path)
        found = list(found.values()) if isinstance(found, dict) else found
        return found if isinstance(found, list) else []

    def count(self, *path):
        """How many entries the list at @path has, or MISSING."""
        found = self.at(*path)
        return len(found) if isinstance(found, list) else MISSING

    def pid(self, pid, key):
        """Of a PID on which nothing came, every count is 0."""
        if self.at("pids") is MISSING:
            return MISSING
        return self.at("pids", str(pid), key) if str(pid) in self.tree["pids"] else 0

    def pids(self):
        return [int(pid) for pid in self.at("pids") or {}]

    def pid_sum(self, key):
        return sum((self.pid(pid, key) for pid in self.pids()), 0)

    def undamaged(self, pid):
        """Packets without transport_error_indicator."""
        return self.pid(pid, "packets") - self.pid(pid, "tei")

    def tables(self, first, last, pid=None, extension=None):
        """The followed tables whose table_id lies from @first to @last, or MISSING if none are shown at all."""
        found = self.at("tables")
        if found is MISSING:
            return MISSING
        return [row for row in found.values() if first <= row["table_id"] <= last
                and pid in (None, row["pid"]) and extension in (None, row["extension"])]

    def sections(self, first, last, pid=None):
        """How many sections came of such tables."""
        found = self.tables(first, last, pid)
        return MISSING if found is MISSING else sum(row["sections"] for row in found)

    def service(self, service_id):
        return next((Report(row) for row in self.rows("services") if row.get("service_id") == service_id), Report({}))

    def component(self, pid):
        for service in self.rows("services"):
            for row in service.get("components", []):
                if row.get("pid") == pid:
                    return Report(row)
        return Report({})


def probed(probe, path, *arguments):
    """Runs the probe. Returns a Report, and what it said if it gave none."""
    ran = subprocess.run([probe, "--json", *arguments, path], capture_output=True, text=True, timeout=PROBE_LIMIT_S)
    if ran.returncode != 0:
        return None, ran.stderr.strip() or f"exit status {ran.returncode}"
    return Report(json.loads(ran.stdout)), None
