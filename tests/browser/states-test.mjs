/* What the dashboard shows in every state, against the replay: states that a healthy appliance does not show on demand. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startChromium } from "./chromium.mjs";
import { CODE, makeIncident, startReplay } from "./replay.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");
const TILES = 60;

let browser;
let replay;
const complaints = []; /* of the console: CSP, Trusted Types, exceptions */

before(async () => {
  replay = await startReplay({ dist, trouble: true });
  browser = await startChromium({ modules });
  browser.page.on("console", (message) => message.type() === "error" && !/409 \(Conflict\)|503 \(Service Unavailable\)/.test(message.text()) && complaints.push(message.text()));
  browser.page.on("pageerror", (error) => complaints.push(String(error)));
});

after(async () => {
  await browser?.close();
  replay?.close();
});

const page = () => browser.page;
const open = async (path) => {
  await page().mouse.move(5, 5); /* a list under the pointer keeps its rows */
  await page().goto(replay.url + path);
  await page().waitForSelector('.pill[data-phase="live"]');
};
const phase = (name) => page().waitForSelector(`.pill[data-phase="${name}"]`);
const count = (selector) => page().locator(selector).count();
const overflow = () => page().evaluate(() => document.documentElement.scrollWidth - innerWidth);
const tile = (number) => page().locator(`.tile[data-id="ch-${String(number).padStart(2, "0")}"]`);

test("the wall paints a picture for every channel that has one", async () => {
  await open("/wall");
  await page().waitForFunction((tiles) => window.gantryPainted.pictures >= tiles - 3, TILES);
  await soon.equal(() => count(".tile"), TILES);
  await soon.equal(() => count('.tile[data-picture="none"]'), 3);
  await soon.equal(overflow, 0);
});

test("an alarm, a stale picture, an unknown channel and one that starts differ in more than colour", async () => {
  await soon.equal(() => tile(8).getAttribute("data-look"), "alarm");
  await soon.match(() => tile(8).innerText(), /No packets arrive/);
  await soon.match(() => tile(8).innerText(), /Picture .* old/);
  await soon.equal(() => tile(8).getAttribute("data-hatched"), "yes");
  await soon.equal(() => tile(19).getAttribute("data-look"), "acked");
  await soon.equal(() => tile(24).getAttribute("data-look"), "unknown");
  await soon.match(() => tile(24).innerText(), /worker does not report/);
  await soon.equal(() => tile(45).getAttribute("data-look"), "starting");
});

test("acknowledging by key asks for a note and shows the owner", async () => {
  await page().keyboard.press("a");
  await page().fill("dialog textarea", "Called the head-end");
  await page().click('dialog button[type="submit"]');
  await page().waitForFunction(() => document.querySelector('.tile[data-id="ch-08"]').dataset.look === "acked");
  await soon.equal(() => replay.replay.alarms[0].owner, "local"); /* the page shows it before the appliance has it */
  assert.equal(replay.replay.alarms[0].note, "Called the head-end");
});

test("an alarm that a colleague took first is shown as theirs, with the reason", async () => {
  await open("/alarms");
  const alarm = replay.replay.alarms[2];
  await page().waitForSelector(`tr[data-alarm="${alarm.id}"] .dealing button:text("Acknowledge")`); /* it came as one that waits */
  Object.assign(alarm, { operator_state: "ack", owner: "m.ivanova" });
  await page().click(`tr[data-alarm="${alarm.id}"] .dealing button`);
  const refusal = page().waitForSelector(".toasts p:has-text('Already acknowledged by m.ivanova 4 s ago')");
  await Promise.all([refusal, page().click('dialog button[type="submit"]')]);
  await page().waitForFunction((id) => document.querySelector(`tr[data-alarm="${id}"]`).innerText.includes("m.ivanova"), alarm.id);
});

