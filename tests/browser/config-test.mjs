/* Configuration in the browser against a real gantryd: everything an engineer sets up, two of them at once, and axe on each page. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box, sources } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";

const CHANNELS = 3;
const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS; /* a folder for pictures of every page */
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";
const probed = (of = box) => of.basePort + 1; /* that the generator sends to, and no channel of the list receives */

let box;
let browser;
const complaints = [];
const page = () => browser.page;
const text = (selector) => page().locator(selector).first().innerText();
const says = (selector, pattern) => soon.match(() => text(selector), pattern);
const real = (name, body) => test(name, { skip: reasonToSkip }, body);

function listenTo(one) {
  one.on("console", (message) => {
    if (message.type() === "error" && !/status of (401|404|409|412|422|428|503)/.test(message.text())) complaints.push(message.text());
  });
  one.on("pageerror", (error) => complaints.push(String(error)));
}

async function open(path, where = page()) {
  await where.goto(box.url + path);
  await where.waitForSelector(".section h1, .section form, .section table");
}

async function look(name) {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  assert.deepEqual(await violations(browser, modules, "main"), [], name);
}

const fill = (form, name, value, where = page()) => where.fill(`form[aria-label="${form}"] [name="${name}"]`, value);
const saveForm = (form, where = page()) => where.click(`form[aria-label="${form}"] button[type="submit"]`);
/* Does what saves, and sees that it is said; the notice stands for six seconds alone, so it is looked for from the beginning. */
const saves = (act, where = page()) => Promise.all([where.waitForSelector(".toasts p:has-text('Saved')"), act()]);
const api = (path, where = page()) => where.evaluate((at) => fetch(`/api/v1${at}`).then((reply) => reply.json()), path);

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: CHANNELS, listed: (line, of) => !line.includes(`:${probed(of)}`) });
  browser = await startChromium({ modules, width: 1440, height: 900 });
  listenTo(page());
  await page().goto((await box.link()).replace(/^https?:\/\/[^/]+/, box.url));
  await page().waitForSelector('.pill[data-phase="live"]');
});

after(async () => {
  await browser?.close();
  await box?.close();
});

real("channels of the settings' file are listed, and locked with its name", async () => {
  await open("/config");
  await page().waitForSelector(".objects tbody tr");
  await soon.equal(() => page().locator(".objects tbody tr").count(), CHANNELS - 1);
  await look("channels");
  await page().click(".objects tbody tr a");
  await says(".locked", /stands in .*channels\.csv/);
  assert.equal(await page().locator('form.object button[type="submit"]').count(), 0);
});

real("an input is looked at before it becomes a channel: services, streams, a picture, then one save", async () => {
  await open("/config/channels/+");
  await page().fill('[name="probe-address"]', `rtp://239.255.0.2:${probed()}`);
  await page().fill('[name="probe-interface"]', "lo");
  const begun = Date.now();
  await page().click('.probe button[type="submit"]');
  await page().waitForSelector(".probe-service");
  console.log(`# services were shown ${((Date.now() - begun) / 1000).toFixed(1)} s after the click`);
  await page().waitForFunction(() => document.querySelector(".probe-service img")?.naturalWidth > 100);
  await says(".probe-service", /video .*\n?[\s\S]*audio/);
  await page().click(".probe-service input");
  await fill("New channel", "name", "Probed One");
  await fill("New channel", "short_name", "far too long");
  await look("probe");
  assert.equal(await page().inputValue('form[aria-label="New channel"] [name="short_name"]'), "far too ", "no more than 8 characters can be typed");
  await fill("New channel", "short_name", "PROBED");
  await saveForm("New channel");
  await page().waitForURL("**/config/channels/probed-one");
  await page().waitForSelector('form[aria-label="Channel probed-one"]');
  await soon.equal(async () => (await api("/channels/probed-one/settings")).short_name, "PROBED");
  await look("channel");
});

