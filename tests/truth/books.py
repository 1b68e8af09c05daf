"""The rules that the books of a control room keep, whatever happened: journal, history, receivers, API and the truth log of
the generator must tell one story. Pure: lists in, sentences about what is wrong out; an empty list is agreement.

An event is a line of the journal as the API prints it. `told` is what one receiver took, in order: (event id, alarm id,
alarm_seq, kind). Times are microseconds of the boot clock where they are compared with the truth log."""
import collections
import dataclasses

STATES = ("alarm-raised", "alarm-updated", "alarm-cleared", "alarm-joined")
SHOWN_MAX = 5  # of each kind of mistake


@dataclasses.dataclass(frozen=True)
class Delay:
    """What the generator breaks, the fault that it is, and the rule that it is judged by, in seconds."""
    fault: str
    raise_s: float
    clear_s: float
    resolution_s: float = 0.5  # how far the first and the last sign of it may lie inside


DELAYS = {
    "stop": Delay("no-packets", 1, 5),
    "black": Delay("picture-black", 5, 3, 4.5),
    "freeze": Delay("picture-frozen", 10, 3, 4.5),
    "silent": Delay("sound-silent", 10, 3, 1.0),
}


def name(event):
    return f"{event['seq']} {event['kind']} {event['resource']} {event['type']}"


def short(what, found):
    """A sentence about the first few of @found; none about nothing."""
    found = list(found)
    return [f"{what}: {', '.join(map(str, found[:SHOWN_MAX]))}{f' and {len(found) - SHOWN_MAX} more' if len(found) > SHOWN_MAX else ''}"] if found else []


def alarms_of(events):
    """Events by alarm, in the journal's order."""
    alarms = collections.OrderedDict()
    for event in events:
        if event["kind"].startswith("alarm-") and event["kind"] != "alarm-noted":
            alarms.setdefault(event["alarm_id"], []).append(event)
    return alarms


def check_sequence(events):
    """No gap, no repetition in the journal, nothing with the same id."""
    seqs = [event["seq"] for event in events]
    gaps = [f"{before} then {after}" for before, after in zip(seqs, seqs[1:]) if after != before + 1]
    ids = collections.Counter(event["id"] for event in events)
    return short("the journal's sequence has gaps", gaps) + short("events stand twice", [key for key, n in ids.items() if n > 1])


def check_lives(events):
    """An alarm begins by its raise, counts its events, and ends at most once."""
    wrong, counts, ends = [], [], []
    for life in alarms_of(events).values():
        kinds = [event["kind"] for event in life]
        if life[0]["alarm_seq"] == 1 and kinds[0] != "alarm-raised":
            wrong.append(name(life[0]))
        numbers = [event["alarm_seq"] for event in life]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            counts.append(f"{name(life[0])}: {numbers}")
        states = [kind for kind in kinds if kind in STATES]
        if states.count("alarm-cleared") > 1 or "alarm-cleared" in states[:-1]:
            ends.append(f"{name(life[0])}: {states}")
    return (short("alarms that do not begin by their raise", wrong) + short("alarms whose events do not count on", counts) +
            short("alarms that go on after their clear", ends))


def check_single(events):
    """At most one alarm stands per resource and fault."""
    standing, wrong = {}, []
    for event in events:
        key = (event["resource"], event.get("type"))
        if event["kind"] == "alarm-raised":
            if key in standing:
                wrong.append(name(event))
            standing[key] = event["alarm_id"]
        elif event["kind"] == "alarm-cleared" and standing.get(key) == event["alarm_id"]:
            del standing[key]
    return short("raised while the same stands already", wrong)


def open_alarms(events):
    """Ids of alarms that stand at the journal's end."""
    return {key for key, life in alarms_of(events).items() if not any(event["kind"] == "alarm-cleared" for event in life)}


def check_rows(events, rows):
    """The history has each alarm's events once, with the same words. @rows: {id: (seq, severity, alarm_seq)}, @events: alarms'."""
    wanted = {event["id"]: event for event in events if event["kind"].startswith("alarm-")}
    other = [name(event) for key, event in wanted.items()
             if key in rows and (int(rows[key][0]), int(rows[key][1])) != (event["seq"], event["alarm_seq"])]
    return (short("not in the history", [name(event) for key, event in wanted.items() if key not in rows]) +
            short("in the history and not in the journal", set(rows) - set(wanted)) + short("told otherwise by the history", other))


