/* Two people at the alarms of a real gantryd at once: the first who acknowledges has it, the other is told. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { Box, sources } from "./box.mjs";
import { startChromium } from "./chromium.mjs";

const BASE_PORT = 27_400;
const PASSWORD = "a long password";
const build = process.env.GANTRY_BUILD ?? "build";
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";
const real = (name, body) => test(name, { skip: reasonToSkip }, body);

let box;
let browsers = [];
const complaints = [];

const ask = (page, path, body) =>
  page.evaluate(([to, what]) => fetch(`/api/v1${to}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) }).then((reply) => reply.status), [path, body]);
const row = (page) => page.locator('tr[data-alarm]:has-text("No packets")').first();

async function enter(browser, user) {
  await browser.page.goto(`${box.url}/alarms`);
  await browser.page.fill('input[name="username"]', user);
  await browser.page.fill('input[name="current-password"]', PASSWORD);
  await browser.page.click("button.main");
  await browser.page.waitForSelector('.pill[data-phase="live"]', { timeout: 30_000 });
}

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: 2, basePort: BASE_PORT });
  browsers = await Promise.all([0, 1].map(() => startChromium({ modules: join(build, "tests", "browser", "modules"), width: 1600, height: 900 })));
  for (const { page } of browsers) {
    page.on("console", (message) => message.type() === "error" && !/status of (401|404|409|503)/.test(message.text()) && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
  }
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await box?.close();
});

real("two people see the same alarm; the second to acknowledge is told who has it, since when, and sees it", async () => {
  const [anna, bert] = browsers;
  await anna.page.goto(box.url);
  await anna.page.fill('input[name="code"]', box.setupCode());
  await anna.page.fill('input[name="username"]', "anna");
  await anna.page.fill('input[name="password"]', PASSWORD);
  await anna.page.click("button.main");
  await anna.page.waitForSelector('.pill[data-phase="live"]', { timeout: 30_000 });
  assert.equal(await ask(anna.page, "/users", { name: "bert", role: "operator", password: PASSWORD, must_change_password: false }), 201);
  await enter(bert, "bert");
  await anna.page.goto(`${box.url}/alarms`);
  await box.traffics("break", "ch-01", "stop");
  await Promise.all([row(anna.page).waitFor({ timeout: 30_000 }), row(bert.page).waitFor({ timeout: 30_000 })]);
  await row(bert.page).locator(".dealing button").click();
  await row(anna.page).locator(".dealing button").click();
  await anna.page.fill("dialog textarea", "I call the head-end");
  await anna.page.click('dialog button[type="submit"]');
  await row(anna.page).locator("text=Ack by anna").waitFor();
  await bert.page.click('dialog button[type="submit"]');
  await bert.page.waitForSelector(".toasts p");
  assert.match(await bert.page.locator(".toasts").innerText(), /Already acknowledged by anna \d+ s ago/);
  await row(bert.page).locator("text=Ack by anna").waitFor();
  await row(bert.page).locator("text=I call the head-end").waitFor();
});

real("the alarm's own address tells its rule, its run-book and who did what", async () => {
  const [, { page }] = browsers;
  await row(page).locator("td.text a").click();
  await page.waitForSelector(".drawer .timeline li");
  await page.locator(".drawer .timeline li:has-text('Acknowledged by anna')").waitFor({ timeout: 15_000 });
  const text = await page.locator(".drawer").innerText();
  assert.match(text, /Raised as critical after 1 s; cleared after 5 s without it/);
  assert.match(text, /Check source, switch port and multicast route/);
  assert.match(new URL(page.url()).pathname, /^\/alarms\/[0-9a-f-]{36}$/);
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
