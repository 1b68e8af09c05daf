/* Somebody who may know of one channel alone, in the browser, against a real gantryd: every page works, each says what is theirs,
 * and no page shows, counts or asks for what belongs to others. The routes themselves are walked by the services test `scope`. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { freeUdpPorts } from "./ports.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS; /* a folder for pictures of every page */
const PASSWORD = "correct horse battery staple";
const MINE = "mine-1";
const FOREIGN = /foreign|otherhouse/i; /* in every name of the others' channels */
/* Nobody sends there. */
const listFrom = (port) => ["id,name,short_name,group,address,interface,service_id,profile",
  `${MINE},Mine One,Mine,News,udp://239.77.3.1:${port},lo,0,`,
  `foreign-2,Foreign Two,Foreign,Otherhouse,udp://239.77.3.2:${port + 1},lo,0,`,
  `foreign-3,Foreign Three,Foreign,Otherhouse,udp://239.77.3.3:${port + 2},lo,0,`, ""].join("\n");
const PAGES = { wall: "/wall", alarms: "/alarms", handover: "/handover", channel: `/channels/${MINE}`, reports: "/reports", account: "/account", system: "/system" };
const SECTIONS = {
  viewer: ["Alarm profiles", "Calendar", "Walls", "Run-books", "Site"], /* and so an operator */
  engineer: ["Alarm profiles", "Receivers", "Calendar", "Walls", "Run-books", "Site"], /* and so an administrator */
};
const ELSEWHERE = ["channels", `channels/${MINE}`, "users", "tokens", "audit", "generations"]; /* not offered; opened all the same */
const NO_PICTURE = `404 /api/v1/channels/${MINE}/thumb.jpg`; /* nothing is sent here */
const NO_HISTORY = "503 /api/v1/reports/availability"; /* and there is no database */

let box;
let browser;
let refused = []; /* what the server did not answer well, of the page that is open */
const asked = new Set(); /* what that page has fetched and was not answered yet */
const complaints = [];
const page = () => browser.page;
const text = () => page().evaluate(() => document.body.innerText);

const ask = (method, path, body) =>
  page().evaluate(
    ([m, p, b]) => fetch(p, { method: m, headers: { "Content-Type": "application/json", "If-Match": "*" }, body: b }).then(async (reply) => [reply.status, await reply.text()]),
    [method, path, body === undefined ? undefined : JSON.stringify(body)],
  );

async function enter(user) {
  await ask("POST", "/api/v1/logout", {});
  await page().goto(`${box.url}/`);
  await page().fill("[name=username]", user);
  await page().fill("[name=current-password]", PASSWORD);
  await page().click("form button[type=submit]");
  await page().waitForSelector('.pill[data-phase="live"]');
}

before(async () => {
  box = await Box.start({ build, channels: listFrom(await freeUdpPorts(3)) });
  browser = await startChromium({ modules, width: 1440, height: 900 });
  page().on("request", (request) => request.resourceType() === "fetch" && asked.add(request));
  page().on("requestfailed", (request) => asked.delete(request));
  page().on("response", (reply) => {
    asked.delete(reply.request());
    if (reply.status() >= 400) refused.push(`${reply.status()} ${new URL(reply.url()).pathname}`);
  });
  page().on("console", (message) => {
    if (message.type() === "error" && !/status of/.test(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
  await page().goto((await box.link()).replace(/^https?:\/\/[^/]+/, box.url));
  await page().waitForSelector('.pill[data-phase="live"]');
  for (const role of ["viewer", "operator", "engineer", "admin"]) {
    const [status] = await ask("POST", "/api/v1/users", {
      name: `guest-${role}`, role, password: PASSWORD, limited: true, groups: ["News"], must_change_password: false });
    assert.equal(status, 201, role);
  }
  await page().waitForFunction(() => fetch("/api/v1/alarms?state=open").then((reply) => reply.json()).then((list) => list.items.length >= 3), null, { polling: 500 });
});

after(async () => {
  await browser?.close();
  await box?.close();
});

/* Opens a page and waits until it has fetched what it shows. */
async function open(path, name) {
  await page().goto("about:blank"); /* the page before asks no more */
  asked.clear();
  refused = [];
  await page().goto(`${box.url}${path}`);
  await page().waitForSelector('.pill[data-phase="live"]');
  await page().waitForFunction(() => document.querySelector("main h1, main .tile, main [role=alert], table") && !/^Loading$/m.test(document.body.innerText) && !document.querySelector(".skeleton"));
  const first = [...asked]; /* others follow, each second */
  await soon.deepEqual(() => first.filter((one) => asked.has(one)).map((one) => one.url()), [], `${path} is not answered`);
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `limited-${name}.png`), fullPage: true });
  }
  assert.doesNotMatch(await page().content(), FOREIGN, name);
}

const names = () => page().locator('nav[aria-label="Configuration"] a').allInnerTexts();

for (const role of ["viewer", "operator", "engineer", "admin"])
  test(`a limited ${role} finds every page in order, and nobody else's names on it`, async () => {
    await enter(`guest-${role}`);
    for (const [name, path] of Object.entries(PAGES)) {
      await open(path, `${role}-${name}`);
      assert.deepEqual(refused.filter((one) => one !== NO_PICTURE && one !== NO_HISTORY), [], name);
    }
    await soon.match(text, /Can I trust the measurements\?[^]*About your channels; the rest of the box is not shown to this account/);
    assert.deepEqual(await violations(browser, modules, "main"), [], "system");
    await open("/config", `${role}-config`);
    await soon.deepEqual(names, SECTIONS[role] ?? SECTIONS[role === "admin" ? "engineer" : "viewer"]);
    for (const path of await page().locator('nav[aria-label="Configuration"] a').evaluateAll((links) => links.map((one) => one.getAttribute("href")))) {
      await open(path, `${role}-${path.split("/").pop()}`);
      assert.deepEqual(refused, [], path);
    }
  });

test("what is not offered says why it is not shown, and does not ask to try again", async () => {
  await enter("guest-admin");
  for (const path of ELSEWHERE) {
    await open(`/config/${path}`, `elsewhere-${path.replace("/", "-")}`);
    await soon.match(text, /This is about the whole box; your account sees some channels alone\./, path);
    assert.equal(await page().locator("main :is(button, a.button)").count(), 0, path);
  }
  await open("/config/calendar/+", "elsewhere-plan");
  await soon.match(text, /Your account sees some channels alone: it may look, not change/);
});

test("nothing complained", () => assert.deepEqual(complaints, []));
