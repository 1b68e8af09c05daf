/* Two people at the alarms of a real gantryd at once: the first who acknowledges has it, the other is told. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { Box, sources } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";

const PASSWORD = "a long password";
const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS ?? ""; /* a folder for screenshots to be looked at */
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";
const real = (name, body) => test(name, { skip: reasonToSkip }, body);

let box;
let browsers = [];
const complaints = [];

const ask = (page, path, body) =>
  page.evaluate(([to, what]) => fetch(`/api/v1${to}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) }).then((reply) => reply.status), [path, body]);
const row = (page) => page.locator('tr[data-alarm]:has(a[href="/channels/ch-01"]):has-text("No packets")').first();

async function enter(browser, user) {
  await browser.page.goto(`${box.url}/alarms`);
  await browser.page.fill('input[name="username"]', user);
  await browser.page.fill('input[name="current-password"]', PASSWORD);
  await browser.page.click("button.main");
  await browser.page.waitForSelector('.pill[data-phase="live"]');
}

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: 7 });
  browsers = await Promise.all([0, 1].map(() => startChromium({ modules, width: 1600, height: 900 })));
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
  await anna.page.waitForSelector('.pill[data-phase="live"]');
  assert.equal(await ask(anna.page, "/users", { name: "bert", role: "operator", password: PASSWORD, must_change_password: false }), 201);
  await enter(bert, "bert");
  await anna.page.goto(`${box.url}/alarms`);
  await box.traffics("break", "ch-01", "stop");
  await Promise.all([row(anna.page).waitFor(), row(bert.page).waitFor()]);
  await row(bert.page).locator(".dealing button").click();
  await bert.page.waitForSelector("dialog textarea"); /* about the alarm as it is, before anna has it */
  await row(anna.page).locator(".dealing button").click();
  await anna.page.fill("dialog textarea", "I call the head-end");
  await anna.page.click('dialog button[type="submit"]');
  await row(anna.page).locator("text=Ack by anna").waitFor();
  const refusal = bert.page.locator(".toasts p", { hasText: /Already acknowledged by anna \d+ (s|min) ago/ });
  await Promise.all([refusal.waitFor(), bert.page.click('dialog button[type="submit"]')]);
  await row(bert.page).locator("text=Ack by anna").waitFor();
  await row(bert.page).locator("text=I call the head-end").waitFor();
});

real("the alarm's own address tells its rule, its run-book and who did what", async () => {
  const [, { page }] = browsers;
  await row(page).locator("td.text a").click();
  await page.waitForSelector(".drawer .timeline li");
  await page.locator(".drawer .timeline li:has-text('Acknowledged by anna')").waitFor();
  const text = () => page.locator(".drawer").innerText();
  await soon.match(text, /Raised as critical after 1 s; cleared after 5 s without it/);
  await soon.match(text, /Check source, switch port and multicast route/);
  await soon.match(() => new URL(page.url()).pathname, /^\/alarms\/[0-9a-f-]{36}$/);
});

real("the run-book is changed where it is read, by those who may; the others see the new words", async () => {
  const [{ page: anna }, { page: bert }] = browsers;
  await anna.goto(bert.url());
  await anna.waitForSelector(".drawer .runbook");
  await bert.waitForSelector(".drawer .runbook");
  assert.equal(await bert.locator('.drawer button:text("Change the text")').count(), 0, "an operator may not");
  await anna.click('.drawer button:text("Change the text")');
  await anna.locator(".drawer textarea").fill("Call the tower: 4711.\nThen the switch port.");
  if (shots) await anna.screenshot({ path: join(shots, "runbook-in-place.png") });
  assert.deepEqual(await violations({ ...browsers[0], page: anna }, modules, ".drawer"), []);
  await anna.click('.drawer form button[type="submit"]');
  await anna.waitForSelector('.drawer .runbook:has-text("Call the tower: 4711.")');
  await soon.match(() => anna.locator(".drawer .runbook-whose").innerText(), /The site's own words/);
  await bert.waitForSelector('.drawer .runbook:has-text("Then the switch port.")');
  await anna.click('.drawer button:text("Change the text")');
  await anna.click('.drawer button:text("Back to the shipped text")');
  await anna.waitForSelector('.drawer .runbook:has-text("Check source, switch port and multicast route")');
});

real("where the figure crossed the limit of the rule that fired is told and drawn", async () => {
  const [{ page }] = browsers;
  await page.waitForSelector(".drawer .crossings li");
  await soon.match(() => page.locator(".drawer .crossings").innerText(), /^\d\d:\d\d:\d\d (fell below|crossed, and came back over,) “nothing arrives”/);
  const at = Date.parse(await page.locator(".drawer .crossings time").first().getAttribute("datetime"));
  const alarm = await page.evaluate((id) => fetch(`/api/v1/alarms/${id}`).then((reply) => reply.json()), page.url().split("/").at(-1).split("?")[0]);
  assert.ok(Math.abs(at - Date.parse(alarm.alarm.raised_at)) < 4000, `${at} against ${alarm.alarm.raised_at}`);
  await page.waitForSelector('.drawer [data-chart="bitrate"] canvas');
  if (shots) await page.locator(".drawer").screenshot({ path: join(shots, "drawer-crossings.png") });
});

real("a channel that joins an incident while it is looked at is listed with how much later it failed", async () => {
  const [{ page }] = browsers;
  await page.mouse.move(5, 5); /* on the list, where the click before left it, it would hold the rows and let the incident wait above them */
  await page.goto(`${box.url}/alarms`);
  await Promise.all(["ch-02", "ch-03", "ch-04", "ch-05", "ch-06"].map((id) => box.traffics("break", id, "stop"))); /* within the 3 s of one cause */
  await new Promise((done) => setTimeout(done, 1200));
  await box.traffics("break", "ch-07", "stop");
  const head = page.locator("tr[data-alarm]:has-text('receive nothing')").first();
  await soon(async () => assert.ok((await head.count()) > 0, `no incident among ${(await page.locator("tr[data-alarm]").allInnerTexts()).join("; ")}`));
  await head.locator("td.text a").first().click();
  await page.waitForFunction(() => (document.querySelector(".drawer .others")?.children.length ?? 0) >= 6);
  const others = () => page.locator(".drawer .others").first().innerText();
  await soon.match(others, /failed first/);
  await soon.match(others, /\d s later/);
  if (shots) await page.screenshot({ path: join(shots, "incident.png") });
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
