"""What the benchmarks of the running system share: a Box, percentiles, and the object that a benchmark prints."""
import json
import os
import pathlib
import platform
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from box import Box, Failure, boot_us, free_port, wait_until  # noqa: E402  (the path must be there first)

__all__ = ["Box", "Failure", "boot_us", "free_port", "wait_until", "figure", "percentile", "report", "seconds_wanted"]


def figure(name, value, unit, target=None, met=None, peer=None):
    """One figure; @target is an upper limit unless @met says otherwise."""
    if met is None and target is not None and value is not None:
        met = value <= target
    return {"name": name, "value": value, "unit": unit, "target": target, "met": met, "peer": peer}


def percentile(values, share):
    """Nearest-rank percentile; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(len(ordered) * share + 0.999999) - 1))] if ordered else None


def seconds_wanted(default):
    """Length of a long benchmark; GANTRY_BENCH_SECONDS shortens it, and the figures say so."""
    return int(os.environ.get("GANTRY_BENCH_SECONDS", default))


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.processor())
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def report(bench, figures):
    print(json.dumps({"bench": bench, "machine": machine(), "figures": figures}))