test("one alarm tells its story, shows the pictures around it, says why one is missing, and links the clip", async () => {
  const alarm = replay.replay.alarms[3];
  await open(`/alarms/${alarm.id}`);
  await page().waitForFunction(() => [...document.querySelectorAll(".drawer .frames img")].filter((one) => one.naturalWidth === 320).length === 2);
  await page().waitForSelector(".drawer .timeline li");
  for (const wanted of [
    /Call the head-end: 4711/, /Raised · Minor/, /Told on-call → 200/, /Telling pager failed → 503/, /Acknowledged by m\.ivanova\s+Called the head-end <b>/,
    /Before 8\.4 s before it began .* far from its place/, /No picture was taken until 30 s after the alarm/, /After 10\.2 s after it began/,
    /Change between pictures\s+not measured/, /61 MB.*It ends 2\.0 s early/, /Raised as critical after 1 s/, /Raised within a minute of it/,
  ]) await soon.match(() => page().locator(".drawer").innerText(), wanted);
  assert.match(await page().locator('.drawer a[href$="clip.ts"]').getAttribute("href"), /clip\.ts$/);
  await page().waitForSelector(".drawer .chart canvas");
  await soon.equal(overflow, 0);
  await page().keyboard.press("Escape");
  await page().waitForFunction(() => document.querySelector(".drawer") === null);
  await soon.equal(() => new URL(page().url()).pathname, "/alarms");
});

test("rows stay under the pointer while alarms arrive and end; the bar shows what waits", async () => {
  await open("/alarms");
  const { alarms } = replay.replay;
  const ids = () => page().evaluate(() => [...document.querySelectorAll("tr[data-alarm]")].map((row) => row.dataset.alarm));
  await page().hover("tr[data-alarm] >> nth=1"); /* waits for the list */
  const before = await ids();
  const arriving = { ...alarms[0], id: "30000000-0000-4000-8000-000000000000", incident_id: "30000000-0000-4000-8000-000000000000", operator_state: "none", raised_at: new Date().toISOString() };
  replay.replay.say("alarm", arriving, 3);
  replay.replay.say("alarm", { ...alarms[4], is_cleared: true, cleared_at: new Date().toISOString() }, 4);
  await page().waitForSelector(".fresh:has-text('1 new alarm')");
  assert.deepEqual(await ids(), before);
  await soon.match(() => page().locator(`tr[data-alarm="${alarms[4].id}"]`).innerText(), /cleared/);
  await page().mouse.move(5, 5);
  await page().waitForFunction((id) => document.querySelector("tr[data-alarm]").dataset.alarm === id, arriving.id);
  await soon.equal(async () => (await ids()).includes(alarms[4].id), false);
});

test("an incident is one row that opens, and one act acknowledges all of it", async () => {
  replay.replay.alarms.push(...makeIncident(Date.now(), 12));
  await open("/alarms");
  const row = page().locator('tr[data-alarm="10000000-0000-4000-8000-000000000000"]');
  await row.locator("button[aria-expanded]").click();
  await soon.equal(() => count("tr.member"), 11);
  await row.locator(".dealing button").click();
  await soon.match(() => page().locator("dialog").innerText(), /Acknowledge 12 alarms/);
  await page().fill("dialog textarea", "The switch is dead");
  await page().click('dialog button[type="submit"]');
  await page().waitForFunction(() => /Ack by local/.test(document.querySelector('tr[data-alarm="10000000-0000-4000-8000-000000000000"]')?.innerText ?? ""));
  await soon.equal(() => replay.replay.alarms.filter(({ owner, note }) => owner === "local" && note === "The switch is dead").length, 12);
});

