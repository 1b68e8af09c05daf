/* What a tile says, and that it never shows the past as the present. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Said, tileDetail, tileView } from "../src/model/tile";
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

const silent: Said = { top: null, shelved: null, noVideo: null };
const saying = (over: Partial<Alarm> = {}): Said => ({ ...silent, top: { ...alarm, ...over } });

const alarm = { severity: "critical", operator_state: "none", raised_at: ago(65), text: "No packets arrive" } as Alarm;

test("a healthy channel is grey and says nothing", () => {
  const view = tileView(channel(), silent, moment);
  assert.deepEqual([view.look, view.severity, view.message, view.pictureAge, view.hatched], ["normal", "cleared", "", "2 s", false]);
});

test("figures that are too old are not shown: the tile says for how long there was no data", () => {
  const view = tileView(channel({ measured_at: ago(12) }), silent, moment);
  assert.deepEqual([view.look, view.message, view.hatched], ["stale", "No data for 12 s", true]);
});

test("an open alarm speaks even when the figures are old", () => {
  const view = tileView(channel({ state: "fault", measured_at: ago(12) }), saying(), moment);
  assert.deepEqual([view.look, view.severity, view.message, view.hatched], ["alarm", "critical", "1 min · No packets arrive", true]);
});

test("an acknowledged alarm looks different from one that waits", () => {
  assert.equal(tileView(channel({ state: "fault" }), saying({ operator_state: "ack" }), moment).look, "acked");
});

test("a picture that the appliance calls stale is hatched and says its age", () => {
  const stale = { captured_at: ago(31), age_seconds: 31, stale: true };
  const view = tileView(channel({ thumbnail: stale }), silent, { ...moment, shownAt: NOW - 31_000 });
  assert.deepEqual([view.pictureStale, view.card, view.hatched], [true, "Picture 31 s old", true]);
});

test("the age is that of the picture which is shown, however new the appliance's own is", () => {
  const view = tileView(channel(), silent, { ...moment, shownAt: NOW - 40_000 });
  assert.deepEqual([view.pictureAge, view.pictureStale], ["40 s", true]);
  const none = tileView(channel(), silent, { ...moment, shownAt: null });
  assert.deepEqual([none.pictureAge, none.card], ["", "Picture not loaded yet"]);
});

test("unknown, planned and starting are states of their own", () => {
  assert.equal(tileView(channel({ state: "unknown", state_text: "Its worker is lost" }), silent, moment).message, "Its worker is lost");
  assert.equal(tileView(channel({ state: "planned" }), silent, moment).look, "planned");
  const starting = tileView(channel({ state: "starting", measured_at: null, thumbnail: null }), silent, { ...moment, shownAt: null });
  assert.deepEqual([starting.look, starting.card, starting.hatched], ["starting", "No picture yet", false]);
});

test("a channel that became ok again says so for a minute", () => {
  assert.equal(tileView(channel(), silent, { ...moment, recoveredAt: NOW - 14_000 }).message, "Recovered 14 s ago");
  assert.equal(tileView(channel(), silent, { ...moment, recoveredAt: NOW - 61_000 }).look, "normal");
});

test("a shelved alarm is not shown as one, and says until when it rests", () => {
  const rests = { ...alarm, operator_state: "shelved", until: new Date(NOW + 3_600_000).toISOString() } as Alarm;
  const view = tileView(channel({ state: "fault" }), { ...silent, shelved: rests }, moment);
  assert.deepEqual([view.look, view.severity, view.message], ["shelved", "cleared", "Shelved for 1 h · No packets arrive"]);
});

test("where there is no picture the tile says why, when somebody knows", () => {
  const without = { ...moment, shownAt: null };
  const card = (over: Partial<Channel>, noVideo: Partial<Alarm> | null = null): string =>
    tileView(channel(over), { ...silent, noVideo: noVideo as Alarm | null }, without).card;
  assert.equal(card({}, { type: "picture-undecodable", text: "No picture can be decoded: scrambled" }), "No video: scrambled");
  assert.equal(card({}, { type: "picture-undecodable", text: "No picture" }), "No video: cannot be decoded");
  assert.equal(card({}, { type: "video-missing", text: "" }), "No video: it is not in the stream");
  assert.equal(card({ depth: "bitstream" }), "No video: decoder off");
  assert.equal(card({ video: "" }), "No video: sound only");
  assert.equal(card({ thumbnail: null }), "No picture yet");
});

test("a picture is late before it is stale: older than this channel's pictures are as a rule", () => {
  const at = (seconds: number) => tileView(channel({ sampling_interval_seconds: 4 }), silent, { ...moment, shownAt: NOW - seconds * 1000 });
  assert.deepEqual([at(6).pictureLate, at(8).pictureLate, at(8).pictureStale, at(14).pictureStale], [false, true, false, true]);
});

test("an alarm does not hide that the figures are old", () => {
  assert.equal(tileView(channel({ state: "fault", measured_at: ago(14) }), saying(), moment).card, "No data for 14 s");
});

test("of old figures the detail shows a dash and their age, never the figure", () => {
  const shown = (over: Partial<Channel>) => new Map(tileDetail(channel(over), tileView(channel(over), silent, moment), NOW));
  assert.equal(shown({}).get("Bit rate"), "8.00 Mb/s");
  assert.equal(shown({ measured_at: ago(40) }).get("Bit rate"), "– (40 s old)");
  assert.equal(shown({ measured_at: null }).get("Continuity errors"), "–");
});