def check_api(events, shown):
    """What the API shows as open is what the journal leaves open. @shown: ids."""
    wanted = open_alarms([event for event in events if event.get("quiet") != "probe"])
    return short("open and not shown", wanted - set(shown)) + short("shown as open and is not", set(shown) - wanted)


def check_receiver(events, told, replaced, wanted=lambda event: True):
    """@replaced: ids of events that a newer state of their alarm took the place of; @wanted: whether the receiver is to hear of
    an alarm at all, by its raise."""
    by_id = {event["id"]: event for event in events}
    strangers = [key for key, *_ in told if key not in by_id]
    early, late, lost, quiet = [], [], [], []
    heard = collections.defaultdict(list)
    for key, alarm, number, _ in told:
        if key in by_id and key not in [seen for seen, _ in heard[alarm]]:
            heard[alarm].append((key, number))
    for alarm, life in alarms_of(events).items():
        numbers = [number for _, number in heard[alarm]]
        states = [event for event in life if event["kind"] in STATES]
        loud = [event for event in states if event.get("quiet", "none") == "none"]
        if numbers != sorted(numbers):
            late.append(f"{name(life[0])}: {numbers}")
        if numbers and by_id[heard[alarm][0][0]]["kind"] == "alarm-cleared" and life[0]["id"] not in replaced:
            early.append(name(life[0]))
        if states and not loud and numbers:
            quiet.append(name(life[0]))
        if loud and wanted(life[0]) and states[-1] in loud and states[-1]["id"] not in [key for key, _ in heard[alarm]]:
            never = not numbers and all(event["id"] in replaced or event is states[-1] for event in states)
            if not (never and states[-1]["kind"] == "alarm-cleared"):
                lost.append(name(states[-1]))
    return (short("told of what the journal does not know", strangers) + short("cleared before it was raised", early) +
            short("told in another order", late) + short("told though quiet", quiet) + short("final state not delivered", lost))


def outages(truth, kind):
    """(channel, begin, end) of what the generator did, in microseconds of the boot clock; end None while it lasts."""
    begun, done = {}, []
    for entry in truth:
        if entry["kind"] != kind:
            continue
        if entry["phase"] == "start":
            begun[entry["channel"]] = entry["boot_us"]
        elif entry["channel"] in begun:
            done.append((entry["channel"], begun.pop(entry["channel"]), entry["boot_us"]))
    return done + [(channel, begin, None) for channel, begin in begun.items()]


def spans(events, delay):
    """(channel, begin, end) of the fault behind each alarm: delays taken off. End None while it stands."""
    found = []
    for life in alarms_of(events).values():
        first = life[0]
        if (first["kind"] != "alarm-raised" or first["type"] != delay.fault or first.get("quiet") == "probe" or
                not first["resource"].startswith("channel/")):
            continue
        cleared = [event for event in life if event["kind"] == "alarm-cleared"]
        end = cleared[0]["boot_us"] - delay.clear_s * 1e6 if cleared else None
        found.append((first["resource"].split("/")[1], first["boot_us"] - delay.raise_s * 1e6, end))
    return found


def check_truth(events, truth, kinds=tuple(DELAYS)):
    """What lasted as long as its rule asks is one alarm, whose begin and end are the fault's, to a second and what can be
    resolved; what was shorter is none; there is no other alarm of that kind."""
    wrong = []
    for kind in kinds:
        delay = DELAYS[kind]
        room_us = (1.0 + delay.resolution_s) * 1e6
        alarms = spans(events, delay)
        missing, inexact = [], []
        for channel, begin, end in outages(truth, kind):
            hits = [alarm for alarm in alarms if alarm[0] == channel and abs(alarm[1] - begin) <= room_us]
            sure = end is not None and end - begin >= delay.raise_s * 1e6 + room_us
            if (sure and not hits) or len(hits) > 1:
                missing.append(f"{channel} {(end or begin) / 1e6 - begin / 1e6:.1f} s, {len(hits)} alarms")
            for alarm in hits:
                alarms.remove(alarm)
                if end is not None and alarm[2] is not None and abs(alarm[2] - end) > room_us:
                    inexact.append(f"{channel}: ended {(alarm[2] - end) / 1e6:+.2f} s off")
        wrong += short(f"{kind}: not told exactly once", missing) + short(f"{kind}: other interval", inexact)
        wrong += short(f"{kind}: alarms without a cause in the truth log", [channel for channel, *_ in alarms])
    return wrong


def check_books(events):
    """All that the journal alone can show."""
    return check_sequence(events) + check_lives(events) + check_single(events)
