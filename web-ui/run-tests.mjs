/* Compiles test/*-test.ts with esbuild and runs them with node's own test runner, which node 18 has. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { buildSync } from "esbuild";

const OUT = "dist-test";
const sources = readdirSync("test").filter((name) => name.endsWith("-test.ts"));
if (sources.length === 0) throw new Error("no tests under test/");
rmSync(OUT, { recursive: true, force: true });
buildSync({
  entryPoints: sources.map((name) => `test/${name}`),
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  sourcemap: "inline",
  logLevel: "warning",
});
const files = sources.map((name) => `${OUT}/${name.replace(/\.ts$/, ".mjs")}`);
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(run.status ?? 1);
