/* What a tile says, and that it never shows the past as the present. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tileView } from "../src/model/tile";
import type { Alarm, Channel } from "../src/model/types";

const NOW = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
const moment = { now: NOW, recoveredAt: null, shownAt: NOW - 2000 };

function channel(over: Partial<Channel> = {}): Channel {
  return {
    id: "one", name: "One HD", short_name: "ONE", group: "", address: "", interface: "", service_id: 1, service_name: "", input_id: "one", state: "ok",
    since: ago(3600), severity: "cleared", state_text: "", bitrate_bps: 8e6, cc_errors: 0, own_drops: 0, packets: 1, measured_at: ago(1), age_seconds: 1,
    video: "H.264 1920x1080 25p", audio: "AAC 2.0", depth: "every-key", sampling_interval_seconds: 1,
    thumbnail: { captured_at: ago(2), age_seconds: 2, stale: false }, ...over,
  };
}

const alarm = { severity: "critical", operator_state: "none", raised_at: ago(65), text: "No packets arrive" } as Alarm;

test("a healthy channel is grey and shows its figures", () => {
  const view = tileView(channel(), undefined, moment);
  assert.deepEqual([view.look, view.severity, view.message, view.pictureAge, view.hatched], ["normal", "cleared", "8.00 Mb/s  1080p25\nH.264  AAC 2.0", "2 s", false]);
});

test("figures that are too old are not shown: the tile says for how long there was no data", () => {
  const view = tileView(channel({ measured_at: ago(12) }), undefined, moment);
  assert.deepEqual([view.look, view.message, view.hatched], ["stale", "No data for 12 s", true]);
});

test("an open alarm speaks even when the figures are old", () => {
  const view = tileView(channel({ state: "fault", measured_at: ago(12) }), alarm, moment);
  assert.deepEqual([view.look, view.severity, view.message, view.hatched], ["alarm", "critical", "1 min · No packets arrive", true]);
});

test("an acknowledged alarm looks different from one that waits", () => {
  assert.equal(tileView(channel({ state: "fault" }), { ...alarm, operator_state: "ack" }, moment).look, "acked");
});

test("a picture that the appliance calls stale is hatched and says its age", () => {
  const stale = { captured_at: ago(31), age_seconds: 31, stale: true };
  const view = tileView(channel({ thumbnail: stale }), undefined, { ...moment, shownAt: NOW - 31_000 });
  assert.deepEqual([view.pictureStale, view.card, view.hatched], [true, "Picture 31 s old", true]);
});

test("the age is that of the picture which is shown, however new the appliance's own is", () => {
  const view = tileView(channel(), undefined, { ...moment, shownAt: NOW - 40_000 });
  assert.deepEqual([view.pictureAge, view.pictureStale], ["40 s", true]);
  const none = tileView(channel(), undefined, { ...moment, shownAt: null });
  assert.deepEqual([none.pictureAge, none.card], ["", "Picture not loaded yet"]);
});

test("unknown, planned and starting are states of their own", () => {
  assert.equal(tileView(channel({ state: "unknown", state_text: "Its worker is lost" }), undefined, moment).message, "Its worker is lost");
  assert.equal(tileView(channel({ state: "planned" }), undefined, moment).look, "planned");
  const starting = tileView(channel({ state: "starting", measured_at: null, thumbnail: null }), undefined, { ...moment, shownAt: null });
  assert.deepEqual([starting.look, starting.card, starting.hatched], ["starting", "No picture yet", false]);
});

test("a channel that became ok again says so for a minute", () => {
  assert.equal(tileView(channel(), undefined, { ...moment, recoveredAt: NOW - 14_000 }).message, "Recovered 14 s ago");
  assert.equal(tileView(channel(), undefined, { ...moment, recoveredAt: NOW - 61_000 }).look, "normal");
});
