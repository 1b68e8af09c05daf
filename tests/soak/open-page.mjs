/* Fault row 69, compressed: a wall that hangs for 30 days. What comes in that time is played to it as fast as it takes it: every
 * second's figures of a day, alarms that begin and end, cut streams, sleeps of the tab, a new version. After each part the heap
 * (collected), the nodes and the listeners of the page are counted; at its end the page must be live and as light as before.
 * Prints TAP. open-page.mjs [--figures N] [--alarms N] [--cuts N] [--sleeps N]; what is not played: the time itself, and with it
 * leaks of the browser and its drivers that no event causes. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startChromium } from "../browser/chromium.mjs";
import { startReplay } from "../browser/replay.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const { values } = parseArgs({ options: {
  figures: { type: "string", default: "86400" }, alarms: { type: "string", default: "3600" },
  cuts: { type: "string", default: "720" }, sleeps: { type: "string", default: "60" },
} });
const counts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
const HEAP_MB = counts.alarms < 1000 ? 0.75 : 5; /* more than after the warm-up, whatever was played */
const NODES = 100;
const WARM_ALARMS = 40;
const STANDING = 12; /* alarms at once */
const BACK_MS = 120_000;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const told = [];
let failures = 0;

function check(name, holds, figure) {
  told.push(name);
  console.log(`# row 69: ${name}: ${figure}`);
  console.log(`${holds ? "ok" : "not ok"} ${told.length} - ${name}`);
  if (!holds) failures += 1;
}

const { url, close, replay } = await startReplay({ dist: join(build, "web-ui", "work", "dist"), trouble: true });
const browser = await startChromium({ modules: join(build, "tests", "browser", "modules") });
const { page } = browser;
const tools = await browser.context.newCDPSession(page);
const complaints = [];
page.on("pageerror", (error) => complaints.push(String(error)));
const live = () => page.waitForSelector('.pill[data-phase="live"]');

/* What the page holds once it has shown everything that was said, and garbage is gone. */
async function weight() {
  await page.waitForFunction((n) => document.querySelectorAll(".card-alarm").length === n, cards);
  await wait(1500);
  for (let i = 0; i < 3; i += 1) await tools.send("HeapProfiler.collectGarbage");
  const { metrics } = await tools.send("Performance.getMetrics");
  const of = (name) => metrics.find((one) => one.name === name).value;
  return { heap: of("JSHeapUsedSize") / 1e6, nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

/* As fast as the page draws it, not as fast as the socket takes it. */
const drawn = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));

async function playFigures(n) {
  for (let i = 0; i < n; i += 1) {
    replay.say("figures", replay.figures());
    if (i % 20 === 19) await drawn();
  }
}

async function playAlarms(n, from = 0) {
  const [first] = replay.alarms;
  const standing = [];
  for (let i = 0; i < n; i += 1) {
    const index = (from + i) % replay.ids.length;
    const id = `30000000-0000-4000-8000-${String(from + i).padStart(12, "0")}`;
    const raised = { ...first, id, incident_id: id, resource: `channel/${replay.ids[index]}`, severity: i % 7 === 0 ? "major" : "warning", raised_at: new Date().toISOString(), text: `Alarm ${from + i} of the month` };
    replay.say("alarm", raised, from + i + 10);
    standing.push(raised);
    if (standing.length > STANDING) replay.say("alarm", { ...standing.shift(), is_cleared: true, cleared_at: new Date().toISOString() }, from + i + 10);
    if (i % 5 === 4) await drawn();
  }
  for (const one of standing) replay.say("alarm", { ...one, is_cleared: true, cleared_at: new Date().toISOString() }, from + n + 10);
}

async function playCuts(n) {
  let slowest = 0;
  for (let i = 0; i < n; i += 1) {
    const began = Date.now();
    replay.cut();
    while (replay.streams === 0 || Date.now() - began < 50) {
      if (Date.now() - began > BACK_MS) throw new Error(`the page did not come back within ${BACK_MS / 1000} s`);
      await wait(20);
    }
    slowest = Math.max(slowest, Date.now() - began);
  }
  await live();
  return slowest / 1000;
}

async function playSleeps(n) {
  for (let i = 0; i < n; i += 1) {
    await tools.send("Page.setWebLifecycleState", { state: "frozen" });
    await wait(700);
    await tools.send("Page.setWebLifecycleState", { state: "active" });
    await live();
  }
}

function lighter(name, before, after, more = "") {
  const grown = after.heap - before.heap;
  const nodes = after.nodes - before.nodes;
  check(name, grown < HEAP_MB && nodes < NODES, `heap ${before.heap.toFixed(1)} MB, ${grown >= 0 ? "+" : ""}${grown.toFixed(2)}; nodes ${before.nodes}, ${nodes >= 0 ? "+" : ""}${nodes}; ` +
    `listeners ${after.listeners - before.listeners >= 0 ? "+" : ""}${after.listeners - before.listeners}${more}`);
}

await tools.send("Performance.enable");
await page.goto(`${url}/wall`);
await live();
await page.waitForSelector(".card-alarm");
await wait(5000);
const cards = await page.locator(".card-alarm").count(); /* of alarms that stand from the beginning to the end */
await playAlarms(WARM_ALARMS, 1_000_000);
await playFigures(200);
await playCuts(2);
const before = await weight();
console.log("1..6");
await playFigures(counts.figures);
lighter(`figures of ${(counts.figures / 3600).toFixed(1)} hours leave nothing behind`, before, await weight());
await playAlarms(counts.alarms);
lighter(`${counts.alarms} alarms that began and ended leave nothing behind`, before, await weight());
const slowest = await playCuts(counts.cuts);
lighter(`${counts.cuts} cut streams leave nothing behind`, before, await weight(), `; slowest way back ${slowest.toFixed(1)} s, streams open ${replay.streams}`);
await playSleeps(counts.sleeps);
lighter(`${counts.sleeps} sleeps of the tab leave nothing behind`, before, await weight());
const painted = () => page.evaluate(() => window.gantryPainted.pictures);
const [pictures, since] = [await painted(), Date.now()];
const draws = await page.waitForFunction((n) => window.gantryPainted.pictures > n, pictures + 60).then(() => true, () => false);
check("the wall still draws its pictures", draws && replay.streams === 1, `${(await painted()) - pictures} pictures in ${((Date.now() - since) / 1000).toFixed(1)} s, ${replay.streams} stream`);
check("nothing went wrong in the page", complaints.length === 0, `${complaints.length} errors ${complaints.slice(0, 2).join("; ")}`);
await browser.close();
close();
process.exitCode = failures > 0 ? 1 : 0;
