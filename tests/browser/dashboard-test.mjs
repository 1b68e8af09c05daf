/* The dashboard of a real gantryd with real workers and real transport streams, as someone would use it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Box, sources } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { join } from "node:path";

const CHANNELS = 6;
const BASE_PORT = 27_200;
const build = process.env.GANTRY_BUILD ?? "build";
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";

let box;
let browser;
const complaints = [];
const page = () => browser.page;
const phase = (name, timeout = 30_000) => page().waitForSelector(`.pill[data-phase="${name}"]`, { timeout });

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: CHANNELS, basePort: BASE_PORT });
  browser = await startChromium({ modules: join(build, "tests", "browser", "modules") });
  page().on("console", (message) => {
    const expected = /status of (401|503|409)|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/;
    if (message.type() === "error" && !expected.test(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
});

after(async () => {
  await browser?.close();
  await box?.close();
});

let stopped = ""; /* the alarm of the channel that was stopped */

const real = (name, body) => test(name, { skip: reasonToSkip }, body);

real("the first start asks for the printed code and makes the account of the administrator", async () => {
  await page().goto(box.url);
  await page().waitForSelector("text=First start");
  await page().fill('input[name="code"]', box.setupCode());
  await page().fill('input[name="username"]', "noc-lead");
  await page().fill('input[name="password"]', "a long password");
  await page().click("button.main");
  await phase("live");
  assert.equal(new URL(page().url()).pathname, "/");
});

real("every channel shows a picture, its bit rate and moving audio bars", async () => {
  await page().waitForFunction((n) => document.querySelectorAll('.tile[data-picture="live"]').length === n, CHANNELS, { timeout: 40_000 });
  await page().waitForFunction((n) => document.querySelectorAll('.tile[data-look="normal"]').length === n, CHANNELS, { timeout: 40_000 });
  await page().hover('.tile[data-id="ch-01"]');
  await page().waitForSelector(".tile-detail:has-text('Mb/s')");
  await page().hover("header");
  await page().waitForSelector(".tile-detail", { state: "detached" });
  const bars = await page().evaluate(() => window.gantryPainted.bars);
  await page().waitForFunction((before) => window.gantryPainted.bars > before + 10, bars);
});

real("a channel that stops is seen on its tile and in the strip, and acknowledging reaches the appliance", async () => {
  await box.traffics("break", "ch-03", "stop");
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="alarm"][data-severity="critical"]');
  await page().click(".strip .card-alarm button");
  await page().fill("dialog textarea", "Asked the head-end");
  await page().click('dialog button[type="submit"]');
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="acked"]');
  await page().reload();
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="acked"]');
  await page().click('a[href="/alarms"]');
  const row = page().locator('tr[data-alarm]:has-text("Asked the head-end")');
  await row.waitFor();
  stopped = await row.getAttribute("data-alarm");
  assert.match(await row.innerText(), /Ack by noc-lead/);
  assert.match(await row.innerText(), /Asked the head-end/);
});

real("a channel that comes back says so, and its alarm leaves the list", async () => {
  await box.traffics("mend", "ch-03");
  await page().waitForSelector(`tr[data-alarm="${stopped}"]`, { state: "detached", timeout: 60_000 });
  await page().click('nav a[href="/wall"]');
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="recovered"]');
});

real("the channel page shows what arrives, a chart without a lie, and what the stream is made of", async () => {
  await page().click('.tile[data-id="ch-02"]');
  await page().waitForSelector('.live-picture[data-picture="live"]');
  await page().waitForSelector(".chart canvas");
  await page().waitForFunction(() => /mean \d/.test(document.querySelector(".chart figcaption").innerText));
  await page().click('button:text-is("TS structure")');
  await page().waitForSelector(".tree li[data-pid]", { timeout: 40_000 });
  assert.match(await page().locator(".tree").first().innerText(), /video/);
});

real("the channel page says how deeply it is looked at, what each check sees, and shows a larger picture", async () => {
  await page().waitForFunction(() => /because somebody looks at it|to look into|too busy/.test(document.querySelector(".channel-top").innerText));
  await page().click('button:text-is("Audio")');
  await page().waitForSelector(".audio tbody tr");
  await page().click('button:text-is("Checks")');
  await page().waitForFunction(() => /Black\s+sees from \d/.test(document.querySelector(".checks")?.innerText ?? ""));
  await page().click('text="Larger picture"');
  await page().waitForFunction(() => document.querySelector("dialog img.large")?.naturalWidth === 480, undefined, { timeout: 15_000 });
  assert.match(await page().locator("dialog p").innerText(), /UTC · PTS \d+/);
  await page().click('dialog button:text("Close")');
  await page().waitForSelector(".pictures img");
});

real("when gantryd goes the page says so, and finds it by itself when it returns", async () => {
  await page().goto(`${box.url}/wall`);
  await phase("live");
  await box.stopDaemon();
  await phase("down");
  await box.startDaemon();
  await page().waitForSelector('.pill:is([data-phase="live"], [data-phase="unauthorised"])', { timeout: 40_000 });
});

real("a link logs in by its code, once", async () => {
  const link = await box.link();
  await page().context().clearCookies();
  await page().goto("about:blank");
  await page().goto(link.replace(/^https?:\/\/[^/]+/, box.url));
  await phase("live");
  await page().context().clearCookies();
  await page().goto("about:blank");
  await page().goto(link.replace(/^https?:\/\/[^/]+/, box.url));
  await page().waitForSelector(".failure");
  assert.match(await page().locator(".failure").first().innerText(), /used already/);
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
