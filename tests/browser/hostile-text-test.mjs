/* Fault rows 62 and 69 in a real browser: text from streams, people and receivers is text everywhere; a dashboard that is left
   open knows at once that it is cut off, and comes back by itself. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Box } from "./box.mjs";
import { OUTAGE, startChromium } from "./chromium.mjs";
import { freeUdpPorts } from "./ports.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const ATTACKS = [
  '<img src=x onerror="window.hacked=1">', "</script><script>window.hacked=1</script>", "javascript:window.hacked=1", "\u202e\u2066gnp.exe",
  "=cmd|' /C calc'!A0", "<!channel>", '"><svg onload=window.hacked=1>', "{{constructor.constructor('window.hacked=1')()}}",
];
const PAGES = ["/", "/wall", "/alarms", "/handover", "/system", "/channels/sdt", "/channels/named", "/config/channels", "/config/receivers", "/config/audit", "/reports"];

let box;
let browser;
let sender;
let receiver;
let redis;
let redisFolder;
const complaints = [];
const page = () => browser.page;
const phase = (name) => page().waitForSelector(`.pill[data-phase="${name}"]`);

/* CRC-32 of MPEG-2 sections. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/* One section in one packet. */
function packet(pid, counter, table, idAndRest) {
  const size = idAndRest.length + 4;
  const section = [table, 0xf0 | (size >> 8), size & 0xff, ...idAndRest];
  const crc = crc32(section);
  const payload = [0, ...section, crc >>> 24, (crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff];
  return Buffer.from([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10 | (counter & 15), ...payload, ...Array(184 - payload.length).fill(0xff)]);
}

/* PAT, PMT and an SDT whose provider and service are called @provider and @name. */
function datagram(counter, provider, name) {
  const descriptor = [1, provider.length, ...provider, name.length, ...name];
  const service = [0, 1, 0xfc, 0x80, descriptor.length + 2, 0x48, descriptor.length, ...descriptor];
  const head = (id) => [id >> 8, id & 0xff, 0xc1, 0, 0];
  return Buffer.concat([
    packet(0, counter, 0, [...head(1), 0, 1, 0xe1, 0]), packet(0x100, counter, 2, [...head(1), 0xff, 0xff, 0xf0, 0]),
    packet(0x11, counter, 0x42, [...head(1), 0, 1, 0xff, ...service]),
  ]);
}

const api = (method, path, body) =>
  page().evaluate(async ([verb, where, what]) => {
    const reply = await fetch(where, { method: verb, headers: { "Content-Type": "application/json", "If-Match": "*" }, body: what === null ? undefined : JSON.stringify(what) });
    return { status: reply.status, text: await reply.text() };
  }, [method, path, body ?? null]);

before(async () => {
  const cell = (text) => `"${text.replaceAll('"', '""')}"`;
  const port = await freeUdpPorts(2);
  const rows = [["sdt", "From SDT", "SDT", "News"], ["named", ATTACKS[0], "</b>", ATTACKS[1]]];
  const channels = "id,name,short_name,group,address,interface,service_id,profile\n" +
    rows.map(([id, name, short, group], i) => `${id},${cell(name)},${cell(short)},${cell(group)},udp://127.0.0.1:${port + i},lo,0,\n`).join("");
  redisFolder = mkdtempSync(join(tmpdir(), "gantry-redis-"));
  const socket = join(redisFolder, "redis.sock");
  redis = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--save", ""], { stdio: "ignore" }); /* keeps sessions over a restart */
  box = await Box.start({ build, channels, settings: ["[redis]", `socket=${socket}`] });
  sender = createSocket("udp4");
  let counter = 0;
  sender.timer = setInterval(() => {
    const attack = ATTACKS[Math.floor(counter / 40) % ATTACKS.length];
    sender.send(datagram(counter, Buffer.from("</td><script>window.hacked=1</script>"), Buffer.from(`\x15${attack}`).subarray(0, 60)), port, "127.0.0.1");
    counter += 1;
  }, 50);
  receiver = createServer((request, reply) => reply.writeHead(418, ATTACKS[2]).end(ATTACKS.join("\n")));
  await new Promise((done) => receiver.listen(0, "127.0.0.1", done));
  browser = await startChromium({ modules: join(build, "tests", "browser", "modules") });
  page().on("console", (message) => {
    const isExpected = (text) => /status of (4\d\d|503)/.test(text) || OUTAGE.test(text);
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
  page().on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page().goto(box.url);
  assert.equal((await api("POST", "/api/v1/setup", { code: box.setupCode(), user: "noc-lead", password: "a long password" })).status, 200);
  await page().goto(`${box.url}/wall`);
  await phase("live");
});

after(async () => {
  await browser?.close();
  clearInterval(sender?.timer);
  sender?.close();
  receiver?.close();
  redis?.kill();
  if (redisFolder) rmSync(redisFolder, { recursive: true, force: true });
  await box?.close();
});

test("row 62: names, notes, receivers' answers and user agents are shown as text and run nothing", async () => {
  const login = { method: "POST", headers: { "Content-Type": "application/json", "User-Agent": ATTACKS[0] }, body: '{"user":"nobody","password":"wrong"}' };
  await fetch(`${box.url}/api/v1/login`, login);
  const set = await api("PUT", "/api/v1/receivers/evil", { kind: "webhook", url: `http://127.0.0.1:${receiver.address().port}/`, allow_private: true, secret: "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", title: ATTACKS[0] });
  const tried = await api("POST", "/api/v1/receivers/evil/test", {});
  const listed = async () => JSON.parse((await api("GET", "/api/v1/alarms?state=all")).text).items;
  const lasting = async () => (await listed()).filter(({ resource, is_cleared }) => resource === "channel/named" && !is_cleared); /* nobody sends there */
  await box.until(async () => (await lasting()).length > 0, "an alarm to write notes on");
  const alarms = await lasting();
  let notes = 0;
  for (const [i, attack] of ATTACKS.entries()) {
    notes += (await api("POST", `/api/v1/alarms/${alarms[i % alarms.length].id}/comments`, { note: attack })).status === 200;
  }
  await box.until(async () => (await api("GET", "/api/v1/channels/sdt")).text.includes("window.hacked"), "the name in the stream's SDT");
  let seen = 0;
  for (const path of PAGES) {
    await page().goto(box.url + path);
    await page().waitForFunction(() => document.querySelector(".pill, main") && !/^(Loading|Connecting)$/m.test(document.body.innerText) && !document.querySelector(".skeleton"));
    await page().waitForTimeout(1200); /* whatever was planted has begun to run */
    const found = await page().evaluate(() => ({
      hacked: window.hacked, planted: document.querySelectorAll('img[src="x"], svg[onload], [onerror], [onload], a[href^="javascript:"], script:not([src])').length,
      text: document.body.innerText.includes("window.hacked"),
    }));
    assert.equal(found.hacked, undefined, path);
    assert.equal(found.planted, 0, path);
    seen += found.text ? 1 : 0;
  }
  for (const path of ["/api/v1/alarms.csv", "/api/v1/alarm-figures.csv"]) {
    const csv = await api("GET", path);
    assert.doesNotMatch(csv.text, /(^|,)"?[=+@]/m, path);
  }
  console.log(`row 62: ${ATTACKS.length} texts in ${PAGES.length} pages, ${notes} notes, receiver set ${set.status}, tried ${tried.status}; ` +
    `shown as text on ${seen}, run 0, planted elements 0, complaints of the console ${complaints.length}`);
  assert.ok(seen >= 2, "the texts were not shown anywhere");
  assert.equal(notes, ATTACKS.length);
  assert.deepEqual(complaints, []);
});

test("row 69: a server that goes is seen within 5 s, and its return is found without a hand", async () => {
  await page().goto(`${box.url}/wall`);
  await phase("live");
  const toldAt = page().waitForFunction(() => document.querySelector(".pill")?.dataset.phase !== "live" && Date.now(), undefined, { polling: 50 });
  const gone = Date.now();
  await box.stopDaemon();
  const told = ((await (await toldAt).jsonValue()) - gone) / 1000;
  await box.startDaemon();
  const back = Date.now();
  await phase("live");
  console.log(`row 69: the pill told it after ${told.toFixed(1)} s; live again ${((Date.now() - back) / 1000).toFixed(1)} s after the start`);
  assert.ok(told <= 5);
});

test("row 69: a page that slept is stale no longer once it is looked at again", async () => {
  const session = await browser.context.newCDPSession(page());
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((done) => setTimeout(done, 6000));
  await session.send("Page.setWebLifecycleState", { state: "active" });
  const woke = Date.now();
  await phase("live");
  await page().waitForFunction(() => !/older than|stale/i.test(document.querySelector(".pill").textContent));
  console.log(`row 69: live ${((Date.now() - woke) / 1000).toFixed(1)} s after 6 s of sleep`);
});
