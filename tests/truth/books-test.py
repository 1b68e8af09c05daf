#!/usr/bin/env python3
"""The rules find what is wrong: right books are found right, and each kind of mistake in them is found. Prints TAP."""
import copy
import sys
import traceback

import books

S = 1_000_000


def event(seq, alarm, number, kind, at_s, **more):
    return {"seq": seq, "id": f"event-{seq}", "alarm_id": alarm, "alarm_seq": number, "kind": f"alarm-{kind}", "resource": "channel/a",
            "type": "no-packets", "boot_us": int(at_s * S), "quiet": "none", **more}


def right():
    """Two outages of one channel; the first is acknowledged."""
    return [event(1, "x", 1, "raised", 11), event(2, "x", 2, "ack", 12), event(3, "x", 3, "cleared", 25),
            event(4, "y", 1, "raised", 101), event(5, "y", 2, "updated", 103), event(6, "y", 3, "cleared", 115)]


def told(events, *seqs):
    return [(one["id"], one["alarm_id"], one["alarm_seq"], one["kind"]) for seq in seqs for one in events if one["seq"] == seq]


TRUTH = [{"kind": "stop", "channel": "a", "phase": phase, "boot_us": at * S}
         for phase, at in (("start", 10), ("end", 20), ("start", 100), ("end", 110), ("start", 200))]


def finds(text, wrong):
    assert any(text in sentence for sentence in wrong), f"{text!r} expected, found {wrong}"


def test_right_books_agree():
    events = right()
    rows = {one["id"]: (one["seq"], one["alarm_seq"]) for one in events}
    for wrong in (books.check_books(events), books.check_rows(events, rows), books.check_api(events, []),
                  books.check_receiver(events, told(events, 1, 2, 3, 4, 5, 6), set()), books.check_truth(events, TRUTH)):
        assert not wrong, wrong


def test_a_gap_and_a_repetition_are_found():
    events = right()
    del events[2]
    finds("gaps", books.check_sequence(events))
    events = right()
    events[3]["id"] = "event-1"
    finds("twice", books.check_sequence(events))


def test_a_life_out_of_order_is_found():
    events = right()
    events[0]["kind"], events[2]["kind"] = "alarm-cleared", "alarm-raised"
    finds("do not begin by their raise", books.check_lives(events))
    finds("go on after their clear", books.check_lives(events))
    events = right()
    events[1]["alarm_seq"] = 5
    finds("count on", books.check_lives(events))


def test_two_at_once_are_found():
    events = right()
    events[2]["kind"] = "alarm-updated"
    finds("stands already", books.check_single(events))


def test_a_history_that_lost_or_changed_is_found():
    events = right()
    rows = {one["id"]: (one["seq"], one["alarm_seq"]) for one in events}
    rows["event-5"] = (5, 7)
    finds("told otherwise", books.check_rows(events, rows))
    del rows["event-3"]
    finds("not in the history: 3", books.check_rows(events, rows))
    rows["event-9"] = (9, 1)
    finds("not in the journal", books.check_rows(events, rows))


def test_an_api_that_shows_another_list_is_found():
    finds("shown as open and is not", books.check_api(right(), ["x"]))
    finds("open and not shown", books.check_api(right()[:-1], []))


def test_a_receiver_that_missed_the_end_is_found():
    events = right()
    finds("final state not delivered: 6", books.check_receiver(events, told(events, 1, 3, 4), set()))
    finds("another order", books.check_receiver(events, told(events, 1, 3, 5, 4, 6), set()))
    finds("cleared before it was raised", books.check_receiver(events, told(events, 3, 4, 6), set()))
    finds("does not know", books.check_receiver(events, [("event-77", "z", 1, "alarm-raised")], set()))
    assert not books.check_receiver(events, told(events, 1, 1, 3, 4, 6), {"event-5"})
    assert not books.check_receiver(events, told(events, 3, 6), {"event-1", "event-4", "event-5"})
    assert not books.check_receiver(events, [], set(), lambda raised: False)


def test_a_quiet_alarm_that_was_told_is_found():
    events = copy.deepcopy(right())
    for one in events:
        one["quiet"] = "member"
    assert not books.check_receiver(events, [], set())
    finds("told though quiet", books.check_receiver(events, told(events, 1), set()))


def test_what_the_truth_knows_and_the_journal_does_not_is_found():
    events = right()
    finds("stop: not told exactly once", books.check_truth(events[3:], TRUTH))
    finds("without a cause", books.check_truth(events, TRUTH[2:]))
    late = copy.deepcopy(events)
    late[2]["boot_us"] += 3 * S
    finds("stop: other interval", books.check_truth(late, TRUTH))


def main():
    tests = [(name[5:], value) for name, value in globals().items() if name.startswith("test_")]
    good = True
    print(f"1..{len(tests)}")
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}")
        except AssertionError:
            print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()))
            print(f"not ok {number} - {name}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
