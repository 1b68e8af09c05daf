#!/usr/bin/env node
/* How walls of 60 and 240 pictures perform in a browser: first paint, pictures painted, CPU of the whole browser, from an
 * alarm's raising to the screen, growth of the heap. walls.mjs [PART...]: paint, load, shown, heap; all of them without.
 *
 * The replay of tests/browser changes every picture each second. "Painted" is counted by the page when it draws a picture
 * on its canvas; that what it counted reaches the screen is checked by screenshots two seconds apart. CPU is the rusage of
 * every process of the browser (user and system, ended children included), in its own time, without screenshots.
 * "shown" is measured with a real gantryd, workers and streams, which are stopped one after the other. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Box, sources } from "../browser/box.mjs";
import { processTree, startChromium } from "../browser/chromium.mjs";
import { decodePng, digest } from "../browser/pixels.mjs";
import { startReplay } from "../browser/replay.mjs";

const PAINT_RUNS = 5;
const SETTLE_MS = 8000;
const MEASURE_MS = 20_000;
const BATCH_MS = 400; /* in which the rest of a batch is drawn */
const SHOTS = 5;
const STOPS = 20;
const CHANNELS = 10;
const HEAP_MINUTES = Number(process.env.GANTRY_HEAP_MINUTES ?? 60);
const HEAP_SAMPLE_MS = 60_000;
const TICKS_PER_S = 100; /* USER_HZ, fixed for /proc on Linux */
const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");
const plainName = "one <img> and one request a picture, no audio bars";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ordered = (values) => [...values].sort((a, b) => a - b);
const median = (values) => ordered(values)[Math.floor(values.length / 2)];
const percentile = (values, share) => ordered(values)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)];
const round = (value, digits) => Number(value.toFixed(digits));
const atMost = (name, value, unit, target, peer = null) => ({ name, value, unit, target, met: value <= target, peer });
const atLeast = (name, value, unit, target, peer = null) => ({ name, value, unit, target, met: value >= target, peer });
const plainly = (name, value, unit) => ({ name, value, unit, target: null, met: null, peer: null });

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
async function firstPaint(url, tiles) {
  const browser = await startChromium({ modules });
  await browser.page.goto(`${url}/wall`);
  await browser.page.waitForFunction((n) => (window.gantryPainted?.pictures ?? 0) >= n, tiles, { polling: 20 });
  const times = await browser.page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    pictures: performance.now(),
  }));
  await browser.close();
  return times;
}

/* Scripts that the browser fetches before the first paint, as index.html names them. */
function firstScripts() {
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...page.matchAll(/<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)"/g)].map(([, path]) => path);
  return named.reduce((sum, path) => sum + statSync(join(dist, `${path}.gz`)).size, 0);
}

async function paint() {
  const { url, close } = await startReplay({ dist });
  const paints = [];
  for (let i = 0; i < PAINT_RUNS; i += 1) paints.push(await firstPaint(url, 60));
  close();
  return [
    atMost("first_paint_s", round(median(paints.map((times) => times.paint)) / 1000, 3), "s", 1.0),
    plainly("all_pictures_s", round(median(paints.map(({ pictures }) => pictures)) / 1000, 3), "s"),
    atMost("first_load_js_kb_gzip", round(firstScripts() / 1000, 1), "kB", 40),
  ];
}

/* Pictures a second and percent of one core, at rest in front of @path. */
async function rest(url, path) {
  const browser = await startChromium({ modules });
  await browser.page.goto(`${url}${path}`);
  await wait(SETTLE_MS);
  const read = () => browser.page.evaluate(() => ({ pictures: window.gantryPainted.pictures, at: performance.now() }));
  /* From one batch of pictures to another: a window that cuts through one would count it whole or not at all. */
  const afterBatch = async () => {
    const { pictures } = await read();
    await browser.page.waitForFunction((n) => window.gantryPainted.pictures > n, pictures, { polling: 100 });
    await wait(BATCH_MS);
    return read();
  };
  const before = await afterBatch();
  const cpuBefore = cpuSeconds(browser.profile);
  await wait(MEASURE_MS);
  const after = await afterBatch();
  const cpuAfter = cpuSeconds(browser.profile);
  const seconds = (after.at - before.at) / 1000;
  const result = { painted: (after.pictures - before.pictures) / seconds, core: (100 * (cpuAfter - cpuBefore)) / seconds };
  return { browser, result };
}

/* Percent of the tiles whose pixels differ from one screenshot to the next, two seconds later. */
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
    await wait(Math.max(0, start + shot * 2000 - performance.now()));
    const image = decodePng(await page.screenshot({ type: "png" }));
    const digests = boxes.map((box) => digest(image, box));
    if (before) changed += digests.filter((one, i) => one !== before[i]).length;
    before = digests;
  }
  return (100 * changed) / (boxes.length * (SHOTS - 1));
}

