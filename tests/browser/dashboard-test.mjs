/* The dashboard of a real gantryd with real workers and real transport streams, as someone would use it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Box, sources } from "./box.mjs";
import { OUTAGE, startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";
import { join } from "node:path";

const CHANNELS = 6;
const build = process.env.GANTRY_BUILD ?? "build";
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";

let box;
let browser;
const complaints = [];
const page = () => browser.page;
const phase = (name) => page().waitForSelector(`.pill[data-phase="${name}"]`);

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: CHANNELS });
  browser = await startChromium({ modules: join(build, "tests", "browser", "modules") });
  page().on("console", (message) => {
    const isExpected = (text) => /status of (401|503|409)/.test(text) || OUTAGE.test(text);
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text());
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
  await soon.equal(() => new URL(page().url()).pathname, "/");
});

real("every channel shows a picture, its bit rate and moving audio bars", async () => {
  await page().waitForFunction((n) => document.querySelectorAll('.tile[data-picture="live"]').length === n, CHANNELS);
  await page().waitForFunction((n) => document.querySelectorAll('.tile[data-look="normal"]').length === n, CHANNELS);
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
  await page().click('.strip .card-alarm:has(a[href="/channels/ch-03"]) button');
  await page().fill("dialog textarea", "Asked the head-end");
  await page().click('dialog button[type="submit"]');
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="acked"]');
  await page().reload();
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="acked"]');
  await page().click('a[href="/alarms"]');
  const row = page().locator('tr[data-alarm]:has-text("Asked the head-end")');
  await row.waitFor();
  stopped = await row.getAttribute("data-alarm");
  await soon.match(() => row.innerText(), /Ack by noc-lead/);
  await soon.match(() => row.innerText(), /Asked the head-end/);
});

real("a channel that comes back says so, and its alarm leaves the list", async () => {
  await box.traffics("mend", "ch-03");
  await page().waitForSelector(`tr[data-alarm="${stopped}"]`, { state: "detached" });
  await page().click('nav a[href="/wall"]');
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="recovered"]');
});

real("the channel page shows what arrives, a chart without a lie, and what the stream is made of", async () => {
  await page().click('.tile[data-id="ch-02"]');
  await page().waitForSelector('.live-picture[data-picture="live"]');
  await page().waitForSelector(".chart canvas");
  await soon.match(() => page().locator(".chart figcaption").first().innerText(), /mean \d/);
  await page().click('button:text-is("TS structure")');
  await page().waitForSelector(".tree li[data-pid]");
  await soon.match(() => page().locator(".tree").first().innerText(), /video/);
});

real("the channel page says how deeply it is looked at, what each check sees, and shows a larger picture", async () => {
  await soon.match(() => page().locator(".channel-top").innerText(), /because somebody looks at it|to look into|too busy/);
  await page().click('button:text-is("Audio")');
  await page().waitForSelector(".audio tbody tr");
  await page().click('button:text-is("Checks")');
  await soon.match(() => page().locator(".checks").innerText(), /Black\s+sees from \d/);
  await page().click('text="Larger picture"');
  await page().waitForFunction(() => document.querySelector("dialog img.large")?.naturalWidth === 480);
  await soon.match(() => page().locator("dialog p").innerText(), /UTC · PTS \d+/);
  await page().click('dialog button:text("Close")');
  await page().waitForSelector(".pictures img");
});

real("when gantryd goes the page says so, and finds it by itself when it returns", async () => {
  await page().goto(`${box.url}/wall`);
  await phase("live");
  await box.stopDaemon();
  await phase("down");
  await box.startDaemon();
  await page().waitForSelector('.pill:is([data-phase="live"], [data-phase="unauthorised"])');
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
  await soon.match(() => page().locator(".failure").first().innerText(), /used already/);
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
