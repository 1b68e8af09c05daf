"""Every PCR with its packet, from TSDuck's pcrextract: PID, packet, packet in PID, type, count, value, offset."""
import csv
import io

from values import NotCompared, Value

TOOL = "TSDuck"
PER_MS = 27000


def compare(report, text):
    rows = list(csv.reader(io.StringIO(text)))[1:]
    for pid in sorted({row[0] for row in rows}):
        values = [int(row[5]) for row in rows if row[0] == pid]
        steps = [(after - before) / PER_MS for before, after in zip(values, values[1:])]
        yield Value(f"pid {pid} PCRs", report.at("pcr", pid, "count"), len(values))
        yield Value(f"pid {pid} longest PCR interval", report.at("pcr", pid, "interval_max_ms"), max(steps), within=0.001)
        yield Value(f"pid {pid} PCR jumps", report.at("pcr", pid, "jumps"), sum(not 0 <= step <= 100 for step in steps))
        yield NotCompared(len(values), "TSDuck pcrextract: single PCR values are not shown")
    seconds = (int(rows[-1][5]) - int(rows[0][5])) / (1000 * PER_MS)
    between = int(rows[-1][1]) - int(rows[0][1])
    yield Value("bitrate between first and last PCR", report.at("bitrate_bps"), between * 188 * 8 / seconds,
                within=between * 188 * 8 / seconds / 1000)