real("what is wrong stands beside its field, and gets the focus", async () => {
  await open("/config/channels/probed-one");
  await fill("Channel probed-one", "address", "file:///etc/passwd");
  await saveForm("Channel probed-one");
  await page().waitForSelector('[data-field="address"][data-invalid] [role="alert"]');
  await soon.equal(() => page().evaluate(() => document.activeElement.name), "address");
  await page().click('button:text("Undo changes")');
});

real("changes that were not saved are not left by accident", async () => {
  await open("/config/channels/probed-one");
  await fill("Channel probed-one", "name", "Half typed");
  await page().waitForSelector(".unsaved");
  let asked = 0;
  const refuse = (dialog) => ((asked += 1), dialog.dismiss());
  page().on("dialog", refuse);
  await page().click('nav[aria-label="Pages"] a[href="/wall"]');
  assert.equal(await page().evaluate(() => location.pathname), "/config/channels/probed-one");
  await page().evaluate(() => history.back());
  await soon.equal(() => asked, 2, "asked each time");
  await soon.equal(() => page().evaluate(() => location.pathname), "/config/channels/probed-one");
  page().off("dialog", refuse);
  page().once("dialog", (dialog) => dialog.accept());
  await page().click('nav[aria-label="Configuration"] a[href="/config/walls"]');
  await page().waitForURL("**/config/walls");
});

real("of two browsers that change one channel the second sees three columns and chooses field by field", async () => {
  const second = await browser.context.newPage();
  listenTo(second);
  await open("/config/channels/probed-one");
  await open("/config/channels/probed-one", second);
  const form = "Channel probed-one";
  await fill(form, "name", "By the first");
  await fill(form, "group", "First group");
  await saves(() => saveForm(form));
  await fill(form, "name", "By the second", second);
  await fill(form, "short_name", "SECOND", second);
  await saveForm(form, second);
  await second.waitForSelector("dialog .conflict");
  await soon.equal(() => second.locator(".conflict tbody tr").count(), 3);
  await soon.match(() => second.locator('.conflict tr[data-field="name"]').innerText(), /both changed it[\s\S]*By the second[\s\S]*By the first[\s\S]*Probed One/);
  await soon.equal(() => second.isChecked('.conflict tr[data-field="group"] input[value="theirs"]'), true);
  if (shots) await second.screenshot({ path: join(shots, "conflict.png") });
  assert.deepEqual(await violations({ ...browser, page: second }, modules, "main"), []);
  await saves(() => second.click('dialog button[type="submit"]'), second);
  await soon.deepEqual(async () => {
    const settings = await api("/channels/probed-one/settings");
    return [settings.name, settings.short_name, settings.group];
  }, ["By the second", "SECOND", "First group"]);
  await second.close();
});

real("a channel is switched off and on again: its tile is a name, and nothing is said about it", async () => {
  await open("/config/channels/probed-one");
  await page().uncheck('form[aria-label="Channel probed-one"] [name="enabled"]');
  await saves(() => saveForm("Channel probed-one"));
  await page().goto(`${box.url}/wall`);
  const tile = '.tile[data-id="probed-one"]';
  await page().waitForSelector(`${tile}[data-look="disabled"]`);
  await soon.equal(() => text(tile), "SECOND");
  if (shots) await page().screenshot({ path: join(shots, "wall-disabled.png") });
  await open("/config");
  await page().waitForSelector(".objects tbody tr:has-text('Switched off')");
  await open("/config/channels/probed-one");
  await page().check('form[aria-label="Channel probed-one"] [name="enabled"]');
  await saves(() => saveForm("Channel probed-one"));
  await page().goto(`${box.url}/wall`);
  await page().waitForSelector(`${tile}:is([data-look="normal"], [data-look="recovered"])[data-picture="live"]`);
});

