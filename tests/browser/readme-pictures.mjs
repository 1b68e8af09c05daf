/* Makes the pictures of the README from the replay: node tests/browser/readme-pictures.mjs --dist DIR --modules DIR --out web-ui */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startChromium } from "./chromium.mjs";
import { startReplay } from "./replay.mjs";

const PICTURES = [
  { name: "wall", path: () => "/wall", width: 1536, height: 864, until: () => window.gantryPainted?.pictures > 55 },
  { name: "alarm", path: (replay) => `/alarms/${replay.alarms.find(({ evidence }) => evidence).id}`, width: 1536, height: 1100, until: () => document.querySelector(".drawer .timeline li") && document.querySelector(".drawer canvas") },
  { name: "report", path: () => "/reports", width: 1536, height: 1000, until: () => document.querySelector("main table") && !/Loading|being made/.test(document.querySelector("main").innerText) },
];
const QUALITY = 78;

const { values } = parseArgs({ options: { dist: { type: "string" }, modules: { type: "string" }, out: { type: "string" } } });
if (!values.dist || !values.modules || !values.out) {
  console.error("readme-pictures: --dist, --modules and --out name the built dashboard, its test modules and where the pictures go");
  process.exit(2);
}
mkdirSync(values.out, { recursive: true });
const served = await startReplay({ dist: values.dist, trouble: true });
for (const { name, path, width, height, until } of PICTURES) {
  const browser = await startChromium({ modules: values.modules, width, height });
  await browser.page.goto(served.url + path(served.replay));
  await browser.page.waitForSelector('.pill[data-phase="live"]');
  await browser.page.waitForFunction(until, undefined, { timeout: 30_000 });
  await browser.page.waitForTimeout(1500);
  await browser.page.screenshot({ path: join(values.out, `${name}.jpg`), type: "jpeg", quality: QUALITY });
  await browser.close();
}
served.close();
