/* The first steps on a new box. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Found, STEPS, nextOf, skippedWith, stateOf } from "../src/model/first-steps";

const fresh: Found = { name: "", timezone: "UTC", channels: 0, receivers: 0, skipped: [] };
const states = (found: Found) => STEPS.map((step) => stateOf(step, found));

test("a new box has every step before it, and begins with the site", () => {
  assert.deepEqual(states(fresh), ["open", "open", "open"]);
  assert.equal(nextOf(fresh), "site");
});

test("a step is done by what there is, whoever did it, and also if it was put aside before", () => {
  assert.deepEqual(states({ ...fresh, timezone: "Europe/Vienna" }), ["done", "open", "open"]);
  assert.deepEqual(states({ ...fresh, name: "Tower", channels: 3, skipped: ["channels", "receivers"] }), ["done", "done", "skipped"]);
});

test("what was put aside is not asked for again, and putting one more aside keeps the others", () => {
  const put = { ...fresh, skipped: skippedWith("site", { ...fresh, skipped: ["receivers"] }) };
  assert.deepEqual(put.skipped, ["site", "receivers"]);
  assert.equal(nextOf(put), "channels");
  assert.equal(nextOf({ ...put, channels: 1 }), null);
});
