/* The pages of a channel and of the box, of a real gantryd with real workers and transport streams that are broken on purpose. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box, sources } from "./box.mjs";
import { OUTAGE, startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";

const CHANNELS = 3;
const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS ?? ""; /* a folder for screenshots to be looked at */
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";
const TABS = ["overview", "stream", "indicators", "audio", "incidents", "subtitles", "notes", "checks"];

let box;
let browser;
let folder = ""; /* of a certificate that ends soon */
const complaints = [];
const page = () => browser.page;
const open = async (path) => {
  await page().goto(box.url + path);
  await page().waitForSelector('.pill[data-phase="live"]');
};
const tab = (name, more = "") => open(`/channels/ch-02?tab=${name}${more}`);
const says = (selector, pattern) => soon.match(() => page().locator(selector).first().innerText(), pattern);
const api = (path) => page().evaluate((at) => fetch(`/api/v1${at}`).then((reply) => reply.json()), path);
/* The process that measures a channel, once there is one. */
const workerOf = (id) =>
  soon(async () => {
    const pid = (await api(`/channels/${id}`)).worker?.pid;
    assert.ok(pid > 0, `${id} has no worker`);
    return pid;
  });

/* The whole page: what scrolls within it is given the room that it takes. */
async function shot(name) {
  if (!shots) return;
  const { width, height } = page().viewportSize();
  const whole = await page().evaluate(() => document.querySelector("main").scrollHeight + document.querySelector("header").offsetHeight);
  await page().setViewportSize({ width, height: Math.max(height, whole) });
  await page().waitForTimeout(300);
  await page().screenshot({ path: join(shots, `${name}.png`) });
  await page().setViewportSize({ width, height });
}

before(async () => {
  if (reasonToSkip) return;
  folder = mkdtempSync(join(tmpdir(), "gantry-certificate-"));
  const certificate = join(folder, "front.pem");
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "10", "-subj", "/CN=box.example", "-keyout", join(folder, "key.pem"), "-out", certificate], { stdio: "ignore" });
  box = await Box.start({ build, count: CHANNELS, settings: ["[http]", `front_certificate=${certificate}`] });
  browser = await startChromium({ modules });
  page().on("console", (message) => {
    const isExpected = (text) => /status of (401|404|409|503)/.test(text) || OUTAGE.test(text);
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
  await page().goto((await box.link()).replace(/^https?:\/\/[^/]+/, box.url));
  await page().waitForSelector('.pill[data-phase="live"]');
});

