/* Charts: the time they show, what of the series becomes of them, limits, alarms and words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHARTS, chartSummary } from "../src/model/chart-spec";
import { marksOf, place, spansOf } from "../src/model/event-lane";
import { joined, summarise, tracksOf } from "../src/model/series";
import { type TimeRange, boundsOf, rangeOf, shifted, withRange, zoomed } from "../src/model/time-range";
import { UTC, momentText, tickTexts } from "../src/model/time-text";
import type { Alarm, ChannelDetail, SeriesData } from "../src/model/types";

const NOW = Date.parse("2026-11-26T12:00:00Z") / 1000;
const of = (text: string) => rangeOf(new URLSearchParams(text));
const chart = (key: string) => {
  const found = CHARTS.find((one) => one.key === key);
  assert.ok(found, key);
  return found;
};

test("a range stands in the page's address and comes back from it, beside what else stands there", () => {
  const ranges: TimeRange[] = [{ live: true, seconds: 600 }, { live: true, seconds: 86_400 }, { live: true, seconds: 5400 }, { live: false, from: NOW - 7200, to: NOW - 3600 }];
  for (const range of ranges) {
    const query = withRange(new URLSearchParams("tab=audio&range=7d"), range);
    assert.equal(query.get("tab"), "audio");
    assert.deepEqual(rangeOf(query), range);
  }
});

test("an address without sense shows the last ten minutes", () => {
  for (const text of ["", "range=forever", "range=5s", "from=yesterday&to=today", `from=2026-11-26T12:00:00Z&to=2026-11-26T11:00:00Z`]) {
    assert.deepEqual(of(text), { live: true, seconds: 600 }, text);
  }
});

test("a range is never longer than 400 days nor shorter than a minute", () => {
  const long = of("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z");
  assert.equal(boundsOf(long, NOW).to - boundsOf(long, NOW).from, 400 * 86_400);
  let range: TimeRange = { live: false, from: NOW - 200, to: NOW - 100 };
  for (let i = 0; i < 5; i += 1) range = zoomed(range, true, NOW);
  assert.equal(boundsOf(range, NOW).to - boundsOf(range, NOW).from, 60);
});

test("earlier leaves live, later returns to it, and zooming keeps the middle", () => {
  const earlier = shifted({ live: true, seconds: 600 }, -1, NOW);
  assert.deepEqual(earlier, { live: false, from: NOW - 900, to: NOW - 300 });
  assert.deepEqual(shifted(earlier, 1, NOW), { live: true, seconds: 600 });
  assert.deepEqual(zoomed({ live: false, from: NOW - 900, to: NOW - 300 }, true, NOW), { live: false, from: NOW - 750, to: NOW - 450 });
  assert.deepEqual(zoomed({ live: true, seconds: 600 }, false, NOW), { live: true, seconds: 1200 });
  const wide = zoomed({ live: false, from: NOW - 400, to: NOW - 100 }, false, NOW);
  assert.deepEqual(wide, { live: false, from: NOW - 600, to: NOW }); /* nothing of the future */
});

test("times are ISO and 24 h, in UTC or the site's zone, and a new day is named", () => {
  assert.equal(momentText(NOW, UTC), "2026-11-26 12:00:00");
  assert.equal(momentText(NOW, { name: "Europe/Berlin", label: "site" }), "2026-11-26 13:00:00");
  const midnight = Date.parse("2026-11-27T00:00:00Z") / 1000;
  assert.deepEqual(tickTexts([midnight - 7200, midnight - 3600, midnight], UTC), ["22:00", "23:00", "11-27"]);
  assert.deepEqual(tickTexts([midnight - 60, midnight - 30], UTC), ["23:59:00", "23:59:30"]);
  assert.deepEqual(tickTexts([midnight, midnight + 86_400], UTC), ["11-27", "11-28"]);
});

const data = (t: number[], mean: (number | null)[]): SeriesData => ({ t, mean, min: mean.map((v) => (v === null ? null : v - 1)), max: mean.map((v) => (v === null ? null : v + 1)) });

test("a hole in a series stays one, and extremes are never averaged away", () => {
  const { times, tracks } = tracksOf({ bitrate: data([1, 2, 3], [5, null, 7]) }, [{ metric: "bitrate", name: "rate" }], 10);
  assert.deepEqual(times, [1, 2, 3]);
  assert.deepEqual(tracks[0]?.mean, [50, null, 70]);
  assert.deepEqual(summarise(tracks[0]), { min: 40, max: 80, mean: 60, sum: 120, missing: 1 });
  assert.equal(summarise({ name: "", min: [null], max: [null], mean: [null] }), null);
});