test("a filter lives in the address, and what it leaves is exported", async () => {
  await open("/alarms");
  await page().check(".filters label:has-text('Warning') input");
  await page().fill(".filters input[type=search]", "programme clock");
  await page().waitForURL(/severity=warning&q=programme\+clock$/);
  await soon.equal(() => count("tr[data-alarm]"), 1);
  await page().reload();
  await page().waitForSelector("tr[data-alarm]");
  assert.equal(await count("tr[data-alarm]"), 1);
  await soon.equal(() => page().locator(".export a").getAttribute("href"), "/api/v1/alarms.csv?state=open&severity=warning&q=programme+clock");
  await page().fill(".filters input[type=search]", "nothing like that");
  await page().waitForSelector("text=No open alarm fits this filter");
});

test("a shelf by key needs a reason, ends, and is listed apart", async () => {
  replay.replay.alarms = replay.replay.alarms.filter(({ operator_state }) => operator_state !== "shelved");
  await open("/alarms?q=clock");
  await page().waitForSelector("tr[data-alarm]"); /* that the key is about */
  await page().keyboard.press("z");
  await page().selectOption("dialog select", "15");
  await page().click('dialog button[type="submit"]');
  assert.equal(await page().locator("dialog").count(), 1, "without a reason it stays");
  await page().fill("dialog textarea", "Known, a new encoder comes tomorrow");
  await page().click('dialog button[type="submit"]');
  await page().waitForSelector("text=No open alarm fits this filter");
  await page().click('.tabs a:has-text("Shelved")');
  await soon.match(() => page().locator("tr[data-alarm]").innerText(), /Shelved by local until \d\d:\d\d/);
  await page().click('.dealing button:has-text("Unshelve")');
  await page().waitForSelector("text=Nothing is shelved");
});

test("the past comes in pages; without its database the last 24 hours are shown and it is said", async () => {
  await open("/alarms?show=history");
  await page().waitForFunction(() => document.querySelectorAll("tr[data-alarm]").length === 100);
  await page().click("text=Older alarms");
  await page().waitForFunction(() => document.querySelectorAll("tr[data-alarm]").length === 120);
  replay.replay.historyAway = true;
  await page().click("text=7 days");
  await page().waitForSelector(".failure:has-text('did not answer')");
  await soon.match(() => page().locator(".failure").innerText(), /Shown is what the journal has: the last 24 hours/);
  await soon.ok(async () => (await count("tr[data-alarm]")) > 5);
  replay.replay.historyAway = false;
});

test("an alarm reads on a phone: nothing is wider than it, buttons are large", async () => {
  await page().setViewportSize({ width: 390, height: 844 });
  await open("/alarms");
  await page().waitForSelector(".dealing button");
  await soon.equal(overflow, 0);
  await soon.ok(async () => (await page().locator(".dealing button").first().boundingBox()).height >= 44);
  await open(`/alarms/${replay.replay.alarms[3].id}`);
  await page().waitForSelector(".drawer .timeline li");
  await page().waitForSelector(".drawer .chart canvas");
  await soon.equal(overflow, 0);
  await page().setViewportSize({ width: 1920, height: 1080 });
});

