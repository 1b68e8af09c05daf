"""How often a table came: a row of a TSDuck analysis against a table that our report follows.

TSDuck counts packets between two tables and makes milliseconds of them by the mean bitrate; ours go by the stream's
clock. Compared are the packets, brought to milliseconds by TSDuck's bitrate.
"""
from values import NotCompared, Value

PACKET_BITS = 188 * 8
FIRST_CA, LAST_CA = 0x80, 0x8F  # table_ids of ECMs and EMMs


def in_ms(packets, bitrate):
    return packets * PACKET_BITS * 1000 / bitrate


def repetition(ours, theirs, name, bitrate):
    """Of a table with one section, which came more than once."""
    found = {"repetition": (ours["last_packet"] - ours["first_packet"]) / ours["intervals"],
             "minrepetition": ours["interval_min_packets"], "maxrepetition": ours["interval_max_packets"]}
    for key, packets in found.items():
        if theirs.get(key + "pkt") is not None:
            yield Value(f"{name} {key} in packets", packets, theirs[key + "pkt"], within=1)
        if theirs.get(key + "ms") is not None and bitrate:
            yield Value(f"{name} {key} in ms", in_ms(packets, bitrate), theirs[key + "ms"], within=1)


def compare(report, theirs, bitrate):
    pid, table_id, extension = theirs["pid"], theirs["tid"], theirs.get("tidext")
    if FIRST_CA <= table_id <= LAST_CA:
        yield NotCompared(4, "TSDuck tables: ECM and EMM sections are not followed")
        return
    name = f"table {pid}/0x{table_id:02x}/{extension}"
    found = report.tables(table_id, table_id, pid, extension)
    yield Value(f"{name} sections", sum(row["sections"] for row in found), theirs["sections"])
    if len(found) != 1:
        return
    ours = found[0]
    if theirs.get("lastversion") is not None:
        yield Value(f"{name} version", ours["version"], theirs["lastversion"])
        yield Value(f"{name} version changed", ours["version_changes"] > 0, theirs["firstversion"] != theirs["lastversion"])
    if ours["last_section"]:
        yield NotCompared(4, "TSDuck tables: of several sections, how often the whole table came is not shown")
        return
    if theirs.get("tables") is not None:
        yield Value(f"{name} tables", ours["sections"], theirs["tables"])
    if ours["intervals"]:
        yield from repetition(ours, theirs, name, bitrate)
