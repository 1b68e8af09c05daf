/* Evidence: words for times, lines for figures. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, lineOf, place, size } from "../src/model/evidence";

const frame = (offset_seconds: number | null) => ({ url: "/x.jpg", reason: "", captured_at: null, offset_seconds, stale: false });
const series = (values: (number | null)[]) => ({ metric: "luma_mean", unit: "ratio", values });

test("a picture says on which side of the beginning it stands", () => {
  assert.equal(place(frame(-0.48)), "0.5 s before it began");
  assert.equal(place(frame(10.24)), "10.2 s after it began");
  assert.equal(place(frame(0)), "as it began");
});

test("a gap in a series stays a gap, and a single value is still seen", () => {
  const line = lineOf(series([0, 1, null, 1, null]), -2);
  assert.equal(line?.path, `M0.0 52.0L75.0 4.0M225.0 4.0h0.1`);
  assert.equal(line?.begin, 150);
  assert.equal(line?.range, "0 % to 100 %");
});

test("a series that never changed is a line in the middle, one never measured is none", () => {
  assert.equal(lineOf(series([0.5, 0.5]), -1)?.path, `M0.0 ${HEIGHT / 2}.0L300.0 ${HEIGHT / 2}.0`);
  assert.equal(lineOf(series([null, null]), -1), null);
});

test("sizes are rounded to what is meant", () => {
  assert.equal(size(61_400_000), "61 MB");
  assert.equal(size(1500), "2 kB");
});
