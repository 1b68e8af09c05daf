/* The alarms screen's thinking: filters in the address, rows that stay, the story, shelves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_FILTER, filterOf, filterQuery, isWanted, withSeverity } from "../src/model/alarm-filter";
import { hold, rowsOf } from "../src/model/alarm-rows";
import { incidents } from "../src/model/alarm-list";
import { routeOf } from "../src/model/route";
import { customMinutes, shelfChoices } from "../src/model/shelf";
import { entriesOf, metricOf } from "../src/model/story";
import type { Alarm, Story } from "../src/model/types";

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
  id, incident_id: id, resource: `channel/${id}`, type: "no-packets", severity: "major", is_cleared: false, cause_scope: "network",
  raised_at: "2026-11-26T10:00:00Z", cleared_at: null, last_changed: null, operator_state: "none", text: "Loss of 50%", owner: "", note: "", channel_name: "News",
  ...more,
});
const noGroup = () => "";

test("a filter survives the way through the address", () => {
  const filter = { severities: ["critical", "minor"] as const, group: "Sport & more", channel: "one", text: "50% <b>", waiting: true };
  assert.deepEqual(filterOf(new URLSearchParams(filterQuery(filter))), filter);
  assert.equal(filterQuery(NO_FILTER), "");
  assert.deepEqual(filterOf(new URLSearchParams("severity=dreadful,major")).severities, ["major"]);
  assert.deepEqual(withSeverity(withSeverity(NO_FILTER, "minor", true), "critical", true).severities, ["critical", "minor"]);
});

test("a filter looks at severity, channel, group, words and whether somebody deals with it", () => {
  const wanted = (filter: Partial<typeof NO_FILTER>, one = alarm("one")) => isWanted(one, { ...NO_FILTER, ...filter }, (id) => (id === "one" ? "Sport" : ""));
  assert.ok(wanted({}));
  assert.ok(wanted({ severities: ["major"] }));
  assert.ok(!wanted({ severities: ["critical"] }));
  assert.ok(wanted({ group: "Sport" }) && !wanted({ group: "News" }) && !wanted({ group: "Sport" }, alarm("box", { resource: "box" })));
  assert.ok(wanted({ channel: "one" }) && !wanted({ channel: "two" }));
  assert.ok(wanted({ text: " LOSS " }) && wanted({ text: "news" }) && !wanted({ text: "gain" }));
  assert.ok(wanted({ waiting: true }) && !wanted({ waiting: true }, alarm("one", { operator_state: "ack" })));
});

test("while they are held no row moves: new ones wait, ended ones stay as ended, changed ones change in place", () => {
  const before = [alarm("a", { severity: "critical" }), alarm("b"), alarm("c")];
  const held = hold(incidents(before));
  const order = rowsOf(before, null).rows.map(({ id }) => id);
  const after = [alarm("d", { severity: "critical" }), alarm("b", { operator_state: "ack" }), alarm("c", { severity: "critical" })];
  const { rows, fresh } = rowsOf(after, held);
  assert.deepEqual(rows.map(({ id }) => id), order);
  assert.equal(fresh, 1);
  assert.deepEqual(rows.map(({ lead }) => [lead.id, lead.is_cleared, lead.operator_state]), [["a", true, "none"], ["b", false, "ack"], ["c", false, "none"]]);
  assert.equal(rowsOf(after, null).rows.length, 3);
});

test("alarms of one incident are one row, led by the one that names it", () => {
  const { rows } = rowsOf([alarm("m", { incident_id: "p", severity: "critical" }), alarm("p"), alarm("n", { incident_id: "p" })], null);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.lead.id, "p");
  assert.deepEqual(rows[0]?.others.map(({ id }) => id).sort(), ["m", "n"]);
});

test("the story tells machine, people and receivers in the order of time", () => {
  const event = (seq: number, kind: string, at: string, more = {}) => ({ seq, id: `e${seq}`, kind, at, text: "It is black", actor: "", note: "", owner: "", severity: "major" as const, ...more });
  const story: Story = {
    items: [event(1, "alarm-raised", "2026-11-26T10:00:00Z"), event(2, "alarm-assigned", "2026-11-26T10:00:09Z", { actor: "anna", owner: "bert", note: "yours" })],
    deliveries: [{ at: "2026-11-26T10:00:01Z", receiver: "on-call", event_id: "e1", attempt: 1, outcome: "failed", status: 0, latency_seconds: 1, answer: "refused" }],
    complete: true, next_cursor: null,
  };
  assert.deepEqual(entriesOf(story).map(({ who, title, text }) => [who, title, text]), [
    ["box", "Raised · Major", "It is black"],
    ["receiver", "Telling on-call failed → no answer; it is tried again", "refused"],
    ["person", "Assigned to bert by anna", "yours"],
  ]);
  assert.equal(metricOf("picture-black"), "luma_mean");
  assert.equal(metricOf("sound-silent"), "loudness_short_term");
  assert.equal(metricOf("no-packets"), "bitrate");
});

test("a shelf ends within the site's maximum", () => {
  assert.deepEqual(shelfChoices(60).map(({ minutes }) => minutes), [0, 15, 60]);
  assert.equal(customMinutes("90", 480), 90);
  for (const wrong of ["0", "481", "1.5", "", "x"]) assert.equal(customMinutes(wrong, 480), null, wrong);
});

test("an alarm has an address of its own", () => {
  assert.deepEqual(routeOf("/alarms"), { page: "alarms", alarm: "" });
  assert.deepEqual(routeOf("/alarms/00000000-0000-4000-8000-000000000001"), { page: "alarms", alarm: "00000000-0000-4000-8000-000000000001" });
  assert.deepEqual(routeOf("/alarms/a b"), { page: "missing" });
  assert.deepEqual(routeOf("/alarms/x/y"), { page: "missing" });
});

test("no group is no group", () => assert.ok(!isWanted(alarm("one"), { ...NO_FILTER, group: "Sport" }, noGroup)));
