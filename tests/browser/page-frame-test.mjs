/* The frame of every page against the replay: one stream for all tabs, what a return of the stream changed, versions, refusals, themes, clocks. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { OUTAGE, startChromium } from "./chromium.mjs";
import { startReplay } from "./replay.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");

let browser;
let served;
const complaints = []; /* of the console: CSP, Trusted Types, exceptions */

const listenTo = (page) => {
  page.on("console", (message) => message.type() === "error" && !/status of (401|429)/.test(message.text()) && !OUTAGE.test(message.text()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
};
const replay = () => served.replay;
const page = () => browser.page;
const phase = (name, where = page()) => where.waitForSelector(`.pill[data-phase="${name}"]`);
const open = async (path, where = page()) => {
  await where.goto(served.url + path);
  await phase("live", where);
};
/* Ends every stream; browsers come back as after a short outage. */
const cutStreams = () => replay().cut();

before(async () => {
  served = await startReplay({ dist, trouble: true, count: 12 });
  browser = await startChromium({ modules });
  listenTo(page());
});

beforeEach(() => Object.assign(replay(), { authenticated: true, revoked: false, crowded: false, build: "replay", mute: false, lateMs: 0 }));

after(async () => {
  await browser?.close();
  served?.close();
});

test("two tabs of a browser share one event stream, and the second is live with what the first knows", async () => {
  await open("/wall");
  const second = await browser.context.newPage();
  listenTo(second);
  await open("/alarms", second);
  await second.waitForSelector("tr[data-alarm]");
  assert.equal(replay().streams, 1);
  replay().say("alarm", { ...replay().alarms[0], severity: "minor" }, 3);
  for (const tab of [page(), second]) await tab.waitForFunction(() => /Minor: 2 open/.test(document.querySelector('.counts a[href$="minor"]').title));
  replay().say("alarm", replay().alarms[0], 4);
  await page().goto("about:blank");
  await second.waitForTimeout(1500);
  await soon.equal(() => second.locator(".pill").getAttribute("data-phase"), "live");
  await second.close();
  await soon.equal(() => replay().streams, 0, "the end of the stream after the last tab");
});

test("a page that comes when the last one has just gone has a stream, though the worker still thinks of the one before", async () => {
  await open("/wall");
  const script = await page().getAttribute('meta[name="gantry-stream-worker"]', "content");
  const keeper = await browser.context.newPage(); /* no tab of the dashboard: the worker lives on without one, as it does for a moment between two pages */
  await keeper.route("**/keeper", (route) => route.fulfill({ contentType: "text/html", body: "<title>keeper</title>" }));
  await keeper.goto(`${served.url}/keeper`);
  await keeper.evaluate((at) => {
    window.worker = new SharedWorker(at, { name: "gantry" });
    window.worker.port.start();
    window.worker.port.postMessage({ kind: "bye" });
  }, script);
  await page().goto("about:blank");
  await soon.equal(() => replay().streams, 0);
  await open("/alarms");
  await page().waitForSelector("tr[data-alarm]");
  assert.equal(replay().streams, 1);
  await keeper.close();
  await page().goto("about:blank");
  await soon.equal(() => replay().streams, 0);
});

test("a browser without shared workers has a stream for each tab", async () => {
  const alone = await browser.context.newPage();
  listenTo(alone);
  await alone.addInitScript(() => delete window.SharedWorker);
  await open("/wall", alone);
  assert.equal(replay().streams, 1);
  await alone.close();
  await soon.equal(() => replay().streams, 0);
});

test("events that were missed are fetched anew, and a toast says how many alarms changed", async () => {
  await open("/alarms");
  replay().alarms[1].severity = "major";
  replay().say("resync", {});
  const told = '.toasts p:text-is("Resynchronised, 1 alarm changed")';
  await page().waitForSelector(told);
  await phase("live");
  await page().waitForSelector(told, { state: "detached" }); /* a notice stands for some seconds */
  replay().alarms[1].severity = "critical";
  cutStreams();
  await page().waitForSelector(told);
  await phase("live");
});

test("another version of the appliance is offered by a button on a desk, and taken by a quiet wall by itself", async () => {
  await open("/system");
  replay().build = "newer";
  cutStreams();
  await page().waitForSelector(".banner.calm:has-text('new version') button");
  await page().evaluate(() => (window.before = true));
  await page().click(".banner button");
  await soon.equal(() => page().evaluate(() => window.before), undefined);
  await phase("live");
});

test("without a connection the counts of the head are no figures any more", async () => {
  await open("/wall");
  const words = () => page().locator(".counts b").allInnerTexts();
  await soon.match(async () => (await words()).join(), /^\d+,/);
  replay().authenticated = false;
  cutStreams();
  await phase("unauthorised");
  await soon.deepEqual(words, ["–", "–", "–", "–"]);
});

test("a browser with too many streams is told which door is shut, and comes in when it opens", async () => {
  await open("/wall");
  replay().crowded = true;
  cutStreams();
  await page().waitForSelector(".banner:has-text('close a tab')");
  replay().crowded = false;
  await phase("live");
});

test("a wall whose token is revoked says so on the whole screen, also after it is loaded anew", async () => {
  await open("/wall");
  replay().revoked = true;
  cutStreams();
  await page().waitForSelector("h1:has-text('Wall token revoked')");
  await soon.equal(() => page().locator(".tile").count(), 0);
  await page().reload();
  await page().waitForSelector("h1:has-text('Wall token revoked')");
});

test("an appliance that answers late is asked for a thing again only when it has answered", async () => {
  for (const [path, there] of [["/channels/ch-05", '.live-picture[data-picture="live"]'], ["/system", ".box-events button"]]) {
    await open(path);
    await page().waitForSelector(there);
    if (path === "/system") await page().click('button:text("Let it run")');
    Object.assign(replay(), { lateMs: 4000, together: 0 });
    await page().waitForTimeout(9000);
    assert.equal(replay().together, 1, `${path}: requests of one thing that were open at once`);
    replay().lateMs = 0;
  }
});

test("the theme is chosen in the menu or by d, and remembered; an address may ask for another", async () => {
  const theme = () => page().evaluate(() => document.documentElement.dataset.theme);
  const ground = () => page().evaluate(() => getComputedStyle(document.body).backgroundColor);
  await open("/system");
  await soon.equal(theme, "dark");
  await page().click(".account summary");
  await page().check('.account label:has-text("Light") input');
  await soon.equal(ground, "rgb(217, 220, 223)");
  await page().reload();
  await phase("live");
  await soon.equal(theme, "light");
  await page().keyboard.press("d");
  await soon.equal(theme, "dark");
  await open("/wall?theme=night");
  await soon.equal(theme, "night");
});

test("the clock shows UTC and the site's time, and u exchanges them", async () => {
  await open("/system");
  await page().waitForFunction(() => /\d\d:\d\d:\d\d UTC \d\d:\d\d:\d\d Vienna$/.test(document.querySelector(".clock").innerText.replace(/\s+/g, " ")));
  await page().keyboard.press("u");
  await page().waitForFunction(() => /\d\d:\d\d:\d\d Vienna \d\d:\d\d:\d\d UTC$/.test(document.querySelector(".clock").innerText.replace(/\s+/g, " ")));
  await page().keyboard.press("u");
});

test("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