test("metrics of one chart share their times", () => {
  const { times, tracks } = tracksOf({ a: data([1, 2], [1, 1]), b: data([2, 3], [2, 2]) }, [{ metric: "a", name: "A" }, { metric: "b", name: "B" }, { metric: "c", name: "C" }], 1);
  assert.deepEqual(times, [1, 2, 3]);
  assert.deepEqual(tracks.map(({ mean }) => mean), [[1, 1, null], [null, 2, 2], [null, null, null]]);
});

test("newer figures take the place of the same time's older ones, and what is too old goes", () => {
  const both = joined(data([1, 2, 3, 4], [1, 2, 3, 4]), data([4, 5], [40, 50]), 2);
  assert.deepEqual(both.t, [2, 3, 4, 5]);
  assert.deepEqual(both.mean, [2, 3, 40, 50]);
  assert.deepEqual(joined(undefined, data([1], [1]), 0).t, [1]);
  assert.deepEqual(joined(data([1], [1]), data([], []), 0).t, [1]);
  assert.deepEqual(joined(data([1], [1]), data([9], [9]), 5).t, [9]);
});

test("limits of the channel's profile and of the standards become lines", () => {
  const channel = { limits: { "loudness-target": -24, "loudness-tolerance": 2, "true-peak": -2, "bitrate-off": 0.3, "black-level": 0.1 }, bitrate_median_bps: 8e6 } as unknown as ChannelDetail;
  assert.deepEqual(chart("loudness").thresholds(channel).map(({ at }) => at), [-24, -22, -26]);
  assert.deepEqual(chart("peak").thresholds(channel).map(({ at }) => at), [-2]);
  assert.deepEqual(chart("bitrate").thresholds(channel).map(({ at }) => Number(at.toFixed(1))), [5.6, 10.4]);
  assert.deepEqual(chart("pcr").thresholds(channel).map(({ at }) => at), [40, 100]);
  assert.deepEqual(chart("bitrate").thresholds({ ...channel, bitrate_median_bps: null }), []);
  assert.deepEqual(chart("loudness").thresholds(null), []);
});

test("errors are summed up over the time, whatever a bucket's length is", () => {
  const errors = tracksOf({ ts_continuity_errors: { t: [0, 60], min: [0, 0], max: [5, 0], mean: [0.5, 0] } }, chart("continuity").metrics, 1);
  assert.equal(chartSummary(chart("continuity"), errors, 60), "about 30 in this time, at most 5.0 a second");
  const none = tracksOf({ ts_continuity_errors: { t: [0], min: [0], max: [0], mean: [0] } }, chart("continuity").metrics, 1);
  assert.equal(chartSummary(chart("continuity"), none, 1), "none in this time");
  assert.equal(chartSummary(chart("bitrate"), { times: [], tracks: [] }, 1), "not measured in this time");
});

const alarm = (raised: string, cleared: string | null) => ({ id: raised, raised_at: raised, cleared_at: cleared, severity: "major", text: "x" }) as unknown as Alarm;

test("alarms that reach into the time are spans; an open one lasts until now", () => {
  const bounds = { from: NOW - 600, to: NOW };
  const spans = spansOf([alarm("2026-11-26T11:55:00Z", null), alarm("2026-11-26T11:40:00Z", "2026-11-26T11:51:00Z"), alarm("2026-11-26T10:00:00Z", "2026-11-26T10:01:00Z")], bounds, NOW);
  assert.deepEqual(spans.map(({ from, to, open }) => [from - NOW, to - NOW, open]), [[-1200, -540, false], [-300, 0, true]]);
  assert.deepEqual([place(NOW - 1200, bounds), place(NOW - 300, bounds), place(NOW + 5, bounds)], [0, 50, 100]);
});

test("news of the stream are marks where they lie in the time", () => {
  const note = (at: string) => ({ number: 1, at, kind: "tables", pid: null, pts: null, text: "PMT changed" });
  assert.equal(marksOf([note("2026-11-26T11:59:00Z"), note("2026-11-25T11:59:00Z")], { from: NOW - 600, to: NOW }).length, 1);
});