async function loadOf(count, painted, core) {
  const { url, close } = await startReplay({ dist, count });
  const { browser, result } = await rest(url, "/wall");
  const seenPercent = count === 60 ? await seen(browser.page) : null;
  await browser.close();
  const plain = await rest(url, `/peer.html?count=${count}`);
  await plain.browser.close();
  close();
  const peer = (value) => ({ name: plainName, value: round(value, 1) });
  const name = count === 60 ? "pictures_painted_per_s" : `pictures_painted_per_s_${count}`;
  const figures = [
    atLeast(name, round(result.painted, 1), "1/s", painted, peer(plain.result.painted)),
    atMost(`browser_core_percent_${count}`, round(result.core, 1), "% of one core", core, peer(plain.result.core)),
  ];
  if (seenPercent !== null) figures.push(atLeast("pictures_seen_changed_percent", round(seenPercent, 1), "%", 99));
  return figures;
}

const load = async () => [...(await loadOf(60, 59, 25)), ...(await loadOf(240, 236, 60))];

/* In the page: when each tile was first drawn as one in alarm, by the wall clock. */
function watchTiles() {
  window.shownAt = {};
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const { id, look } = target.dataset;
      if (look === "alarm") requestAnimationFrame(() => setTimeout(() => (window.shownAt[id] ??= Date.now())));
    }
  }).observe(document.querySelector(".links"), { attributes: true, attributeFilter: ["data-look"], subtree: true });
}

/* Seconds from the alarm's raised_at to its tile, for one stop of @channel. */
async function stopOne(box, page, channel) {
  await page.evaluate((id) => delete window.shownAt[id], channel);
  await box.traffics("break", channel, "stop");
  await page.waitForFunction((id) => window.shownAt[id] !== undefined, channel, { timeout: 30_000 });
  const seconds = await page.evaluate(async (id) => {
    const { items } = await (await fetch("/api/v1/alarms?state=open")).json();
    const alarm = items.find(({ resource, type }) => resource === `channel/${id}` && type === "no-packets");
    return alarm ? (window.shownAt[id] - Date.parse(alarm.raised_at)) / 1000 : null;
  }, channel);
  await box.traffics("mend", channel);
  await page.waitForSelector(`.tile[data-id="${channel}"]:not([data-look="alarm"])`, { timeout: 60_000 });
  return seconds;
}

async function shown() {
  if (!sources()) {
    console.error("walls: shown is left out: no sources are encoded yet; tests/traffic/make-sources makes them");
    return [];
  }
  const box = await Box.start({ build, count: CHANNELS });
  const browser = await startChromium({ modules });
  await browser.page.goto((await box.link()).replace(/^https?:\/\/[^/]+/, box.url));
  await browser.page.waitForFunction((n) => document.querySelectorAll('.tile[data-look="normal"]').length === n, CHANNELS, { timeout: 90_000 });
  await browser.page.evaluate(watchTiles);
  const seconds = [];
  for (let i = 0; i < STOPS; i += 1) seconds.push(await stopOne(box, browser.page, `ch-${String((i % CHANNELS) + 1).padStart(2, "0")}`));
  await browser.close();
  await box.close();
  const known = seconds.filter((one) => one !== null);
  return [atMost("raised_to_shown_p95_s", round(percentile(known, 0.95), 3), "s", 1.0), plainly("raised_to_shown_p50_s", round(median(known), 3), "s")];
}

/* Slope of a line through the samples, by least squares. */
function slope(samples) {
  const mean = (take) => samples.reduce((sum, one) => sum + take(one), 0) / samples.length;
  const [x, y] = [mean(({ at }) => at), mean(({ bytes }) => bytes)];
  const above = samples.reduce((sum, { at, bytes }) => sum + (at - x) * (bytes - y), 0);
  return above / samples.reduce((sum, { at }) => sum + (at - x) ** 2, 0);
}

async function heap() {
  const { url, close } = await startReplay({ dist, trouble: true });
  const browser = await startChromium({ modules });
  await browser.page.goto(`${url}/wall`);
  const tools = await browser.context.newCDPSession(browser.page);
  await wait(2 * HEAP_SAMPLE_MS);
  const samples = [];
  const start = performance.now();
  while (performance.now() - start < HEAP_MINUTES * 60_000) {
    await tools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await tools.send("Runtime.getHeapUsage");
    samples.push({ at: (performance.now() - start) / 3_600_000, bytes: usedSize / 1e6 });
    await wait(HEAP_SAMPLE_MS);
  }
  await browser.close();
  close();
  return [
    atMost("heap_growth_mb_per_hour", round(slope(samples), 2), "MB/h", 5),
    plainly("heap_watched_minutes", HEAP_MINUTES, "min"),
    plainly("heap_mb", round(samples.at(-1).bytes, 2), "MB"),
  ];
}

const PARTS = { paint, load, shown, heap };
const wanted = process.argv.slice(2);
const figures = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) figures.push(...(await PARTS[name]()));
console.log(JSON.stringify({ bench: "walls", machine: process.env.GANTRY_BENCH_MACHINE, figures }));
