/* Where a figure crossed a limit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHARTS } from "../src/model/chart-spec";
import { crossingText, crossingsOf, ruleLines } from "../src/model/crossings";
import type { Tracks } from "../src/model/series";
import type { ChannelDetail } from "../src/model/types";

const limit = { at: 10, name: "limit" };
const tracks = (...pairs: ([number, number] | null)[]): Tracks => ({
  times: pairs.map((_, i) => 100 + i),
  tracks: [{ name: "x", min: pairs.map((one) => one?.[0] ?? null), max: pairs.map((one) => one?.[1] ?? null), mean: pairs.map((one) => (one ? (one[0] + one[1]) / 2 : null)) }],
});
const told = (...pairs: ([number, number] | null)[]) => crossingsOf(tracks(...pairs), [limit]).map(({ at, way }) => `${at} ${way}`);
const spec = (key: string) => CHARTS.find((one) => one.key === key) ?? assert.fail(key);

test("a figure that goes over its limit and comes back crosses it twice", () => {
  assert.deepEqual(told([1, 2], [2, 3], [11, 12], [12, 13], [3, 4]), ["102 above", "104 below"]);
});

test("a spike within one bucket is a crossing: the mean would have hidden it", () => {
  assert.deepEqual(told([1, 2], [1, 40], [1, 2]), ["101 across"]);
});

test("several buckets on both sides are one crossing, and the side where it ends is told", () => {
  assert.deepEqual(told([1, 2], [8, 11], [9, 12], [11, 12]), ["101 above"]);
});

test("what happened in a gap is not known, and not told", () => {
  assert.deepEqual(told([1, 2], null, [11, 12], [1, 2]), ["103 below"]);
});

test("only the limits of the rule that fired are taken, and only in a chart of its figure", () => {
  const channel = { limits: { "black-level": 0.1, "bitrate-off": 0.3 }, bitrate_median_bps: 8e6 } as unknown as ChannelDetail;
  assert.deepEqual(ruleLines("picture-black", spec("luma"), channel), [{ at: 10, name: "dark below" }]);
  assert.deepEqual(ruleLines("picture-frozen", spec("luma"), channel), []);
  assert.equal(ruleLines("bitrate", spec("bitrate"), channel).length, 2);
  assert.deepEqual(ruleLines("no-packets", spec("bitrate"), channel).map(({ name }) => name), ["nothing arrives"]);
  assert.deepEqual(ruleLines("bitrate", spec("luma"), channel), []);
});

test("a crossing reads as a sentence with its limit", () => {
  const [line] = ruleLines("picture-black", spec("luma"), { limits: { "black-level": 0.1 } } as unknown as ChannelDetail);
  assert.equal(crossingText({ at: 1, threshold: line ?? limit, way: "below" }, spec("luma")), "fell below “dark below” (10 %)");
  assert.equal(crossingText({ at: 1, threshold: { at: 0.001, name: "an error" }, way: "above" }, spec("continuity")), "went above “an error”");
});
