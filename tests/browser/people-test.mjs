/* People in the browser against a real gantryd: users, tokens, a second factor, a wall that is revoked, the audit; axe on each page. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { violations } from "./axe.mjs";
import { Box, sources } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS; /* a folder for pictures of every page */
const reasonToSkip = sources() ? false : "no sources are encoded yet: tests/traffic/make-sources makes them";
const LONG = "a long new password";

let box;
let browser;
let given; /* the password that was made for anna */
let secret; /* of anna's telephone */
const complaints = [];
const page = () => browser.page;
const real = (name, body) => test(name, { skip: reasonToSkip }, body);
const fill = (form, name, value) => page().fill(`form[aria-label="${form}"] [name="${name}"]`, value);

/* RFC 6238, by hand. */
function codeOf(base32, offset = 0) {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + offset));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function look(name, within = "main") {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  assert.deepEqual(await violations(browser, modules, within), [], name);
}

async function login(user, password) {
  await page().fill("[name=username]", user);
  await page().fill("[name=current-password]", password);
  await page().click("form button[type=submit]");
}

async function logOut() {
  await page().evaluate(() => fetch("/api/v1/logout", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }));
  await page().goto(`${box.url}/config/users`);
  await page().waitForSelector("[name=username]");
}

async function enterByLink() {
  await page().goto((await box.link()).replace(/^https?:\/\/[^/]+/, box.url));
  await page().waitForSelector('.pill[data-phase="live"]');
}

