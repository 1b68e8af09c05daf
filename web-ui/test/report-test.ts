/* Reports as they are asked for and read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { budget, choiceOf, choiceQuery, heatOf, periodName, share } from "../src/model/report";

test("a report's choices survive the way through the address; nonsense is the default", () => {
  const query = "period=custom&from=2026-01-01T00%3A00%3A00Z&to=2026-02-01T00%3A00%3A00Z&group=A+%26+B&maintenance=include&target=99.95&loudness=a85";
  assert.deepEqual(choiceOf(new URLSearchParams(choiceQuery(choiceOf(new URLSearchParams(query))))), choiceOf(new URLSearchParams(query)));
  assert.equal(choiceOf(new URLSearchParams("period=year&loudness=loud")).period, "month");
  assert.equal(choiceOf(new URLSearchParams("loudness=loud")).loudness, "r128");
  assert.equal(new URLSearchParams(choiceQuery({ ...choiceOf(new URLSearchParams(query)), period: "day", date: "2026-01-02" })).has("from"), false);
});

test("a share is never rounded up to what was not reached", () => {
  assert.equal(share(0.9999999), "99.999 %");
  assert.equal(share(1), "100.000 %");
  assert.equal(share(null), "–");
  assert.equal(budget(192), "3 min 12 s left");
  assert.equal(budget(-60), "1 min over");
});

test("a day that was not measured is not called good", () => {
  const day = (availability: number | null, coverage: number, down_seconds: number) => heatOf({ availability, coverage, down_seconds }, 0.999);
  assert.equal(day(null, 0, 0), "none");
  assert.equal(day(1, 0.005, 0), "none");
  assert.equal(day(1, 0.5, 0), "full");
  assert.equal(day(0.9995, 1, 43), "good");
  assert.equal(day(0.995, 1, 432), "low");
  assert.equal(day(0.95, 1, 4320), "bad");
});

test("a period is named by the site's own dates", () => {
  const zone = { timezone: "Europe/Vienna" };
  assert.equal(periodName({ ...zone, period: "month", from: "2026-10-31T23:00:00Z", to: "2026-11-30T23:00:00Z" }), "November 2026");
  assert.equal(periodName({ ...zone, period: "day", from: "2026-10-24T22:00:00Z", to: "2026-10-25T23:00:00Z" }), "2026-10-25");
  assert.equal(periodName({ ...zone, period: "week", from: "2026-11-22T23:00:00Z", to: "2026-11-29T23:00:00Z" }), "2026-11-23 to 2026-11-29");
});
