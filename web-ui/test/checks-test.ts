/* What checks see and what sound measures, in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { capture, depthReason, level, sightOf, troubles } from "../src/model/checks";
import type { Audio } from "../src/model/types";

const NOW = Date.parse("2026-11-20T12:00:10.000Z");

test("a check says from what length on it sees, and when it looked", () => {
  const black = { name: "black", resolution_seconds: 4.013, looked_at: "2026-11-20T12:00:08.800Z", age_seconds: 1 };
  assert.deepEqual(sightOf(black, NOW), { name: "black", sees: "sees from 4 s", looked: "looked 1.2 s ago", blind: false });
  assert.equal(sightOf({ ...black, resolution_seconds: 0.04 }, NOW).sees, "sees from 0.04 s");
  assert.equal(sightOf({ ...black, looked_at: "2026-11-20T11:58:00.000Z" }, NOW).looked, "looked 2 min 10 s ago");
});

test("a check that cannot be claimed says so", () => {
  const sight = sightOf({ name: "frame-rate", resolution_seconds: null, looked_at: null, age_seconds: null }, NOW);
  assert.deepEqual(sight, { name: "frame rate", sees: "cannot see now", looked: "never looked", blind: true });
});

test("why a channel is looked at so is told in words", () => {
  assert.equal(depthReason("suspect: black, ts-error"), "to look into black, ts error");
  assert.equal(depthReason("watched"), "because somebody looks at it");
  assert.equal(depthReason("something-new"), "something new");
  assert.equal(depthReason(undefined), "");
});

test("a stream of sound shows what is measured and what is wrong", () => {
  const audio: Audio = {
    pid: 257, language: "deu", format: "AAC 2.0", metrics: { loudness_momentary: -23.04, true_peak: null },
    faults: [{ name: "sound-stream-silent", active: true }, { name: "sound-phase", active: false }],
  };
  assert.equal(level(audio, "loudness_momentary"), "\u221223.0");
  assert.equal(level(audio, "true_peak"), "–");
  assert.equal(level(audio, "loudness_range"), "–");
  assert.equal(troubles(audio), "sound stream silent");
});

test("a picture carries when it was taken by both clocks", () => {
  assert.equal(capture("2026-11-20T12:00:01.250Z", 90000), "2026-11-20 12:00:01 UTC · PTS 90000");
  assert.equal(capture("2026-11-20T12:00:01.250Z", null), "2026-11-20 12:00:01 UTC");
});
