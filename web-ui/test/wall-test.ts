/* Options of a wall, its pages, its penalty box, finding channels, and when it loads itself anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attend, pagesOf, pagesWith, turned } from "../src/model/paging";
import { STAY_MS, inBox, penaltyBox } from "../src/model/penalty";
import { type Condition, isDue } from "../src/model/reload";
import { findChannels } from "../src/model/search";
import type { Alarm, Channel, NamedWall } from "../src/model/types";
import { chosenIds, isWanted, legiblePx, optionsOf, pxOf, sizeFor, withOption } from "../src/model/wall-options";

const sport: NamedWall = {
  id: "sport", title: "Sport", groups: ["Sport"], channels: ["one"], size: "l", layout: "fixed", columns: 4, rows: 3, rotation_seconds: 20, sound: true, night: true,
};
const of = (query: string, wall: NamedWall | null = null) => optionsOf(new URLSearchParams(query), wall);

test("the address says more than the named wall, and the wall more than the default", () => {
  const plain = of("");
  assert.deepEqual([plain.size, plain.layout, plain.rotation, plain.sound, plain.theme], ["auto", "auto", 0, null, null]);
  const named = of("", sport);
  assert.deepEqual([named.size, named.layout, named.columns, named.rows, named.rotation, named.sound, named.theme], ["l", "fixed", 4, 3, 20, "warning", "night"]);
  const both = of("size=XL&layout=split&rotate=0&sound=off&theme=light&group=News", sport);
  assert.deepEqual([both.size, both.layout, both.rotation, both.sound, both.theme, both.groups], ["xl", "split", 0, "off", "light", ["News"]]);
});

test("an address that says nonsense is taken for one that says nothing", () => {
  const odd = of("size=huge&layout=round&rotate=-3&sound=loud&theme=pink&grid=99x0&severity=bad", null);
  assert.deepEqual([odd.size, odd.layout, odd.rotation, odd.sound, odd.theme, odd.columns, odd.rows, odd.least], ["auto", "fixed", 0, null, null, 24, 1, null]);
  assert.equal(of("rotate=1").rotation, 5);
});

test("options are written into the address and taken out of it", () => {
  const query = new URLSearchParams("group=A,B&size=l");
  assert.equal(withOption(query, "box", "on"), "?group=A,B&size=l&box=on");
  assert.equal(withOption(new URLSearchParams("box=on"), "box", null), "");
});

test("a wall shows its groups and its channels in the site's order", () => {
  const channels = new Map([["one", "News"], ["two", "Sport"], ["three", "Film"], ["four", "Sport"]].map(([id = "", group]) => [id, { id, group } as Channel]));
  const pick = (query: string, wall: NamedWall | null = null) => chosenIds(of(query, wall), [...channels.keys()], (id) => channels.get(id)).join();
  assert.equal(pick(""), "one,two,three,four");
  assert.equal(pick("", sport), "one,two,four");
  assert.equal(pick("channel=three,two"), "two,three");
});

test("alarms below the chosen severity are left out", () => {
  assert.deepEqual((["warning", "minor", "major", "critical"] as const).map((severity) => isWanted(of("severity=major"), severity)), [false, false, true, true]);
});

test("the size for a distance follows 16 minutes of arc", () => {
  assert.equal(legiblePx(55, 3, 1920, 1080), 31);
  assert.equal(sizeFor(legiblePx(55, 3, 1920, 1080), 1080), "l");
  assert.equal(sizeFor(legiblePx(55, 3, 3840, 2160), 2160), "l");
  assert.equal(pxOf("l", 2160), 64);
  assert.equal(sizeFor(legiblePx(55, 2, 1920, 1080), 1080), "m");
  assert.equal(sizeFor(legiblePx(24, 9, 1920, 1080), 1080), "xl");
});

test("a page that holds an unacknowledged critical is shown first, and pages turn no more", () => {
  const pages = pagesOf(["a", "b", "c", "d", "e"], 2);
  assert.deepEqual(pages, [["a", "b"], ["c", "d"], ["e"]]);
  const urgent = pagesWith(pages, new Set(["d"]));
  assert.deepEqual(urgent, [1]);
  const held = attend({ page: 0, urgent: [] }, urgent, 3);
  assert.equal(held.page, 1);
  assert.equal(turned(held, 3), 1);
  assert.equal(attend({ page: 2, urgent: [1] }, urgent, 3).page, 2, "somebody looks elsewhere");
  assert.equal(attend(held, [], 3).page, 1);
  assert.equal(turned({ page: 2, urgent: [] }, 3), 0);
  assert.equal(attend({ page: 5, urgent: [] }, [], 2).page, 1, "pages became fewer");
});

const trouble = (channel: string, severity: Alarm["severity"], operator_state: Alarm["operator_state"] = "none"): Alarm =>
  ({ id: `${channel} ${severity}`, resource: `channel/${channel}`, severity, operator_state, is_cleared: false, raised_at: "2026-11-20T10:00:00Z" }) as Alarm;

test("the penalty box takes the worst first, nobody changes places in it, and each stays for a minute", () => {
  const first = penaltyBox([], [trouble("one", "minor"), trouble("two", "critical"), trouble("three", "major", "shelved")], 0);
  assert.deepEqual(inBox(first, 4), ["two", "one"]);
  const second = penaltyBox(first, [trouble("one", "minor"), trouble("four", "critical")], 1000);
  assert.deepEqual(second.map(({ id }) => id), ["two", "one", "four"]);
  assert.deepEqual(inBox(second, 2), ["one", "four"], "what is over gives way");
  assert.deepEqual(penaltyBox(second, [trouble("one", "minor")], 1000 + STAY_MS).map(({ id }) => id), ["one", "four"]);
});

test("a channel is found by the begin of its name before others that have it anywhere", () => {
  const channels = [["nord-sport", "Nord Sport", "NSPORT"], ["sport-1", "Sport 1", "SP1"], ["film", "Film", "FILM"]].map(
    ([id = "", name = "", short_name = ""]) => ({ id, name, short_name, group: "All", address: "udp://239.1.1.1:5000" }) as Channel,
  );
  const found = (text: string) => findChannels(channels, text).map(({ id }) => id).join();
  assert.equal(found("spo"), "sport-1,nord-sport");
  assert.equal(found("239.1"), "nord-sport,sport-1,film");
  assert.equal(found(" FIL"), "film");
  assert.equal(found("xyz"), "");
});

test("a wall loads itself anew for a version, each day and above 300 MB, but never over a critical alarm, a dialog, or without the appliance", () => {
  const calm: Condition = { newBuild: false, ageMs: 60_000, heapBytes: 1e6, live: true, critical: false, busy: false, sinceReloadMs: 1e9 };
  assert.equal(isDue(calm), false);
  for (const due of [{ newBuild: true }, { ageMs: 86_400_001 }, { heapBytes: 315e6 }]) {
    assert.equal(isDue({ ...calm, ...due }), true);
    for (const not of [{ live: false }, { critical: true }, { busy: true }, { ageMs: 5000 }]) assert.equal(isDue({ ...calm, ...due, ...not }), false);
  }
  assert.equal(isDue({ ...calm, heapBytes: 315e6, sinceReloadMs: 1000 }), false);
});
