/* WCAG 2.2 AA by axe on what the frame shows: walls, menus, dialogs, doors, in every theme. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { startChromium } from "./chromium.mjs";
import { startReplay } from "./replay.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");
const THEMES = ["dark", "night", "light"];

let browser;
let served;
const page = () => browser.page;
const live = () => page().waitForSelector('.pill[data-phase="live"]');
const arrived = () => page().waitForFunction(() => document.querySelector('.tile[data-look="alarm"], .card-alarm, tr[data-alarm], main.screen') !== null && document.querySelector(".skeleton") === null);

before(async () => {
  served = await startReplay({ dist, trouble: true });
  browser = await startChromium({ modules });
});

after(async () => {
  await browser?.close();
  served?.close();
});

const PLACES = [
  ["the wall, on a bad night", "/wall", () => page().waitForFunction(() => window.gantryPainted.pictures > 50)],
  ["the wall in size L with its penalty box and pages", "/wall?size=l&box=on", () => page().waitForSelector(".penalty a.tile")],
  ["a wall of trouble alone", "/wall?layout=penalty", () => page().waitForSelector(".penalty a.tile")],
  ["tiles beside the list of alarms", "/wall?layout=split&severity=minor", () => page().waitForSelector(".strip.upright .card-alarm")],
  ["the detail of a tile", "/wall", async () => {
    await page().hover('.tile[data-id="ch-12"]');
    await page().waitForSelector(".tile-detail");
  }],
  ["the menus of the head", "/wall", async () => {
    await page().evaluate(() => document.querySelectorAll(".menu").forEach((menu) => (menu.open = true)));
  }],
  ["the settings of a wall", "/wall?layout=fixed", async () => {
    await page().click(".account summary");
    await page().click(".account button:has-text('This wall')");
    await page().waitForSelector("dialog");
  }],
  ["the list of keys", "/wall", async () => {
    await page().keyboard.press("?");
    await page().waitForSelector("dialog kbd");
  }],
  ["the search", "/wall", async () => {
    await page().keyboard.press("/");
    await page().waitForSelector("dialog [role=option]");
  }],
  ["the open alarms", "/alarms", () => page().waitForSelector("tr[data-alarm]")],
  ["one alarm beside them", "/alarms/00000000-0000-4000-8000-000000000003", () => page().waitForSelector(".drawer .timeline li")],
  ["alarms of the past", "/alarms?show=history", () => page().waitForSelector("tr[data-alarm]")],
  ["a report", "/reports", () => page().waitForSelector(".report tbody tr")],
  ["acknowledging", "/wall", async () => {
    await page().keyboard.press("a");
    await page().waitForSelector("dialog textarea");
  }],
];

/* What axe finds in each theme; the stylesheets follow the attribute. */
async function inEveryTheme(what) {
  for (const theme of THEMES) {
    await page().evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    assert.deepEqual(await violations(browser, modules), [], `${what}, ${theme}`);
  }
}

for (const [what, path, prepare] of PLACES) {
  test(`${what} has no violation in any theme`, async () => {
    await page().goto(served.url + path);
    await live();
    await arrived();
    await prepare();
    await inEveryTheme(what);
  });
}

test("without a connection, without a session and with a revoked token there is no violation either", async () => {
  await page().goto(`${served.url}/wall`);
  await live();
  served.replay.authenticated = false;
  served.replay.cut();
  await page().waitForSelector('.pill[data-phase="unauthorised"]');
  await inEveryTheme("the session ended");
  await page().reload();
  await page().waitForSelector(".door");
  await inEveryTheme("the door");
  Object.assign(served.replay, { authenticated: true, revoked: true });
  await page().reload();
  await page().waitForSelector("h1:has-text('revoked')");
  await inEveryTheme("revoked");
  served.replay.revoked = false;
  await page().goto(`${served.url}/wall`);
  await live();
  served.close();
  await page().waitForSelector(".banner");
  await inEveryTheme("down");
});
