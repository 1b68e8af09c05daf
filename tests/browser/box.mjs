/* A whole appliance for a test: gantry-traffic, gantryd and its workers, on free ports and in a folder that goes with it. */
import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort, freeUdpPorts } from "./ports.mjs";

const run = promisify(execFile);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const START_MS = 90_000; /* of a machine that has much else to do */

/* Where the encoded sources are, null where nobody made them yet. */
export function sources() {
  const folder = process.env.GANTRY_SOURCES ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gantry", "sources");
  return existsSync(join(folder, "sources.conf")) ? folder : null;
}

function start(program, args, log) {
  const out = openSync(log, "a");
  const child = spawn(program, args, { stdio: ["ignore", out, out] });
  closeSync(out);
  return child;
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => child.once("exit", done));
}

export class Box {
  /* @settings: more lines of gantry.conf, first those of [inventory]; or a function of the box that gives them. @channels: a list (CSV) of one's own ("": none), instead of @count channels
     that are sent from box.basePort on. @listed: which lines of the generator's list become channels, told by line and box; the others are sent all the same. */
  static async start({ build, count, channels = null, settings = [], listed = null }) {
    const box = new Box();
    box.build = resolve(build);
    box.folder = mkdtempSync(join(tmpdir(), "gantry-browser-"));
    box.port = await freePort();
    box.url = `http://127.0.0.1:${box.port}`;
    const at = (name) => join(box.folder, name);
    writeFileSync(at("gantry.conf"), [
      "[state]", `folder=${at("state")}`, "[http]", "listen=127.0.0.1", `port=${box.port}`, ...(process.env.GANTRY_UI_DIR ? [`ui_dir=${process.env.GANTRY_UI_DIR}`] : []),
      "[workers]", "mode=spawn", `program=${join(box.build, "pipelines/worker/gantry-channel")}`, `probe=${join(box.build, "pipelines/probe/gantry-probe")}`,
      "[inventory]", ...(channels === "" ? [] : [`channels=${at("channels.csv")}`]), "interface=lo", "allow_loopback=true", ...(typeof settings === "function" ? settings(box) : settings), "",
    ].join("\n"));
    if (channels !== null) {
      writeFileSync(at("channels.csv"), channels);
      await box.startDaemon();
      return box;
    }
    box.basePort = await freeUdpPorts(count);
    box.traffic = start(join(box.build, "tests/traffic/gantry-traffic"), [
      "--sources", sources(), "--count", String(count), "--base-port", String(box.basePort), "--inventory", at("channels.csv"),
      "--control", at("traffic.sock"), "--truth", at("truth.jsonl"),
    ], at("traffic.log"));
    await box.until(() => existsSync(at("channels.csv")) && existsSync(at("traffic.sock")), "the traffic generator");
    if (listed) {
      const [head, ...lines] = readFileSync(at("channels.csv"), "utf8").trim().split("\n");
      writeFileSync(at("channels.csv"), [head, ...lines.filter((line) => listed(line, box)), ""].join("\n"));
    }
    await box.startDaemon();
    return box;
  }

  async until(holds, what) {
    const deadline = Date.now() + START_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`${what} did not come within ${START_MS / 1000} s; gantryd said:\n${this.log()}`);
      await wait(100);
    }
  }

  async startDaemon() {
    this.daemon = start(join(this.build, "appliance/supervisor/gantryd"), ["--config", join(this.folder, "gantry.conf"), "--stop-workers"], join(this.folder, "gantryd.log"));
    await this.until(() => fetch(`${this.url}/healthz`).then((reply) => reply.ok, () => false), "gantryd");
  }

  /* A link that logs in once. */
  async link() {
    const socket = join(this.folder, "state/run/control.sock");
    const { stdout } = await run(join(this.build, "appliance/ctl/gantryctl"), ["--socket", socket, "login-link"]);
    return stdout.trim();
  }

  /* The first-start code of a box without accounts. */
  setupCode = () => readFileSync(join(this.folder, "state/run/setup-code"), "utf8").trim();

  /* What the generator is to do, as `gantry-traffic control` takes it; by its socket, since a process more may cost a second. */
  async traffics(...request) {
    const socket = connect(join(this.folder, "traffic.sock")).end(`${request.join(" ")}\n`);
    let answer = "";
    for await (const part of socket) answer += part;
    if (!JSON.parse(answer).ok) throw new Error(`${request.join(" ")}: ${answer}`);
  }

  async stopDaemon() {
    this.daemon.kill("SIGTERM");
    await ended(this.daemon);
  }

  log = () => (existsSync(join(this.folder, "gantryd.log")) ? readFileSync(join(this.folder, "gantryd.log"), "utf8").slice(-2000) : "");

  async close() {
    for (const child of [this.daemon, this.traffic]) {
      child?.kill("SIGTERM");
      if (child) await ended(child);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
