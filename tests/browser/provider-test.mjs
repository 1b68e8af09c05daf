/* Logging in through an OpenID provider in the browser: the button, the way there and back, who is refused, and a provider that is away. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { violations } from "./axe.mjs";
import { Box } from "./box.mjs";
import { startChromium } from "./chromium.mjs";
import { freePort, freeUdpPorts } from "./ports.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const modules = join(build, "tests", "browser", "modules");
const shots = process.env.GANTRY_SHOTS; /* a folder for pictures of every page */
const listOf = (port) => `id,name,short_name,group,address,interface,service_id,profile\none,One,ONE,News,udp://127.0.0.1:${port},lo,0,\n`; /* nobody sends there */
const people = {
  anna: { preferred_username: "anna", name: "Anna Ivanova", groups: ["noc"] },
  boss: { preferred_username: "boss", groups: ["admins"] },
  nobody: { preferred_username: "nobody", groups: ["canteen"] },
};

let box;
let browser;
let provider;
let issuer;
let folder;
const complaints = [];
const page = () => browser.page;

async function startProvider() {
  const program = fileURLToPath(new URL("provider.mjs", import.meta.url));
  provider = spawn("node", [program, "--modules", modules, "--port", new URL(issuer).port, "--redirect", `${box.url}/api/v1/login/oidc/callback`, "--keys", join(folder, "keys.json")], { stdio: "ignore" });
  await box.until(() => fetch(`${issuer}/.well-known/openid-configuration`).then((reply) => reply.ok, () => false), "the provider");
  await fetch(`${issuer}/test`, { method: "PUT", body: JSON.stringify({ people, fault: "" }) });
}

async function stopProvider() {
  provider.kill("SIGKILL");
  await new Promise((done) => provider.once("exit", done));
}

async function look(name, within = "main") {
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page().screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  assert.deepEqual(await violations(browser, modules, within), [], name);
}

const button = () => page().getByRole("button", { name: "Example Sign-on" });

/* By the menu; the provider's session goes on. */
async function logOut() {
  await page().click("details.account summary");
  await page().getByRole("button", { name: "Log out" }).click();
  await button().waitFor();
}

async function leaveProvider() {
  await page().goto(issuer);
  await browser.context.clearCookies({ domain: "127.0.0.1" });
}

async function loginAs(person) {
  await button().click();
  await page().waitForSelector("input[name=login]");
  await page().fill("input[name=login]", person);
  await page().fill("input[name=password]", "any");
  await page().click("button[type=submit]");
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "gantry-provider-"));
  writeFileSync(join(folder, "secret"), "a secret: with % and +, of 40 characters", { mode: 0o600 });
  issuer = `http://127.0.0.1:${await freePort()}`;
  box = await Box.start({
    build, channels: listOf(await freeUdpPorts(1)),
    settings: ({ url }) => ["[http]", `public_url=${url}`, "[oidc]", `issuer=${issuer}`, "name=Example Sign-on", "client=gantry", `secret_file=${join(folder, "secret")}`, "roles=admins=admin, noc=operator"],
  });
  await startProvider();
  browser = await startChromium({ modules, width: 1440, height: 900 });
  page().on("console", (message) => {
    const ours = message.location().url.startsWith(box.url);
    if (ours && message.type() === "error" && !/status of (401|403|503)/.test(message.text())) complaints.push(message.text());
  });
  page().on("pageerror", (error) => complaints.push(String(error)));
  await fetch(`${box.url}/api/v1/setup`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code: box.setupCode(), user: "chief", password: "correct horse battery" }),
  });
});

after(async () => {
  await browser?.close();
  await box?.close();
  provider?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("the button leads through the provider and back to where one was", async () => {
  await page().goto(`${box.url}/alarms`);
  await button().waitFor();
  await look("provider-login");
  await loginAs("anna");
  await page().waitForSelector('.pill[data-phase="live"]');
  await soon.equal(() => page().url(), `${box.url}/alarms`);
  const session = await page().evaluate(() => fetch("/api/v1/session").then((reply) => reply.json()));
  assert.deepEqual([session.user, session.role], ["anna", "operator"]);
});

test("one's own account says where its password is", async () => {
  await page().goto(`${box.url}/account`);
  await page().getByText("You log in through Example Sign-on").waitFor();
  assert.equal(await page().locator("input[type=password]").count(), 0);
  await look("provider-account");
});

test("after a logout the provider asks again who is there", async () => {
  await logOut();
  await button().click();
  await page().waitForSelector("input[name=login]");
  await page().goto(box.url);
  await loginAs("anna");
  await page().waitForSelector('.pill[data-phase="live"]');
});

test("somebody without a role is told so, and led back to the login", async () => {
  await leaveProvider();
  await page().goto(box.url);
  await loginAs("nobody");
  await page().getByText("None of your groups at the provider has a role on this box (canteen).").waitFor();
  await look("provider-refused");
  await page().getByRole("link", { name: "Back to the login" }).click();
  await button().waitFor();
});

test("an administrator sees who comes through the provider, and offers the directory to new people", async () => {
  await leaveProvider();
  await page().goto(`${box.url}/config/users`);
  await loginAs("boss");
  await page().waitForSelector("table.objects");
  await soon.match(() => page().locator("tr", { hasText: "anna" }).innerText(), /Anna Ivanova\s+operator\s+everything\s+provider/);
  await look("provider-users");
  await page().goto(`${box.url}/config/users/anna`);
  await page().getByText("which tells role and groups anew at each login").waitFor();
  await look("provider-user");
  await page().goto(`${box.url}/config/users/+`);
  await page().selectOption('form[aria-label="New user"] [name=login_by]', "pam");
  await page().fill('form[aria-label="New user"] [name=subject]', "m.mueller");
  await look("provider-new-user");
});

test("with the provider away the button says so, and a password of this box lets in", async () => {
  await leaveProvider();
  await stopProvider();
  await page().goto(`${box.url}/login`);
  await box.until(async () => {
    await button().click();
    return page().getByRole("alert").waitFor({ timeout: 10_000 }).then(() => true, async () => {
      await page().goto(`${box.url}/login`); /* it was known until now, and the browser went there */
      return false;
    });
  }, "the refusal");
  await look("provider-away");
  await page().fill("[name=username]", "chief");
  await page().fill("[name=current-password]", "correct horse battery");
  await page().click("form button[type=submit]");
  await page().waitForSelector('.pill[data-phase="live"]');
});

test("nothing was refused by the content policy", () => assert.deepEqual(complaints, []));
