/* The order of open alarms, their incidents and their counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween, channelOf, compareAlarms, countBySeverity, incidents, isWaiting, saidByChannel, saidOf, subject, withAlarm } from "../src/model/alarm-list";
import type { Alarm } from "../src/model/types";

function alarm(id: string, over: Partial<Alarm> = {}): Alarm {
  return {
    id, incident_id: id, resource: "channel/one", type: "no-packets", severity: "major", is_cleared: false, cause_scope: "input",
    raised_at: "2026-11-20T10:00:00.000Z", cleared_at: null, last_changed: "2026-11-20T10:00:00.000Z", operator_state: "none",
    owner: "", note: "", text: "", count: 1, suggested_action: "", channel_name: "", ...over,
  };
}

const ids = (alarms: readonly Alarm[]): string => alarms.map(({ id }) => id).join(" ");

test("an unacknowledged warning stands before an acknowledged critical alarm", () => {
  const acked = alarm("a", { severity: "critical", operator_state: "ack" });
  assert.equal(ids([acked, alarm("b", { severity: "warning" })].sort(compareAlarms)), "b a");
});

test("among those that wait, the worst comes first, then the newest", () => {
  const old = alarm("old");
  const recent = alarm("new", { raised_at: "2026-11-20T10:05:00.000Z" });
  const worst = alarm("worst", { severity: "critical", raised_at: "2026-11-20T09:00:00.000Z" });
  assert.equal(ids([old, worst, recent].sort(compareAlarms)), "worst new old");
});

test("an alarm that arrives again replaces itself, and one that cleared is gone", () => {
  const list = [alarm("a"), alarm("b")];
  assert.equal(withAlarm(list, alarm("a", { count: 2 })).find(({ id }) => id === "a")?.count, 2);
  assert.equal(ids(withAlarm(list, alarm("a", { is_cleared: true }))), "b");
});

test("shelved alarms are not counted and do not speak for a channel", () => {
  const shelved = alarm("a", { operator_state: "shelved", severity: "critical" });
  assert.equal(countBySeverity([shelved]).critical, 0);
  const said = saidByChannel([shelved, alarm("b")]);
  assert.deepEqual([saidOf(said, "one").top?.id, saidOf(said, "one").shelved?.id, saidOf(said, "two").top], ["b", shelved.id, null]);
  assert.equal(isWaiting(shelved), false);
});

test("alarms of one incident stand behind the one that named it", () => {
  const parent = alarm("p", { resource: "box", severity: "minor" });
  const child = alarm("c", { incident_id: "p", severity: "critical" });
  const [incident, ...rest] = incidents([child, parent]);
  assert.equal(rest.length, 0);
  assert.equal(incident?.lead.id, "p");
  assert.equal(ids(incident?.others ?? []), "c");
});

test("what an alarm is about is said in words", () => {
  assert.equal(subject(alarm("a", { channel_name: "Nord HD" })), "Nord HD");
  assert.equal(subject(alarm("a", { resource: "box" })), "This box");
  assert.equal(subject(alarm("a", { resource: "receiver/noc" })), "receiver noc");
  assert.equal(channelOf(alarm("a", { resource: "input/one" })), null);
});

test("what changed between two lists: alarms that came, went, or are in other hands", () => {
  const before = [alarm("a"), alarm("b"), alarm("c"), alarm("d")];
  assert.equal(changesBetween(before, before.map((one) => ({ ...one }))), 0);
  assert.equal(changesBetween(before, [alarm("a"), alarm("b", { operator_state: "ack" }), alarm("c", { severity: "minor" }), alarm("e")]), 4);
});