test("a report that takes long is waited for, says by which rules it counts, and prints as pages with text", async () => {
  await open("/reports?period=month&target=99.9");
  await page().waitForSelector(".reports table.report tbody tr:nth-child(60)");
  for (const wanted of [/November 2026/, /Provisional/, /planned work excluded/, /Mean time to acknowledge\s+1 min 23 s over 190; 24 were never/, /Only measured time counts/, /41 × continuity/, /35900 of 36000 hours comply/]) await soon.match(() => page().locator("main").innerText(), wanted);
  assert.ok((await count('.heat [data-heat="none"]')) > 60);
  const pdf = (await page().pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.ok((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length >= 3, "it has pages");
  assert.match(pdf, /\/Font\b/, "it has text");
  assert.ok(pdf.length > 40_000);
  await page().emulateMedia({ media: "print" });
  await soon.equal(() => page().locator(".head").isVisible(), false);
  await soon.equal(() => page().locator(".rules").isVisible(), true);
  await page().emulateMedia({ media: null });
});

test("a report that cannot be made says why, and the last one stays, greyed", async () => {
  replay.replay.reportAway = true;
  await page().click(".choices button:has-text('Week')");
  await page().waitForSelector(".reports.greyed .failure:has-text('history database')");
  assert.equal(await page().locator(".report tbody tr").count() >= 60, true);
  replay.replay.reportAway = false;
});

test("the channel page draws its charts, and its tree marks what changed and what left", async () => {
  await open("/channels/ch-20");
  await page().waitForFunction(() => document.querySelectorAll(".chart canvas").length === 8);
  await page().waitForSelector('.live-picture[data-picture="live"]');
  await soon.match(() => page().locator('[data-chart="bitrate"] figcaption').innerText(), /mean \d\.\d\d Mb/);
  await page().waitForSelector(".lane rect.span");
  await page().click('button:text("TS structure")');
  await page().waitForSelector('.tree [data-pid="258"][data-changed="yes"]');
  await soon.match(() => page().locator(".tree .gone").innerText(), /0x0104[\s\S]*gone since/);
  await soon.equal(() => count('.tree [data-changed="no"]'), 3);
});

test("the system page answers whether the measurements can be trusted, and names who is not measured", async () => {
  await open("/system");
  await page().waitForSelector('.trust[data-trust="no"]');
  await soon.match(() => page().locator(".trust").innerText(), /1 of 60 channels cannot be measured/);
  await soon.equal(() => count('.trust a[href="/channels/ch-24"]'), 1);
  await soon.match(() => page().locator(".depth").innerText(), /room for 118 more[\s\S]*11 channels too many/);
  await page().waitForSelector(".spark path");
  await soon.match(() => page().locator(".sensors:has-text('Fan 2')").innerText(), /Fan 2\s+not fitted/);
});

test("no page offended the content security policy, Trusted Types or the console", () => {
  assert.deepEqual(complaints, []);
});

test("a stream that falls silent is stale after five seconds, and live again when it speaks", async () => {
  await open("/wall");
  replay.replay.mute = true;
  await page().waitForFunction(() => {
    const pill = document.querySelector('.pill[data-phase="stale"]');
    return pill && /no update for ([5-9]|1[0-5]) s/.test(pill.innerText); /* it counts on; after 15 s it is no connection */
  });
  replay.replay.mute = false;
  await phase("live");
});

test("when the appliance goes, the page greys and says since when; when it returns, it is live by itself", async () => {
  await open("/wall");
  const port = Number(new URL(replay.url).port);
  replay.close();
  await phase("down");
  await soon.match(() => page().locator(".banner").innerText(), /Picture frozen: no data since \d\d:\d\d:\d\d UTC/);
  await soon.equal(() => count(".strip button:enabled"), 0);
  await page().waitForFunction(() => document.querySelectorAll('.tile[data-hatched="no"]').length <= 1);
  replay = await startReplay({ dist, trouble: true, port });
  await phase("live");
  await soon.equal(() => count(".banner"), 0);
});

test("a session that ends asks for a login over the kept page", async () => {
  await open("/wall");
  replay.replay.authenticated = false;
  await phase("unauthorised");
  await soon.equal(() => count(".tile"), TILES);
  await page().fill('dialog input[name="username"]', "noc");
  await page().fill('dialog input[name="current-password"]', "wrong");
  await page().click("dialog button.main");
  await page().waitForSelector("dialog .failure:has-text('wrong')");
  await page().fill('dialog input[name="current-password"]', "correct horse");
  await page().click("dialog button.main");
  await phase("live");
});

test("the code of a link logs in and leaves the address", async () => {
  replay.replay.authenticated = false;
  await page().goto("about:blank");
  await page().goto(`${replay.url}/#login=${CODE}`);
  await phase("live");
  await soon.equal(() => new URL(page().url()).hash, "");
  await soon.equal(() => count(".tile"), TILES);
});
