#!/usr/bin/env node
/* How the wall of sixty pictures performs in a browser: first paint, pictures painted, CPU of the whole browser.
 *
 * The replay of tests/browser changes all 60 pictures each second. "Painted" is counted by the page when it draws a
 * picture on its canvas; that what it counted reaches the screen is checked by screenshots a second apart. CPU is the
 * rusage of every process of the browser (user and system, ended children included), in its own time, without screenshots. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { processTree, startChromium } from "../browser/chromium.mjs";
import { decodePng, digest } from "../browser/pixels.mjs";
import { startReplay } from "../browser/replay.mjs";

const TILES = 60;
const PAINT_RUNS = 5;
const SETTLE_MS = 6000;
const MEASURE_MS = 20_000;
const SHOTS = 9;
const TICKS_PER_S = 100; /* USER_HZ, fixed for /proc on Linux */
const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value, digits) => Number(value.toFixed(digits));

/* Seconds of CPU that the browser has used so far. */
function cpuSeconds(profile) {
  let ticks = 0;
  for (const pid of processTree(profile)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      for (const field of [11, 12, 13, 14]) ticks += Number(fields[field]);
    } catch {
      /* it ended; its parent has its time */
    }
  }
  return ticks / TICKS_PER_S;
}

/* Seconds from the start of the navigation, in a browser that has seen nothing before. */
async function firstPaint(url) {
  const browser = await startChromium({ modules });
  await browser.page.goto(`${url}/wall`);
  await browser.page.waitForFunction((tiles) => (window.gantryPainted?.pictures ?? 0) >= tiles, TILES, { polling: 20 });
  const times = await browser.page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    pictures: performance.now(),
  }));
  await browser.close();
  return times;
}

/* Pictures a second and percent of one core, at rest in front of @path. */
async function load(url, path) {
  const browser = await startChromium({ modules });
  await browser.page.goto(`${url}${path}`);
  await wait(SETTLE_MS);
  const read = () => browser.page.evaluate(() => ({ pictures: window.gantryPainted.pictures, at: performance.now() }));
  const cpuBefore = cpuSeconds(browser.profile);
  const before = await read();
  await wait(MEASURE_MS);
  const after = await read();
  const cpuAfter = cpuSeconds(browser.profile);
  const seconds = (after.at - before.at) / 1000;
  const result = {
    picturesPerSecond: (after.pictures - before.pictures) / seconds,
    corePercent: (100 * (cpuAfter - cpuBefore)) / seconds,
  };
  return { browser, result };
}

/* Tiles whose pixels differ between screenshots one second apart, per second. */
async function seen(page) {
  const boxes = await page.$$eval(".tile .picture", (all) =>
    all.map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
  let before = null;
  let changed = 0;
  const start = performance.now();
  for (let shot = 0; shot < SHOTS; shot += 1) {
    await wait(Math.max(0, start + shot * 1000 - performance.now()));
    const image = decodePng(await page.screenshot({ type: "png" }));
    const digests = boxes.map((box) => digest(image, box));
    if (before) changed += digests.filter((one, i) => one !== before[i]).length;
    before = digests;
  }
  return changed / (SHOTS - 1);
}

const atMost = (name, value, unit, target, peer = null) => ({ name, value, unit, target, met: value <= target, peer });
const atLeast = (name, value, unit, target, peer = null) => ({ name, value, unit, target, met: value >= target, peer });

const { url, close } = await startReplay({ dist });
const paints = [];
for (let i = 0; i < PAINT_RUNS; i += 1) paints.push(await firstPaint(url));
const { browser, result } = await load(url, "/wall");
const seenPerSecond = await seen(browser.page);
await browser.close();
const plain = await load(url, "/peer.html");
await plain.browser.close();
close();

const plainName = "one <img> and one request a picture, no audio bars";
console.log(JSON.stringify({
  bench: "wall",
  machine: process.env.GANTRY_BENCH_MACHINE,
  figures: [
    atMost("first_paint_s", round(median(paints.map(({ paint }) => paint)) / 1000, 3), "s", 1.0),
    { name: "all_pictures_s", value: round(median(paints.map(({ pictures }) => pictures)) / 1000, 3), unit: "s", target: null, met: null, peer: null },
    atLeast("pictures_painted_per_s", round(result.picturesPerSecond, 1), "1/s", 59, { name: plainName, value: round(plain.result.picturesPerSecond, 1) }),
    atLeast("pictures_seen_changed_per_s", round(seenPerSecond, 1), "1/s", 59),
    atMost("browser_core_percent", round(result.corePercent, 1), "% of one core", 25, { name: plainName, value: round(plain.result.corePercent, 1) }),
  ],
}));
