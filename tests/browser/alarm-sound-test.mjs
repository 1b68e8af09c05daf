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
const control = (words) => page().waitForSelector(`.sound summary:has-text("${words}")`, { timeout: 5000 });
const waitForTone = (name, times, timeout = 14_000) => page().waitForFunction(([tone, n]) => (window.gantrySounds?.[tone] ?? 0) >= n, [name, times], { timeout });
const raise = (id, severity) =>
  served.replay.say("alarm", { ...served.replay.alarms[0], id: `22222222-0000-4000-8000-00000000000${id}`, severity, operator_state: "none", raised_at: new Date().toISOString() }, 9);

before(async () => {
  served = await startReplay({ dist, trouble: true, count: 12 });
  browser = await startChromium({ modules });
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
  await waitForTone("critical", 1);
  const first = Date.now();
  const { critical } = await heard();
  await waitForTone("critical", critical + 1);
  assert.ok(Date.now() - first > 7000, "not at once again");
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
  await waitForTone("critical", (before.critical ?? 0) + 1, 5000);
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
  await second.keyboard.press("s");
  await second.waitForTimeout(12_000);
  const [here, there] = [await heard(), await heard(second)];
  assert.deepEqual([(here.critical ?? 0) > 1, there.critical ?? 0], [true, 0]);
  await second.close();
});

test("a link that is lost is heard once", async () => {
  await open("/wall");
  await page().keyboard.press("s");
  await control("Sounding");
  const port = Number(new URL(served.url).port);
  served.close();
  await waitForTone("link", 1, 20_000);
  await page().waitForTimeout(5000);
  assert.equal((await heard()).link, 1);
  served = await startReplay({ dist, trouble: true, count: 12, port });
});