real("a list tells row by row what it would do, and is taken as one change", async () => {
  await open("/config/import");
  await page().fill('[name="list"]', "id,name,address\nnew-a,New A,udp://239.77.1.1:5000\nprobed-one,Renamed,\nbad,Bad,http://x\n");
  await page().click('form[aria-label="Import"] button[type="submit"]');
  await page().waitForSelector(".rows tbody tr");
  await says(".verdict", /1 new, 0 changed, 0 unchanged, 0 to be removed, 2 that cannot be taken/);
  await soon.equal(() => page().isDisabled('button:text("Take this list")'), true);
  await look("import");
  await page().fill('[name="list"]', "id,name,address\nnew-a,New A,udp://239.77.1.1:5000\nnew-b,New B,udp://239.77.1.2:5000\n");
  await page().click('form[aria-label="Import"] button[type="submit"]');
  await says(".verdict", /2 new, 0 changed/);
  await page().click('button:text("Take this list")');
  await page().waitForSelector("text=Done: generation");
  await soon.equal(async () => (await api("/channel-settings")).items.length, CHANNELS + 2);
});

real("every change is listed with its author, shown, and taken back", async () => {
  await open("/config/generations");
  await page().waitForSelector(".generation");
  await page().click('.generation:first-child button:text("What changed")');
  await page().waitForSelector(".generation:first-child .change-list");
  await says(".generation:first-child", /channels\/new-a added|New a|new-a/);
  await look("generations");
  await page().click('.generation:nth-child(2) button:text("Go back to this")');
  await page().waitForSelector("dialog .change-list");
  await says("dialog", /new-a is gone[\s\S]*new-b is gone/);
  await page().click('dialog button:text("Go back")');
  await says(".generation", /back to generation/);
  await soon.equal(async () => (await api("/channel-settings")).items.length, CHANNELS);
});

real("a channel goes only when its name was typed", async () => {
  await open("/config/channels/probed-one");
  await page().click('button:text("Delete channel")');
  await soon.equal(() => page().isDisabled('dialog button[type="submit"]'), true);
  await page().fill('dialog [name="confirm"]', "probed-one");
  await page().click('dialog button[type="submit"]');
  await page().waitForURL("**/config/channels");
  await soon.equal(async () => (await api("/channel-settings")).items.some(({ id }) => id === "probed-one"), false);
});

real("a profile reads as sentences, says where each value comes from, and is tried before it is saved", async () => {
  await open("/config/profiles");
  await page().waitForSelector(".objects tbody tr");
  await look("profiles");
  await page().fill('[name="profile-name"]', "Late talk");
  await page().selectOption('[name="profile-base"]', "news");
  await page().click('form[aria-label="New profile"] button');
  await page().waitForURL("**/config/profiles/late-talk");
  await page().waitForSelector('[data-fault="picture-black"]');
  await says('[data-fault="picture-black"] .origins', /Raise s from news: A studio is never dark/);
  await page().fill('[data-fault="picture-black"] input[aria-label$="Raise s"]', "7");
  await page().locator('[data-fault="picture-black"] input[aria-label$="Raise s"]').blur();
  await page().waitForSelector('[data-fault="picture-black"][data-own]');
  await says('[data-fault="picture-black"] .origins', /set here/);
  await page().fill('[aria-label="Why picture-black raise_s differs"]', "Candles");
  await page().click('button:text("Try the changes")');
  await page().waitForSelector(".simulation .verdict");
  await says(".simulation .verdict", /Would have raised \d+ alarms? on \d+ channels?/);
  await look("profile");
  await saves(() => page().click('.save-bar button:text("Save")'));
  await soon.deepEqual(async () => {
    const { rules } = await api("/profiles/late-talk/rules");
    const black = rules.find(({ fault }) => fault === "picture-black");
    return [black.values.raise_s, black.from.raise_s, black.why.raise_s];
  }, [7, "late-talk", "Candles"]);
});

