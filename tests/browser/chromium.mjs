/* Debian's Chromium, headless, on a profile of its own that is removed with it. */
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ARGUMENTS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

const WAIT_MS = 60_000; /* for what is to come on a page; on a machine that has much else to do it comes late */

/* What the console says of requests whose server goes, in whichever of its steps that meets them. */
export const OUTAGE = /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE/;

/* @modules: the folder in which npm installed playwright-core. Resolves to { context, page, close, profile }. */
export async function startChromium({ modules, width = 1920, height = 1080, executable = "/usr/bin/chromium" }) {
  const { chromium } = createRequire(resolve(modules, "x.js"))("playwright-core");
  const profile = mkdtempSync(join(tmpdir(), "gantry-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    chromiumSandbox: false,
    viewport: { width, height },
    args: ARGUMENTS,
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, page, close, profile };
}

/* Process ids of the browser that uses @profile, and of all its descendants. */
export function processTree(profile) {
  const parents = new Map();
  const roots = [];
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      if (command.includes(`--user-data-dir=${profile}`) && !command.some((word) => word.startsWith("--type="))) roots.push(Number(name));
    } catch {
      /* it ended meanwhile */
    }
  }
  const tree = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [child, parent] of parents) {
      if (tree.has(parent) && !tree.has(child)) {
        tree.add(child);
        grown = true;
      }
    }
  }
  return [...tree];
}
