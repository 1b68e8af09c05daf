"""./run --check: every channel ok with a picture; one outage, seen in journal, MySQL, Redis, at the receiver and in the
API; its end. The last line is one JSON object."""
import json
import time

import api
import prepare
from stores import MariaDbQuestions, redis_ask
from words import Broken, say

ALL_OK_LIMIT_S, ALARM_LIMIT_S, CLEAR_LIMIT_S = 180, 20, 30
POLL_S = 0.03
FAULT = "no-packets"


def boot_s():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def items(state, path):
    return api.ask(state, "GET", path)["items"]


def open_alarms(state):
    return items(state, "/api/v1/alarms?state=open&limit=1000")


def is_of(alarm, channel):
    """Whether an alarm, or an event of the journal, says that this channel's packets stay away."""
    return alarm["resource"] == f"channel/{channel}" and alarm["type"] == FAULT


def is_well(channel):
    return channel["state"] == "ok" and channel["thumbnail"] is not None and not channel["thumbnail"]["stale"]


def wait_all_ok(box, began_s):
    until, last, said = time.monotonic() + ALL_OK_LIMIT_S, [], 0
    while time.monotonic() < until:
        box.tend()
        try:
            last = items(box.state, "/api/v1/channels")
        except (OSError, ValueError):
            last = []
        well = sum(map(is_well, last))
        if last and well == len(last):
            return last, time.monotonic() - began_s
        if last and time.monotonic() - said > 5:
            said = time.monotonic()
            say(f"Check: {well} of {len(last)} channels are ok with a picture.")
        time.sleep(0.2)
    wrong = [f"{channel['id']} is {channel['state']} ({channel.get('state_text', '')})" +
             ("" if channel["thumbnail"] else ", no picture") for channel in last if not is_well(channel)]
    raise Broken(f"not every channel is ok with a picture within {ALL_OK_LIMIT_S} s: {'; '.join(wrong[:5]) or 'the API does not answer'}"
                 + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""))


def log_after(state, seq):
    return items(state, f"/api/v1/events/log?after={seq}&limit=1000")


def last_seq(state):
    seq, page = 0, True
    while page:
        page = log_after(state, seq)
        seq = page[-1]["seq"] if page else seq
    return seq


class Places:
    """Where an alarm has to arrive, and the question that each is asked."""

    def __init__(self, box, channel, after):
        self.box, self.channel, self.after = box, channel, after
        self.event = None
        self.mysql = MariaDbQuestions(box.state)

    def journal(self):
        for event in log_after(self.box.state, self.after):
            if event["kind"] == "alarm-raised" and is_of(event, self.channel):
                self.event = event["id"]
        return self.event is not None

    def in_mysql(self):
        return self.event is not None and (self.mysql.number(f"SELECT COUNT(*) FROM incident_event WHERE id = '{self.event}'") or 0) > 0

    def in_redis(self):
        return self.event is not None and self.event in redis_ask(self.box.state, "XREVRANGE", "gantry:events", "+", "-", "COUNT", 200)

    def at_webhook(self):
        path = self.box.state / "receiver.jsonl"
        return self.event is not None and path.exists() and self.event in path.read_text(encoding="utf-8")

    def in_api(self):
        return any(is_of(alarm, self.channel) for alarm in open_alarms(self.box.state))


def stopped_at(box, channel, phase):
    """When the generator did it, by its truth log; seconds since boot."""
    for line in reversed((box.state / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        entry = json.loads(line)
        if (entry["channel"], entry["kind"], entry["phase"]) == (channel, "stop", phase):
            return entry["boot_us"] / 1e6
    return None


def follow_alarm(box, channel):
    """Stops a channel; returns the seconds until its alarm was seen in each place."""
    places = Places(box, channel, last_seq(box.state))
    waiting = {"journal": places.journal, "api": places.in_api, "webhook": places.at_webhook, "redis": places.in_redis, "mysql": places.in_mysql}
    seen = {}
    try:
        api.traffic(box.state, f"break {channel} stop")
        began = boot_s()
        while waiting and boot_s() - began < ALARM_LIMIT_S:
            for name, question in list(waiting.items()):
                try:
                    if question():
                        seen[name] = boot_s()
                        del waiting[name]
                except (OSError, ValueError, KeyError):
                    continue
            time.sleep(POLL_S)
    finally:
        places.mysql.close()
    if waiting:
        raise Broken(f"{channel} was stopped, and within {ALARM_LIMIT_S} s its alarm was not seen in: {', '.join(waiting)}")
    stop_s = stopped_at(box, channel, "start") or began
    return {name: round(seen[name] - stop_s, 2) for name in ("journal", "mysql", "redis", "webhook", "api")}


def follow_clear(box, channel):
    """Brings the channel back; returns the seconds until no alarm of it is open and it is ok."""
    api.traffic(box.state, f"mend {channel}")
    began = boot_s()
    while boot_s() - began < CLEAR_LIMIT_S:
        box.tend()
        try:
            if not any(is_of(alarm, channel) for alarm in open_alarms(box.state)) and \
                    api.ask(box.state, "GET", f"/api/v1/channels/{channel}")["state"] == "ok":
                return round(boot_s() - (stopped_at(box, channel, "end") or began), 2)
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(POLL_S)
    raise Broken(f"{channel} was brought back, and its alarm is not cleared after {CLEAR_LIMIT_S} s")


def choose(box, channels):
    """A channel in the middle of the wall with no alarm from before."""
    def free():
        taken = {alarm["resource"] for alarm in open_alarms(box.state)}
        return [channel["id"] for channel in channels[len(channels) // 2:] + channels if f"channel/{channel['id']}" not in taken]
    return prepare.wait_for("a channel without an open alarm", free, CLEAR_LIMIT_S)[0]


def check(box, began_s):
    channels, seconds = wait_all_ok(box, began_s)
    say(f"Check: all {len(channels)} channels are ok with a picture after {seconds:.1f} s.")
    victim = choose(box, channels)
    alarm = follow_alarm(box, victim)
    say(f"Check: {victim} was stopped and its alarm seen everywhere.")
    clear = follow_clear(box, victim)
    channels = items(box.state, "/api/v1/channels")
    print(json.dumps({"channels": len(channels), "ok": sum(channel["state"] == "ok" for channel in channels),
                      "seconds_to_all_ok": round(seconds, 1), "alarm_seconds": alarm, "clear_seconds": clear,
                      "own_drops": sum(channel["own_drops"] or 0 for channel in channels)}), flush=True)