real("a receiver is added, tested with its real answer, and its log says what it took", async () => {
  const got = [];
  const hook = createServer((request, reply) => {
    request.resume();
    got.push(request.headers["webhook-id"]);
    reply.end("thank you");
  });
  await new Promise((done) => hook.listen(0, "127.0.0.1", done));
  await open("/config/receivers/+");
  await fill("New receiver", "id", "desk");
  await fill("New receiver", "url", `http://127.0.0.1:${hook.address().port}/`);
  await fill("New receiver", "secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  await page().check('form[aria-label="New receiver"] [name="allow_private"]');
  await look("receiver-new");
  await saveForm("New receiver");
  await page().waitForURL("**/config/receivers/desk");
  await page().click('button:text("Send a test message")');
  await says('.deliveries p[role="status"]', /^Taken[\s\S]*200/);
  await page().waitForSelector(".deliveries tbody tr");
  assert.equal(await page().inputValue('[name="secret"]'), "", "a secret is never shown");
  await look("receiver");
  assert.ok(got.length >= 1);
  hook.close();
});

real("maintenance is planned by week and shows when it comes next; a run-book and the site's rules are kept", async () => {
  await open("/config/calendar/+");
  await fill("New calendar entry", "title", "Encoder work");
  await page().selectOption('[name="repeat"]', "weekly");
  await page().fill('[name="from_time"]', "02:00");
  await page().fill('[name="until_time"]', "04:00");
  await look("calendar-new");
  await saveForm("New calendar entry");
  await page().waitForURL("**/config/calendar");
  await page().waitForSelector(".objects tbody tr");
  await says(".objects tbody", /Encoder work[\s\S]*every day 02:00 to 04:00[\s\S]*20\d\d-\d\d-\d\d 0\d:00 UTC|now, until/);
  await look("calendar");
  await open("/config/runbooks");
  await page().click('[data-fault="no-packets"] summary');
  await page().fill('[data-fault="no-packets"] textarea', "Call the tower: 4711");
  await page().click('[data-fault="no-packets"] button[type="submit"]');
  await page().waitForSelector('[data-fault="no-packets"] .badge');
  await look("runbooks");
  await open("/config/site");
  await page().fill('[name="positions"]', "4");
  await saves(() => saveForm("Site"));
  await soon.equal(async () => (await api("/policy")).positions, 4);
  await look("site");
});

real("a wall is made, named by its title, and changed", async () => {
  await open("/config/walls/+");
  await fill("New wall", "title", "Night shift");
  await page().selectOption('[name="layout"]', "fixed");
  await page().fill('[name="columns"]', "3");
  await page().fill('[name="rows"]', "2");
  await look("wall-new");
  await saveForm("New wall");
  await page().waitForURL("**/config/walls/night-shift");
  await soon.equal(async () => (await api("/walls/night-shift")).columns, 3);
  await open("/config/walls");
  await page().waitForSelector(".objects tbody tr");
  await look("walls");
});

real("all of it can be reached and used by keys alone", async () => {
  await open("/config/walls/night-shift");
  await page().waitForSelector('[name="title"]');
  await page().keyboard.press("Tab");
  for (let i = 0; i < 60 && (await page().evaluate(() => document.activeElement.name)) !== "title"; i += 1) await page().keyboard.press("Tab");
  assert.equal(await page().evaluate(() => document.activeElement.name), "title");
  await page().keyboard.press("End");
  await page().keyboard.type(" two");
  await saves(() => page().keyboard.press("Enter"));
  await soon.equal(async () => (await api("/walls/night-shift")).title, "Night shift two");
});

real("a narrow screen and the light theme hold as well", async () => {
  await page().setViewportSize({ width: 390, height: 800 });
  await open("/config");
  await page().waitForSelector(".objects tbody tr");
  await look("narrow");
  await page().setViewportSize({ width: 1440, height: 900 });
  await page().evaluate(() => (document.documentElement.dataset.theme = "light"));
  await look("light");
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