before(async () => {
  if (reasonToSkip) return;
  box = await Box.start({ build, count: 2 });
  browser = await startChromium({ modules, width: 1440, height: 900 });
  page().on("console", (message) => {
    if (message.type() === "error" && !/status of (401|403|404|422|429|503)/.test(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
  await enterByLink();
});

after(async () => {
  await browser?.close();
  await box?.close();
});

real("a user is added, and the password is shown once", async () => {
  await page().goto(`${box.url}/config/users/+`);
  await page().waitForSelector('form[aria-label="New user"]');
  await fill("New user", "name", "anna");
  await fill("New user", "full_name", "Anna <script>alert(1)</script>");
  await look("user-new");
  await page().click('form[aria-label="New user"] button[type=submit]');
  given = await page().inputValue(".once input");
  assert.match(given, /^[a-z0-9]{16}$/);
  await look("user-made");
  await page().goto(`${box.url}/config/users`);
  await page().waitForSelector("th:has-text('anna')");
  await soon.equal(() => page().locator("td", { hasText: "Anna <script>" }).count(), 1, "text is text");
  await look("users");
});

real("a status page is made for a broadcaster, opened without a login, and ends with its token", async () => {
  await page().goto(`${box.url}/config/tokens/+`);
  await page().waitForSelector('form[aria-label="New token"]');
  await fill("New token", "id", "viewers");
  await page().selectOption('form[aria-label="New token"] [name="use"]', "status");
  await page().click('form[aria-label="New token"] button[type=submit]');
  await page().waitForSelector("h1:has-text('Token viewers')");
  const url = (await page().locator(".once :is(input, textarea)").first().inputValue()).replace(/^https?:\/\/[^/]+/, box.url);
  assert.match(url, /\/status\/[A-Za-z0-9_-]+$/);
  const answer = () => fetch(url).then(async (reply) => [reply.status, await reply.text()]);
  const [status, text] = await answer();
  assert.equal(status, 200);
  assert.match(text, /channels on air/);
  await page().evaluate(() => fetch("/api/v1/tokens/viewers", { method: "DELETE", headers: { "If-Match": "*" } }));
  await soon(async () => assert.notEqual((await answer())[0], 200));
});

real("a token for a wall opens it, and its end is told on the whole screen", async () => {
  await page().goto(`${box.url}/config/tokens/+`);
  await page().waitForSelector('form[aria-label="New token"]');
  await fill("New token", "id", "studio");
  await look("token-new");
  await page().click('form[aria-label="New token"] button[type=submit]');
  const url = new URL(await page().locator(".once input").first().inputValue());
  await look("token-made");
  const wall = await browser.context.browser().newContext();
  const screen = await wall.newPage();
  await screen.goto(`${box.url}/wall${url.hash}`);
  await screen.waitForSelector('[data-phase="live"]');
  await soon.equal(() => new URL(screen.url()).hash, "", "the token is taken out of the address");
  await page().evaluate(() => fetch("/api/v1/tokens/studio", { method: "DELETE", headers: { "If-Match": "*" } }));
  await screen.getByText(/revoked/i).first().waitFor();
  await wall.close();
});

real("the audit trail says who made what, and can be looked through", async () => {
  await page().goto(`${box.url}/config/audit`);
  await page().waitForSelector("td:has-text('token studio revoked')");
  await look("audit");
  await page().fill('.audit-search input >> nth=1', "anna");
  await page().click(".audit-search button");
  await page().waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
});

real("a password that somebody else has given is replaced first, and the wanted page opens", async () => {
  await logOut();
  await look("login");
  await login("anna", "not the password");
  await page().waitForSelector(".failure:has-text('wrong')");
  await login("anna", given);
  await page().waitForSelector("h1:has-text('A new password')");
  await look("new-password");
  await page().fill("[name=current-password]", given);
  await page().fill("[name=new-password]", "password1");
  await page().click("form button[type=submit]");
  await page().waitForSelector(".failure");
  await page().fill("[name=new-password]", LONG);
  await page().click("form button[type=submit]");
  await page().waitForSelector(".section");
  await soon.equal(() => new URL(page().url()).pathname, "/config/users");
});

real("a second factor is turned on, and asked for at the next login", async () => {
  await page().goto(`${box.url}/account`);
  await page().click("button:has-text('Turn it on')");
  await page().waitForFunction(() => document.querySelector("img.code")?.naturalWidth > 0);
  secret = await page().locator("section code").innerText();
  await look("second-factor");
  const used = codeOf(secret);
  await page().fill("[autocomplete=one-time-code]", used);
  await page().click("button:has-text('Confirm')");
  await page().waitForSelector(".once");
  await soon.equal(async () => (await page().inputValue(".once textarea")).split("\n").length, 10);
  await page().waitForSelector('.pill[data-phase="live"]'); /* under the new session */
  await look("account");
  await logOut();
  await login("anna", LONG);
  await page().fill("[name=totp]", used);
  await page().click("form button[type=submit]");
  await page().waitForSelector(".failure:has-text('wrong')");
  await look("login-factor");
  await page().fill("[name=totp]", codeOf(secret, 1));
  await page().click("form button[type=submit]");
  await page().waitForSelector(".section");
});

real("an administrator sees what an account is, and takes its second factor away", async () => {
  await enterByLink();
  await page().goto(`${box.url}/config/users/anna`);
  await page().waitForSelector("h1:has-text('anna')");
  await look("user");
  await page().click("button:has-text('Take it away')");
  await page().waitForSelector("section:has-text('Off.')");
});

real("what is kept of a person is saved, and the person erased once the name is typed", async () => {
  const saving = page().waitForEvent("download");
  await page().click("a:has-text('Save it as JSON')");
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), "personal-data-anna.json");
  assert.equal(JSON.parse(readFileSync(await saved.path(), "utf8")).account.name, "anna");
  await page().click("button:has-text('Erase this person')");
  await page().waitForSelector("dialog");
  await look("user-erase", "dialog");
  await soon.equal(() => page().isDisabled("dialog button[type=submit]"), true);
  await page().fill("dialog [name=confirm]", "anna");
  await page().click("dialog button[type=submit]");
  await page().waitForSelector("text=erased user 1");
  await page().goto(`${box.url}/config/users`);
  await page().waitForSelector(".section :is(.empty-line, tbody tr)"); /* the list came */
  assert.equal(await page().locator("th:has-text('anna')").count(), 0);
  await page().goto(`${box.url}/config/audit`);
  await page().waitForSelector("td:has-text('an account was erased')");
  assert.equal(await page().locator("td", { hasText: /\banna\b/ }).count(), 0);
});

real("the console of the browser has nothing to say", () => assert.deepEqual(complaints, []));
