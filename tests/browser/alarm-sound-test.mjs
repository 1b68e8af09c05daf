/* The sound of alarms against the replay: blocked until a gesture, repeated, silenced, ended by a new alarm, from one tab, and the lost link once. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { startChromium } from "./chromium.mjs";
import { startReplay } from "./replay.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");

let browser;
let served;
const page = () => browser.page;
const open = async (path, where = page()) => {
  await where.goto(served.url + path);
  await where.waitForSelector('.pill[data-phase="live"]');
};
const heard = (where = page()) => where.evaluate(() => window.gantrySounds ?? {});
const control = (words) => page().waitForSelector(`.sound summary:has-text("${words}")`);
const waitForTone = (name, times) => page().waitForFunction(([tone, n]) => (window.gantrySounds?.[tone] ?? 0) >= n, [name, times]);
/* When each tone was played, in ms of the page's own clock: this test may hear of it late. */
const keepTimes = () => {
  let sounds;
  window.toneTimes = [];
  Object.defineProperty(window, "gantrySounds", { get: () => sounds, set: (said) => (window.toneTimes.push(performance.now()), (sounds = said)) });
};
const raise = (id, severity) =>
  served.replay.say("alarm", { ...served.replay.alarms[0], id: `22222222-0000-4000-8000-00000000000${id}`, severity, operator_state: "none", raised_at: new Date().toISOString() }, 9);

before(async () => {
  served = await startReplay({ dist, trouble: true, count: 12 });
  browser = await startChromium({ modules });
  await browser.context.addInitScript(keepTimes);
});

beforeEach(async () => {
  await open("/wall");
  await page().evaluate(() => localStorage.clear());
  await page().goto("about:blank");
});

after(async () => {
  await browser?.close();
  served?.close();
});

test("what the browser blocks is said, and s allows it; the worst is heard, again after ten seconds", async () => {
  await open("/wall");
  await control("Sound blocked, press S");
  assert.deepEqual(await heard(), {});
  await page().keyboard.press("s");
  await control("Sounding");
  await waitForTone("critical", 2);
  const [first, second] = await page().evaluate(() => window.toneTimes);
  assert.ok(second - first > 7000, `not at once again, but after ${second - first} ms`);
});

test("a silence is counted down and ends with a new alarm", async () => {
  await open("/wall");
  await page().keyboard.press("s");
  await control("Sounding");
  await page().keyboard.press("s");
  await control("Silent 9 min");
  const before = await heard();
  await page().waitForTimeout(11_000);
  assert.deepEqual(await heard(), before);
  raise(1, "critical");
  await waitForTone("critical", (before.critical ?? 0) + 1);
  await control("Sounding");
});

test("acknowledged alarms are silent, and a wall whose address says so is mute", async () => {
  await open("/wall?sound=off");
  await page().click(".clock");
  await control("Sound off");
  await page().waitForTimeout(3000);
  assert.deepEqual(await heard(), {});
  const kept = served.replay.alarms;
  served.replay.alarms = kept.map((alarm) => ({ ...alarm, operator_state: "ack" }));
  await open("/wall");
  await page().keyboard.press("s");
  await control("Sound on");
  await page().waitForTimeout(3000);
  assert.deepEqual(await heard(), {});
  served.replay.alarms = kept;
});

test("of two tabs one is heard", async () => {
  await open("/wall");
  await page().keyboard.press("s");
  await waitForTone("critical", 1);
  const second = await browser.context.newPage();
  await open("/alarms", second);
  await second.waitForSelector("tr[data-alarm]"); /* what it would sound for */
  await second.keyboard.press("s");
  await second.waitForSelector('.sound summary:has-text("Sounding")');
  const { critical } = await heard();
  await waitForTone("critical", critical + 1);
  await second.waitForTimeout(2000); /* in which it would be heard there as well */
  assert.equal((await heard(second)).critical ?? 0, 0);
  await second.close();
});

test("a link that is lost is heard once", async () => {
  await open("/wall");
  await page().keyboard.press("s");
  await control("Sounding");
  const port = Number(new URL(served.url).port);
  served.close();
  await waitForTone("link", 1);
  await page().waitForTimeout(5000);
  assert.equal((await heard()).link, 1);
  served = await startReplay({ dist, trouble: true, count: 12, port });
});
