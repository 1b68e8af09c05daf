/* Addresses, and the figures of a second. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeIn, routeOf } from "../src/model/route";
import { spanSentence } from "../src/model/handover";
import { withFigures } from "../src/model/figures";
import type { Channel, Figures } from "../src/model/types";

test("addresses name pages, and only slugs name channels", () => {
  assert.deepEqual(routeOf("/"), { page: "wall", name: "" });
  assert.deepEqual(routeOf("/wall/sport"), { page: "wall", name: "sport" });
  assert.deepEqual(routeOf("/handover"), { page: "handover" });
  assert.deepEqual(routeOf("/channels/nord-hd"), { page: "channel", id: "nord-hd" });
  for (const path of ["/channels/Nord", "/channels/a/b", "/wall/X", "/wall/a/b", "/nothing"]) assert.equal(routeOf(path).page, "missing", path);
});

test("the figures of a span are one sentence", () => {
  const figure = (value: number, target: number) => ({ value, target, met: value <= target });
  const span = {
    span: "24h", hours: 24, announced: 12, per_hour: figure(0.5, 6), most_in_10_minutes: figure(3, 10), chattering: figure(3, 0),
    floods: 1, acted_share: 0.8,
  };
  assert.equal(spanSentence(span), "12 alarms, 0.5 an hour (at most 6), 1 flood, 3 chattering, 80 % led to an act");
});

test("the code of a link is taken from its fragment only when it looks like one", () => {
  assert.equal(codeIn("#login=AbCdEfGh_-12"), "AbCdEfGh_-12");
  for (const text of ["", "#login=", "#login=a b", "#other=AbCdEfGh"]) assert.equal(codeIn(text), "", text);
});

test("a second's figures change one channel's, and carry their age", () => {
  const figures: Figures = {
    at: "2026-11-20T12:00:10.000Z", bitrate_bps: [1, null], cc_errors: [0, 5], packets: [0, 9], own_drops: [0, 0],
    age_seconds: [1, 4], thumbnail_age_seconds: [null, 2.5],
  };
  const before = { id: "b", name: "B", thumbnail: null, bitrate_bps: 7 } as Channel;
  const after = withFigures(before, figures, 1);
  assert.deepEqual([after.name, after.bitrate_bps, after.cc_errors], ["B", null, 5]);
  assert.equal(after.measured_at, "2026-11-20T12:00:06.000Z");
  assert.equal(after.thumbnail?.captured_at, "2026-11-20T12:00:07.500Z");
  assert.equal(withFigures(before, figures, 2), before);
});
