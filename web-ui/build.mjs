/* Bundles the dashboard into dist/: hashed assets, a .gz beside every text file, and the size budget checked. */
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = "dist";
const TARGET = ["chrome109", "firefox115", "safari16.4"];
const BUDGET_BYTES = { script: 40_000, worker: 2_000, style: 8_000, chunk: 30_000, screens: 8_000 }; // of gzip; a chunk is what one page loads later at once

async function bundle() {
  await rm(DIST, { recursive: true, force: true });
  await mkdir(DIST);
  const result = await build({
    entryPoints: { app: "src/main.tsx", style: "src/style.css", screens: "src/screens.css", icon: "src/icon.svg" },
    outdir: `${DIST}/assets`,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    minify: true,
    metafile: true,
    loader: { ".woff2": "file", ".svg": "copy" },
    legalComments: "none",
    logLevel: "warning",
  });
  return result.metafile.outputs;
}

/* The shared worker stands alone: browsers that run no modules in workers take it as well. */
async function bundleWorker() {
  const result = await build({
    entryPoints: { "stream-worker": "src/live/stream-worker.ts" },
    outdir: `${DIST}/assets`,
    entryNames: "[name]-[hash]",
    bundle: true,
    format: "iife",
    target: TARGET,
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(result.metafile.outputs)[0];
}

/* Everything that the browser fetches before the first paint: the entry and what it imports statically. */
function firstPaint(outputs, entry) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path].imports) if (kind === "import-statement") visit(next);
  };
  visit(entry);
  return [...seen];
}

const entryOf = (outputs, source) =>
  Object.keys(outputs).find((path) => outputs[path].entryPoint === source);

const url = (path) => `/assets/${basename(path)}`;

async function writeIndex({ script, style, screens, icon, worker }, preloads) {
  const template = await readFile("src/index.html", "utf8");
  const links = preloads.map((path) => `<link rel="modulepreload" href="${url(path)}">`).join("\n    ");
  const page = template
    .replace("@SCRIPT@", url(script))
    .replace("@STYLE@", url(style))
    .replace("@SCREENS@", url(screens))
    .replace("@ICON@", url(icon))
    .replace("@WORKER@", url(worker))
    .replace("@PRELOADS@", links);
  await writeFile(join(DIST, "index.html"), page);
}

async function compress(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await compress(path);
    else if (/\.(html|js|css|svg)$/.test(entry.name)) {
      await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
    }
  }
}

async function gzipBytes(paths) {
  const sizes = await Promise.all(paths.map(async (path) => (await readFile(`${path}.gz`)).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function check(name, size, budget) {
  console.log(`${name}: ${size} of ${budget} bytes (gzip)`);
  if (size <= budget) return;
  console.error(`${name} is over its budget`);
  process.exitCode = 1;
}

const outputs = await bundle();
const script = entryOf(outputs, "src/main.tsx");
const style = entryOf(outputs, "src/style.css");
const first = firstPaint(outputs, script);
const icon = Object.keys(outputs).find((path) => path.endsWith(".svg"));
const screens = entryOf(outputs, "src/screens.css");
const worker = await bundleWorker();
await writeIndex({ script, style, screens, icon, worker }, first.filter((path) => path !== script));
await compress(DIST);
const lazy = Object.keys(outputs).filter((path) => path.endsWith(".js") && !first.includes(path));
check("script before the first paint", await gzipBytes(first), BUDGET_BYTES.script);
check("shared worker", await gzipBytes([worker]), BUDGET_BYTES.worker);
check("style", await gzipBytes([style]), BUDGET_BYTES.style);
check("style of later screens", await gzipBytes([screens]), BUDGET_BYTES.screens);
for (const path of lazy) check(`later: ${basename(path)}`, await gzipBytes([path]), BUDGET_BYTES.chunk);