after(async () => {
  await browser?.close();
  await box?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const real = (name, body) => test(name, { skip: reasonToSkip }, body);

real("every chart is drawn from what was measured, with its limits, and can be read as a table", async () => {
  await open("/channels/ch-02");
  await page().waitForFunction(() => document.querySelectorAll(".chart canvas").length === 8);
  await says('[data-chart="bitrate"] figcaption', /mean \d+\.\d\d Mb\/s/);
  await says('[data-chart="continuity"] figcaption', /none in this time|about/);
  await says('[data-chart="loudness"] figcaption', /M .\d+\.\d, S .\d+\.\d/);
  await says('[data-chart="pcr"] figcaption', /mean \d+\.\d ms/);
  await page().click('[data-chart="bitrate"] summary');
  await says('[data-chart="bitrate"] table', /From, UTC[\s\S]*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+\d+\.\d\d to \d+\.\d\d/);
});

real("the cursor is shared by all charts and tells time and values", async () => {
  const canvas = page().locator('[data-chart="bitrate"] .u-over');
  const { width, height } = await canvas.boundingBox();
  await canvas.hover({ position: { x: width - 20, y: height / 2 } });
  await says('[data-chart="bitrate"] figcaption', /\d\d-\d\d \d\d:\d\d:\d\d: \d+\.\d\d Mb\/s/);
  await says('[data-chart="pcr"] figcaption', /\d\d-\d\d \d\d:\d\d:\d\d: \d+\.\d ms/);
  await page().mouse.move(0, 0);
});

real("time is moved by keys, stands in the address, and comes back to live", async () => {
  const address = () => new URL(page().url()).search;
  await page().keyboard.press("[");
  await soon.match(address, /from=.*&to=/);
  await page().keyboard.press("t");
  await soon.equal(address, "");
  await page().keyboard.press("-");
  await soon.equal(address, "?range=1200s");
  await page().keyboard.press("+");
  await soon.equal(address, "");
  await page().click('button:text("24 h")');
  await soon.equal(address, "?range=24h");
  await says(".overview", /Only the last hour is there|no history database/);
  await page().click('button:text-is("1 h")');
  await says('[data-chart="bitrate"] figcaption', /mean/);
  await page().keyboard.press("u");
  await page().keyboard.press("u");
  await page().keyboard.press("t");
});

real("a channel that is damaged has a band in every chart, errors in the bars, and the indicator of TR 101 290", async () => {
  await open("/channels/ch-02");
  await box.traffics("break", "ch-02", "loss", "rate=0.02");
  await says('[data-chart="continuity"] figcaption', /about \d+ in this time/);
  await page().waitForSelector(".lane rect.span");
  await soon.ok(async () => (await api("/alarms?state=all&channel=ch-02&limit=10")).items.length > 0);
  await shot("channel-damaged");
  await tab("indicators");
  await says(".indicators", /1\.4\s+Continuity count error\s+error\s+\d+\s+\d\d-\d\d /);
  await says(".cards.three", /not applicable/);
  await soon.equal(() => page().locator(".indicators").count(), 3);
  await shot("indicators");
  await box.traffics("mend", "ch-02");
});

real("a worker that is killed leaves a gap, not a line", async () => {
  await open("/channels/ch-03");
  const worker = await workerOf("ch-03");
  process.kill(worker, "SIGSTOP");
  await new Promise((done) => setTimeout(done, 5000));
  try {
    process.kill(worker, "SIGKILL");
  } catch (error) {
    assert.equal(error.code, "ESRCH"); /* gantryd, which does so after 6 s, was faster */
  }
  await soon(async () => assert.notEqual(await workerOf("ch-03"), worker, "another worker"));
  await says('[data-chart="bitrate"] figcaption', /mean/);
  await soon.ok(async () => {
    const { mean } = (await api("/channels/ch-03/series?metrics=bitrate")).metrics.bitrate;
    const hole = mean.indexOf(null);
    return hole > 0 && hole < mean.length - 1;
  }, "a gap with figures on both sides");
  await shot("channel-gap");
});

real("the tree shows the service, and marks a component that the PMT has got since", async () => {
  await tab("stream");
  await page().waitForSelector(".tree li[data-pid]");
  await says(".tree", /PAT[\s\S]*PMT service \d+[\s\S]*H\.264 video[\s\S]*audio/);
  assert.equal(await page().locator('.tree [data-changed="yes"]').count(), 0);
  await box.traffics("break", "ch-02", "pmt-entry", "40");
  await page().waitForSelector('.tree [data-changed="yes"] mark');
  await says('.tree [data-changed="yes"]', /changed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  await says(".tables", /PMT\s+\d+\s+\d+\s+0\.\d\d s/);
  await page().waitForSelector('[data-histogram="pcr-interval"] svg');
  await page().waitForSelector('[data-histogram="arrival"] svg');
  await says('[data-histogram="arrival"] figcaption', /of .* beyond 50 ms/);
  await page().click('button:text("Copy as JSON")');
  const text = await page().locator("textarea.copy").inputValue().catch(() => page().evaluate(() => navigator.clipboard.readText()).catch(() => ""));
  if (text) assert.ok(JSON.parse(text).components.length >= 2);
  await shot("structure");
});

real("sound is held against target and limits", async () => {
  await tab("audio");
  await says(".audio", /Integrated, I, of the programme\s+.\d+\.\d LUFS[\s\S]*target .23 ±2[\s\S]*True peak now/);
  await shot("audio");
});

real("an alarm has its pictures, which the arrow keys step through, and a clip", async () => {
  await tab("incidents");
  await page().locator(".incident-list button").first().click(); /* another alarm that comes is not shown in its place */
  await soon.match(() => page().locator(".films a[download]").getAttribute("href"), /clip\.ts\?from=.*&to=/);
  await page().waitForSelector(".filmstrip button, .films .quiet");
  if ((await page().locator(".filmstrip button").count()) > 1) {
    await page().locator('.filmstrip [aria-pressed="true"]').focus();
    const before = await page().locator(".film-large figcaption").innerText();
    await page().keyboard.press((await page().locator(".filmstrip button").first().getAttribute("aria-pressed")) === "true" ? "ArrowRight" : "ArrowLeft");
    await soon(async () => assert.notEqual(await page().locator(".film-large figcaption").innerText(), before));
  }
  await shot("incidents");
});

real("changes of tables are told, and what the checks can see now", async () => {
  await tab("notes");
  await page().click('.tabs button:text-is("Tables")');
  await says(".notes", /tables\s+0x[0-9A-F]{4}\s+–\s+PMT/);
  await page().click('.tabs button:text-is("SCTE 35")');
  await says("main", /No SCTE 35 message came|splice/);
  await tab("checks");
  await says(".checks", /Black\s+sees from \d/);
});

real("subtitles are told by what is signalled and what comes, cues one by one", async () => {
  await tab("subtitles");
  await says(".riders", /Captions and subtitles\s+(none came since its worker started|come: )/);
  await says(".riders", /No component with subtitles or teletext is signalled|Teletext|DVB subtitles/);
  await soon.match(async () => (await page().locator(".riders").allInnerTexts()).join("\n"), /No SCTE 35 message came|splice/);
  await shot("subtitles");
});

real("l plays the sound of the channel from its recording, without a gap, whatever its coding, and stops it", async () => {
  const mp2 = await soon(async () => {
    const channels = (await api("/channels")).items;
    const found = channels.find(({ audio }) => /MP2|MPEG|Layer/i.test(audio));
    assert.ok(found, channels.map(({ audio }) => audio).join());
    return found;
  });
  await page().addInitScript(() => {
    const start = AudioBufferSourceNode.prototype.start;
    window.heard = []; /* of each piece: when it begins, how long it is, how loud */
    AudioBufferSourceNode.prototype.start = function (when, ...more) {
      const samples = this.buffer.getChannelData(0);
      window.heard.push({ when, seconds: this.buffer.length / this.buffer.sampleRate, level: Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length) });
      return start.call(this, when, ...more);
    };
  });
  const ends = []; /* PTS behind each piece, as the next one is asked for */
  page().on("request", (request) => {
    const after = new URL(request.url()).searchParams.get("after");
    if (after) ends.push(Number(after));
  });
  await open(`/channels/${mp2.id}`);
  await page().waitForSelector(".channel-top");
  await page().keyboard.press("l");
  await page().waitForSelector('.listen-bar[data-state="playing"]');
  await says(".listen-bar", /Listening to .*: from its recording, about \d+ s behind/);
  await shot("listening");
  await page().waitForFunction(() => window.heard.length >= 3, undefined, { timeout: 60_000 });
  const [first, second, third] = await page().evaluate(() => window.heard);
  for (const [before, piece] of [[first, second], [second, third]]) {
    assert.ok(piece.when > before.when + before.seconds - 0.001, `an overlap: ${JSON.stringify([before, piece])}`);
    assert.ok(piece.level > 0.001 && piece.seconds > 1 && piece.seconds < 13, JSON.stringify(piece));
  }
  const ticks = (ends[1] - ends[0] + 2 ** 33) % 2 ** 33;
  assert.ok(Math.abs(ticks / 90_000 - second.seconds) < 0.0001, `the second piece of ${second.seconds} s ends ${ticks} ticks behind the first`);
  await page().keyboard.press("l");
  await page().waitForSelector(".listen-bar", { state: "detached" });
});

real("the system page tells of certificates: whose, until when, and the alarm of one that ends soon", async () => {
  await open("/system");
  await says('[data-group="Certificates"]', /front\.pem\s*CN=box\.example, ends 20\d\d-\d\d-\d\d \d\d:\d\d UTC\s+(9\.9|10\.0) days\s+limit 21\.0 days[\s\S]*fault/);
  await page().waitForFunction(() => fetch("/api/v1/alarms?state=open").then((reply) => reply.json()).then(({ items }) => items.some(({ type }) => type === "certificate-ending")), undefined, { polling: 500 });
});

real("the system page answers with reasons, head-room, the busiest workers, and the hour before", async () => {
  await open("/system");
  await says(".trust .answer", /Yes|Not all of them/);
  await says(".depth", /Head-room\s+(room for|full|\d+ channels? too many)/);
  await soon.equal(() => page().locator(".workers tbody tr").count(), CHANNELS);
  await says(".sensors", /CPU of the whole box\s+[\d.]+ %/);
  await page().waitForSelector(".spark path");
  await says(".screen", /not fitted/);
  await says(".box-events", /paused/);
  await page().click('button:text("Let it run")');
  await says(".box-events", /running/);
  await shot("system");
});

real("a channel that this box cannot measure is a doubt, and named", async () => {
  await open("/system");
  process.kill(await workerOf("ch-01"), "SIGSTOP"); /* gantryd ends it after a while */
  await page().waitForFunction(() => document.querySelector('.trust[data-trust="no"] a[href="/channels/ch-01"]') !== null);
  await says(".trust", /cannot be measured now|lost packets/);
});

real("every tab and the system page are free of what axe finds, in every theme, and fit any screen", async () => {
  for (const [width, height] of [[1920, 1080], [1366, 768], [390, 844]]) {
    await page().setViewportSize({ width, height });
    for (const path of [...TABS.map((one) => `/channels/ch-02?tab=${one}`), "/system"]) {
      for (const theme of width === 1920 ? ["dark", "night", "light"] : ["dark"]) {
        await open(`${path}${path.includes("?") ? "&" : "?"}theme=${theme}`);
        await page().waitForSelector("main h1");
        await page().waitForFunction(() => !/^Loading$/m.test(document.querySelector("main").innerText));
        assert.deepEqual(await violations(browser, modules, "main"), [], `${path} ${theme} ${width}`);
        await shot(`${path.replace(/[^a-z0-9]+/g, "-")}-${theme}-${width}`);
      }
      await soon(async () => {
        const overflow = await page().evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${path} at ${width}: ${overflow} px too wide`);
      });
    }
  }
  await page().setViewportSize({ width: 1920, height: 1080 });
});

real("without the appliance the page greys, says so, and keeps what it had", async () => {
  await open("/system");
  await says(".trust .answer", /./);
  await box.stopDaemon();
  await says(".trust .answer", /Not all of them/);
  await says(".trust", /does not answer/);
  await box.startDaemon();
});

real("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
