/* Figures and times as text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bitrate, clockTime, count, duration, figure, instant, pid, quantity, shortDuration, zoneName, zoneTime } from "../src/model/format";

test("durations use two units at most", () => {
  const cases: [number, string][] = [[0, "0 s"], [8_400, "8 s"], [192_000, "3 min 12 s"], [180_000, "3 min"], [7_500_000, "2 h 5 min"], [356_400_000, "4 d 3 h"], [-5, "0 s"]];
  for (const [ms, text] of cases) assert.equal(duration(ms), text);
  assert.equal(shortDuration(192_000), "3 min");
});

test("a bit rate that is not known is a dash, never a zero", () => {
  assert.equal(bitrate(null), "–");
  assert.equal(bitrate(Number.NaN), "–");
  assert.equal(bitrate(0), "0 b/s");
  assert.equal(bitrate(8_016_000), "8.02 Mb/s");
  assert.equal(bitrate(192_000), "192 kb/s");
});

test("counts are grouped by thousands and figures keep what matters", () => {
  assert.equal(count(12_345_678), "12\u2009345\u2009678");
  assert.equal(figure(0.123), "0.12");
  assert.equal(figure(54.25), "54.3");
  assert.equal(figure(null), "–");
});

test("times are UTC, and what is no time is null", () => {
  assert.equal(clockTime(Date.UTC(2026, 10, 20, 9, 5, 7)), "09:05:07");
  assert.equal(instant("yesterday"), null);
  assert.equal(instant("2026-11-20T10:00:00.000Z"), Date.UTC(2026, 10, 20, 10));
});

test("a figure stands with its unit, shares as percent", () => {
  const cases: [number | null, string, string][] = [[0.374, "ratio", "37.4 %"], [1, "ratio", "100 %"], [1264, "bps", "1 kb/s"], [54.25, "celsius", "54.3 °C"], [0, "packets", "0 packets"], [null, "ratio", "–"]];
  for (const [value, unit, text] of cases) assert.equal(quantity(value, unit), text);
});

test("a PID is four hexadecimal digits", () => assert.equal(pid(256), "0x0100"));

test("site time follows the zone through summer time, and UTC is not said twice", () => {
  assert.equal(zoneTime(Date.UTC(2026, 2, 29, 0, 59, 59), "Europe/Vienna"), "01:59:59");
  assert.equal(zoneTime(Date.UTC(2026, 2, 29, 1), "Europe/Vienna"), "03:00:00");
  for (const zone of ["", "UTC", "Etc/UTC", "Nowhere/Atlantis"]) assert.equal(zoneTime(0, zone), "", zone);
  assert.equal(zoneName("America/Argentina/Buenos_Aires"), "Buenos Aires");
});
