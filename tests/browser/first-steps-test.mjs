/* The first start of a real gantryd that watches nothing yet: the code, the account, then steps that can be left out and taken up
   again, and never stand before the wall. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS ?? ""; /* a folder for screenshots to be looked at */
const PASSWORD = "a long password";

let box;
let browser;
const complaints = [];
const page = () => browser.page;
const step = (name) => page().locator(`[data-step="${name}"]`);
const states = () => page().locator("[data-step]").evaluateAll((all) => all.map((one) => one.dataset.state));
const settled = (wanted) => soon.deepEqual(states, wanted);
const api = (path) => page().evaluate((at) => fetch(`/api/v1${at}`).then((reply) => reply.json()), path);
const path = () => new URL(page().url()).pathname;

async function look(name) {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  assert.deepEqual(await violations(browser, modules, "main"), [], name);
}

before(async () => {
  box = await Box.start({ build, channels: "" });
  browser = await startChromium({ modules, width: 1440, height: 900 });
  page().on("console", (message) => message.type() === "error" && !/status of (400|401|404|412)/.test(message.text()) && complaints.push(message.text()));
  page().on("pageerror", (error) => complaints.push(String(error)));
});

after(async () => {
  await browser?.close();
  await box?.close();
});

test("after the account the first steps are there, and the wall is one click away", async () => {
  await page().goto(box.url);
  await page().waitForSelector("text=First start");
  await look("first-start-code");
  await page().fill('input[name="code"]', box.setupCode());
  await page().fill('input[name="username"]', "noc-lead");
  await page().fill('input[name="password"]', PASSWORD);
  await page().click("button.main");
  await page().waitForSelector('[data-step="site"]');
  await soon.equal(path, "/config/start");
  await settled(["open", "open", "open"]);
  await soon.equal(() => step("site").locator("form").count(), 1, "the first that waits is open");
  await look("first-steps");
  await page().click('a.button:has-text("To the wall")');
  await page().waitForSelector("h1:has-text('No channels yet')");
  await page().waitForSelector('.pill[data-phase="live"]');
});

