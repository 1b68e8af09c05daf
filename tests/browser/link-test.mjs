/* The page behind the signed link of a message, on a telephone, without script: what is wrong, and the one button. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { freeUdpPorts } from "./ports.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS ?? ""; /* a folder for screenshots to be looked at */
const listOf = (port) => `id,name,address,interface,commissioned\none,Österreich Eins <b>HD</b>,udp://127.0.0.1:${port},lo,yes\n`; /* nobody sends there */

let box;
let browser;
let hook;
const received = [];
const complaints = [];
const page = () => browser.page;

async function look(name) {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `${name}.png`) });
    await page().screenshot({ path: join(shots, `${name}-whole.png`), fullPage: true });
  }
}

before(async () => {
  hook = createServer((request, reply) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      received.push(JSON.parse(body));
      reply.end("ok");
    });
  });
  await new Promise((done) => hook.listen(0, "127.0.0.1", done));
  box = await Box.start({ build, channels: listOf(await freeUdpPorts(1)), settings: [
    "[receiver phone]", "kind=webhook", `url=http://127.0.0.1:${hook.address().port}/`, "allow_private=true",
  ] });
  browser = await startChromium({ modules, width: 360, height: 740 });
  page().on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});

after(async () => {
  await browser?.close();
  await box?.close();
  hook?.close();
});

const link = async () => {
  const of = () => JSON.stringify(received).match(/http[^"]*\/a\/[A-Za-z0-9._~-]+/g)?.at(-1);
  await box.until(() => of(), "a message with a link");
  return of().replace(/^https?:\/\/[^/]+/, box.url);
};

test("the whole alarm stands on a telephone: who, what, since when, what to do, and the button within reach", async () => {
  await page().goto(await link());
  await look("link-phone");
  const text = await page().locator("main").innerText();
  assert.match(text, /Österreich Eins <b>HD<\/b>/, "what a name holds is text");
  assert.match(text, /Critical[\s\S]*No packets arrive/i);
  assert.match(text, /for \d+ (s|min)/);
  assert.match(text, /Check source, switch port and multicast route/);
  assert.ok((await page().evaluate(() => document.documentElement.scrollWidth)) <= 360, "nothing is wider than the telephone");
  const button = page().locator('button[value="ack"]');
  const place = await button.boundingBox();
  assert.ok(place.height >= 44, `the button is ${place.height} px high`);
  assert.ok(place.y + place.height <= 740, `the button ends at ${place.y + place.height} of 740 px`);
  assert.deepEqual(await violations(browser, modules, "main"), []);
});

test("one touch acknowledges, the page says so, and the appliance knows", async () => {
  await page().fill("textarea", "On my way");
  await page().click('button[value="ack"]');
  await page().waitForSelector(".said:has-text('acknowledged')");
  await page().waitForLoadState();
  assert.doesNotMatch(await page().locator("main").innerText(), /Nobody/, "nothing beside it contradicts it");
  await look("link-phone-done");
  await page().click("a.button");
  /* The box shows news at most ten times a second: who is faster than a finger may see what stood before. */
  await soon(async () => {
    if ((await page().locator('button[value="unack"]').count()) === 0) await page().reload();
    assert.match(await page().locator("main").innerText(), /Acknowledged by link:phone/);
  });
  await page().waitForSelector('button[value="unack"]');
  await page().waitForLoadState();
  await look("link-phone-acknowledged");
  assert.match(await page().locator("main").innerText(), /On my way/);
  assert.equal(await page().locator('button[value="ack"]').count(), 0);
  assert.deepEqual(await violations(browser, modules, "main"), []);
});

test("a link that was tampered with says nothing about any alarm", async () => {
  const answer = await page().goto(`${await link()}AAAA`);
  assert.ok(answer.status() >= 400);
  await look("link-phone-refused");
  assert.doesNotMatch(await page().locator("body").innerText(), /packets/);
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !/status of 4\d\d/.test(one)));
});

test("no page offended the content security policy or the console", () => assert.deepEqual(complaints, []));
