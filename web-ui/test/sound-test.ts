/* Which alarms are heard, when again, and for how long they are silent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Sounding, isHeard, silenceText, silenced, startSounding, stepSound, withSilence } from "../src/model/sound";
import type { Alarm } from "../src/model/types";

const START = Date.UTC(2026, 10, 20, 4);
const alarm = (id: string, over: Partial<Alarm> = {}): Alarm =>
  ({ id, severity: "major", operator_state: "none", is_cleared: false, quiet: "none", raised_at: new Date(START).toISOString(), ...over }) as Alarm;

/* Tones at each second of @seconds with @alarms open. */
function tones(alarms: readonly Alarm[], seconds: number, sounding: Sounding = startSounding, begin = START): { heard: (string | null)[]; sounding: Sounding } {
  const heard: (string | null)[] = [];
  let now = sounding;
  for (let i = 0; i < seconds; i += 1) {
    const step = stepSound(now, { alarms, from: "warning", live: true }, begin + i * 1000);
    heard.push(step.tone);
    now = step.sounding;
  }
  return { heard, sounding: now };
}

const at = (heard: readonly (string | null)[]): number[] => heard.flatMap((tone, i) => (tone ? [i] : []));

test("an alarm is heard at once, and every ten seconds until somebody takes it", () => {
  const waiting = tones([alarm("a")], 25);
  assert.deepEqual(at(waiting.heard), [0, 10, 20]);
  assert.deepEqual(at(tones([alarm("a", { operator_state: "ack" })], 25, waiting.sounding, START + 25_000).heard), []);
});

test("the worst that waits gives the tone", () => {
  assert.equal(tones([alarm("a"), alarm("b", { severity: "critical" }), alarm("c", { severity: "minor" })], 1).heard[0], "critical");
});

test("what is shelved, planned, unstable, commissioning or a member of an incident is not heard", () => {
  for (const over of [{ operator_state: "shelved" }, { is_cleared: true }, { quiet: "maintenance" }, { quiet: "unstable" }, { quiet: "commissioning" }, { quiet: "member" }, { quiet: "probe" }] as Partial<Alarm>[]) {
    assert.equal(isHeard(alarm("a", over), "warning"), false, JSON.stringify(over));
  }
  assert.equal(isHeard(alarm("a", { severity: "minor" }), "major"), false);
  assert.equal(isHeard(alarm("a"), "off"), false);
});

test("a silence ends with its time", () => {
  const { sounding } = tones([alarm("a")], 5);
  const quiet = tones([alarm("a")], 130, silenced(sounding, 2, START + 5000), START + 5000);
  assert.deepEqual(at(quiet.heard), [120]);
});

test("a new alarm ends a silence and is heard at once; one that was open already does not, also on a page that was loaded anew", () => {
  const silent = silenced(tones([alarm("a")], 5).sounding, 10, START + 5000);
  const fresh = alarm("b", { severity: "minor", raised_at: new Date(START + 8000).toISOString() });
  assert.deepEqual(at(tones([alarm("a"), fresh], 12, silent, START + 8000).heard), [0, 10]);
  const anew = withSilence(startSounding, silenceText(silent));
  assert.deepEqual(at(tones([alarm("a")], 30, anew, START + 9000).heard), []);
  assert.deepEqual(withSilence(startSounding, "rubbish"), startSounding);
});

test("without a connection nothing is heard, for nothing is known", () => {
  assert.equal(stepSound(startSounding, { alarms: [alarm("a")], from: "warning", live: false }, START).tone, null);
});