test("the empty wall offers to add, to import, and the steps; nothing else asks for them", async () => {
  for (const theme of ["dark", "night", "light"]) {
    await page().goto(`${box.url}/wall?theme=${theme}`);
    await page().waitForSelector(".begin");
    await look(`empty-wall-${theme}`);
  }
  await page().goto(`${box.url}/wall`);
  await page().waitForSelector(".begin a");
  await soon.deepEqual(() => page().locator(".begin a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))), ["/config/channels/+", "/config/import", "/config/start"]);
  assert.equal(await page().locator("dialog").count(), 0);
  await page().reload();
  await page().waitForSelector(".begin");
  assert.equal(path(), "/wall", "a reload does not lead back to the steps");
  await page().click('.begin a[href="/config/channels/+"]');
  await page().waitForSelector("h1:has-text('Add a channel')");
  await page().goBack();
  await page().click('.begin a[href="/config/import"]');
  await page().waitForSelector("h1:has-text('Import and export')");
  await page().goBack();
  await page().click('.begin a[href="/config/start"]');
  await page().waitForSelector('[data-step="site"] form');
});

test("the site gets its name and zone, and the head of every page has them", async () => {
  await step("site").locator('[name="name"]').fill("Tower North");
  await step("site").locator('[name="timezone"]').fill("Mars/Olympus");
  await step("site").locator('button[type="submit"]').click();
  await page().waitForSelector('[data-step="site"] .failure');
  await step("site").locator('[name="timezone"]').fill("Europe/Vienna");
  await step("site").locator('button[type="submit"]').click();
  await settled(["done", "open", "open"]);
  await page().waitForSelector('.brand:text-is("Tower North")');
  await soon.deepEqual(async () => {
    const policy = await api("/policy");
    return [policy.name, policy.timezone, policy.skipped_steps];
  }, ["Tower North", "Europe/Vienna", []]);
});

test("a step is put aside, that is kept by the box, and it can be taken up again", async () => {
  await step("channels").locator('button:text("Put aside")').click();
  await settled(["done", "skipped", "open"]);
  await soon.deepEqual(async () => (await api("/policy")).skipped_steps, ["channels"]);
  await page().waitForSelector('[data-step="receivers"] form');
  await page().evaluate(() => localStorage.clear());
  await page().reload();
  await settled(["done", "skipped", "open"]);
  await look("first-steps-skipped");
  await step("channels").locator('button:text-is("Open")').click();
  await step("channels").locator('button:has-text("A list")').click();
  await step("channels").locator('[name="list"]').fill("id,name,address\nnews,News,udp://239.77.1.1:5000\nsport,Sport,udp://239.77.1.2:5000\n");
  await step("channels").locator('button:text("See what it would do")').click();
  await soon.match(() => page().locator(".verdict").innerText(), /2 new, 0 changed/);
  await step("channels").locator('button:text("Take this list")').click();
  await settled(["done", "done", "open"]);
  await soon.equal(async () => (await api("/channel-settings")).items.length, 2);
});

test("one more channel is looked at before it is added", async () => {
  await step("channels").locator('button:text("One, with a look at its input")').click();
  await step("channels").locator('[name="probe-address"]').fill("udp://239.77.1.3:5000");
  await step("channels").locator('.probe button[type="submit"]').click();
  await page().waitForSelector(".probe :is(.failure, .probe-service)");
  await step("channels").locator('[name="name"]').fill("Culture");
  await look("first-steps-channel");
  await step("channels").locator('form[aria-label="New channel"] button[type="submit"]').click();
  await soon.match(() => step("channels").innerText(), /3 channels are watched/);
});

test("a receiver is added, and a test message tells its real answer", async () => {
  const got = [];
  const hook = createServer((request, reply) => {
    request.resume();
    got.push(request.headers["webhook-id"]);
    reply.end("thank you");
  });
  await new Promise((done) => hook.listen(0, "127.0.0.1", done));
  await step("receivers").locator('button:text-is("Open")').click();
  const fill = (name, value) => step("receivers").locator(`[name="${name}"]`).fill(value);
  await fill("id", "on-call");
  await fill("url", `http://127.0.0.1:${hook.address().port}/`);
  await fill("secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  await step("receivers").locator('[name="allow_private"]').check();
  await step("receivers").locator('form button[type="submit"]').click();
  await settled(["done", "done", "done"]);
  await page().click('button:text("Send a test message")');
  await soon.match(() => page().locator('.deliveries p[role="status"]').innerText(), /^Taken[\s\S]*200/);
  await page().waitForSelector("text=Nothing waits here any more");
  await look("first-steps-done");
  assert.ok(got.length >= 1);
  hook.close();
});

test("whoever may not change anything is not asked to, and the wall has its channels", async () => {
  await page().goto(`${box.url}/wall`);
  await page().waitForFunction(() => document.querySelectorAll("a.tile").length === 3);
  await page().evaluate((password) => fetch("/api/v1/users", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "eye", role: "viewer", password, must_change_password: false }) }), PASSWORD);
  for (const id of ["news", "sport", "culture"]) await page().evaluate((one) => fetch(`/api/v1/channels/${one}`, { method: "DELETE", headers: { "If-Match": "*" } }), id);
  await page().context().clearCookies();
  await page().goto(`${box.url}/wall`);
  await page().fill('input[name="username"]', "eye");
  await page().fill('input[name="current-password"]', PASSWORD);
  await page().click("button.main");
  await page().waitForSelector("h1:has-text('No channels yet')");
  await page().waitForSelector("text=An engineer adds them.");
  assert.equal(await page().locator(".begin").count(), 0);
  await page().goto(`${box.url}/config/start`);
  await page().waitForSelector(".locked");
  assert.equal(await page().locator("[data-step]").count(), 0);
});

test("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
