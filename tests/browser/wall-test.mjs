/* The wall against the replay: every look of a tile, named walls, pages, the penalty box, details, settings, and the whole key map. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { startChromium } from "./chromium.mjs";
import { startReplay } from "./replay.mjs";
import { soon } from "./soon.mjs";

const build = process.env.GANTRY_BUILD ?? "build";
const dist = join(build, "web-ui", "work", "dist");
const modules = join(build, "tests", "browser", "modules");

let browser;
let served;
const complaints = []; /* of the console: CSP, Trusted Types, exceptions */
const replay = () => served.replay;
const page = () => browser.page;
const open = async (path) => {
  await page().goto(served.url + path);
  await page().waitForSelector('.pill[data-phase="live"]');
  await page().waitForSelector("a.tile, .empty, .calm-box");
};
const count = (selector) => page().locator(selector).count();
const tile = (number, where = "main > .wall") => page().locator(`${where} .tile[data-id="ch-${String(number).padStart(2, "0")}"]`);
const focused = () => page().evaluate(() => document.activeElement?.dataset.id ?? "");
const press = (...keys) => keys.reduce((before, key) => before.then(() => page().keyboard.press(key)), Promise.resolve());
const closed = async () => {
  await press("Escape");
  await page().waitForSelector("dialog", { state: "detached" });
};
const query = () => new URL(page().url()).searchParams;
const path = () => new URL(page().url()).pathname;

before(async () => {
  served = await startReplay({ dist, trouble: true });
  browser = await startChromium({ modules });
  page().on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page().on("pageerror", (error) => complaints.push(String(error)));
});

beforeEach(() => {
  replay().others.clear();
  replay().walls = [];
});

after(async () => {
  await browser?.close();
  served?.close();
});

test("each look of a tile has its own icon, border and words", async () => {
  await open("/wall");
  replay().change("ch-02", { measured_at: new Date(Date.now() - 12_000).toISOString(), age_seconds: 12 });
  replay().change("ch-04", { state: "disabled", state_text: "Switched off: nobody measures it", measured_at: null, thumbnail: null });
  replay().change("ch-03", { state: "fault" });
  replay().change("ch-03", {});
  await page().waitForSelector('.tile[data-id="ch-03"][data-look="recovered"]');
  const looks = [
    [1, "normal", "Normal", /^Nord1/],
    [2, "stale", "No data", /No data for [1-9]\d s/],
    [3, "recovered", "Recovered", /Recovered \d+ s ago/],
    [4, "disabled", "Switched off", /^Film1$/],
    [8, "alarm", "Critical", /No packets arrive/],
    [13, "shelved", "Shelved", /Shelved for [12] h · Sound is silent/],
    [19, "acked", "Critical", /No data for 1\d s/],
    [20, "alarm", "Major", /184 continuity errors/],
    [24, "unknown", "Not known", /Its worker does not report/],
    [32, "planned", "Planned", /Maintenance until 15:00/],
    [39, "alarm", "Minor", /No video: scrambled/],
    [45, "starting", "Starting", /No picture yet/],
    [53, "alarm", "Warning", /Programme clock references/],
    [56, "normal", "Normal", /No video: sound only/],
  ];
  const shapes = new Set();
  for (const [number, look, icon, words] of looks) {
    await soon.equal(() => tile(number).getAttribute("data-look"), look, `tile ${number}`);
    await soon.match(() => tile(number).innerText(), words);
    await soon.equal(() => tile(number).locator("svg").getAttribute("aria-label"), icon, `tile ${number}`);
    const border = await tile(number).evaluate((one) => [getComputedStyle(one).boxShadow, getComputedStyle(one).outlineStyle].join());
    shapes.add(`${border} ${await tile(number).locator("svg").evaluate((one) => one.innerHTML)}`);
  }
  assert.equal(shapes.size, looks.length - 2, "only the two that are normal look alike, and no data as not known: their words differ");
  const off = tile(4);
  assert.equal(await off.locator(".name").evaluate((one) => getComputedStyle(one).opacity), "0.4");
  assert.equal(await off.locator(".picture").evaluate((one) => getComputedStyle(one).backgroundColor === "rgba(0, 0, 0, 0)"), false, "no old picture shows through");
  await soon.equal(() => off.getAttribute("data-hatched"), "no");
  await soon.equal(() => tile(13).getAttribute("data-picture"), "live", "the picture of a shelved channel stays alive");
});

test("while the appliance is not there yet, tiles stand at their places by name, and say no figure", async () => {
  const second = await browser.context.newPage();
  await second.route("**/api/v1/events", () => undefined);
  await second.addInitScript(() => delete window.SharedWorker);
  await second.goto(`${served.url}/wall`);
  await second.waitForSelector('.tile[data-look="loading"]');
  await soon.equal(() => second.locator('.tile[data-look="loading"]').count(), 60);
  assert.equal(await second.locator(".tile").nth(4).innerText(), "Kids1");
  assert.equal(await second.locator(".pill").getAttribute("data-phase"), "connecting");
  await second.close();
});

test("a dark icon with a light letter stands on a filled caption", async () => {
  await open("/wall");
  const colours = () => tile(8).evaluate((one) => {
    const style = (selector) => getComputedStyle(one.querySelector(selector));
    return { caption: style(".caption").backgroundColor, icon: style("svg").fill, letter: style("svg text").fill };
  });
  await soon.deepEqual(colours, { caption: "rgb(255, 90, 82)", icon: "rgb(17, 17, 17)", letter: "rgb(255, 255, 255)" });
});

test("the night dims pictures to 60 percent, and whites are none", async () => {
  const mean = () =>
    page().evaluate(() => {
      const canvas = document.querySelector(".tiles canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let brightest = 0;
      for (let i = 0; i < data.length; i += 4) brightest = Math.max(brightest, data[i], data[i + 1], data[i + 2]);
      return brightest;
    });
  await open("/wall");
  await page().waitForFunction(() => window.gantryPainted.pictures > 55);
  await soon.ok(async () => (await mean()) > 240);
  await open("/wall?theme=night");
  await page().waitForFunction(() => window.gantryPainted.pictures > 55);
  await soon(async () => {
    const dimmed = await mean();
    assert.ok(dimmed > 130 && dimmed < 200, String(dimmed));
  });
});

test("a named wall brings its channels, size and grid; the address changes them; a name that is none says so", async () => {
  replay().walls = [{ id: "sport", title: "Sport", groups: ["Sport"], channels: ["ch-01"], size: "m", layout: "fixed", columns: 4, rows: 2, rotation_seconds: 0, sound: false, night: true }];
  await open("/wall/sport");
  await page().waitForFunction(() => document.querySelectorAll("a.tile").length === 8);
  const theme = () => page().evaluate(() => document.documentElement.dataset.theme);
  await soon.equal(() => page().locator(".pager").innerText().then((text) => text.replace(/\s+/g, " ")), "‹ Page 1 of 2 ›");
  await soon.equal(() => tile(1).locator(".name").evaluate((one) => getComputedStyle(one).fontSize), "24px");
  await soon.equal(theme, "night");
  await press("PageDown");
  await page().waitForFunction(() => document.querySelectorAll("a.tile").length === 5);
  await open("/wall/sport?grid=8x2&theme=dark");
  await page().waitForFunction(() => document.querySelectorAll("a.tile").length === 13);
  await soon.equal(theme, "dark");
  await open("/wall/nobody");
  await page().waitForSelector("h1:has-text('No wall is called nobody')");
});

test("pages turn by themselves; one with an unacknowledged critical is shown first and held, and turning can be paused", async () => {
  await open("/wall?grid=5x2&rotate=5&channel=ch-01,ch-02,ch-03,ch-04,ch-05,ch-06,ch-07,ch-09,ch-10,ch-11,ch-12,ch-14,ch-15,ch-16,ch-17");
  const at = (text) => page().waitForFunction((words) => document.querySelector(".pager span")?.innerText === words, text);
  await at("Page 1 of 2");
  await at("Page 2 of 2");
  await page().click(".pager button:has-text('Pause')");
  await press("PageDown"); /* it may have turned before it was paused */
  await at("Page 2 of 2");
  await page().waitForTimeout(6000);
  await at("Page 2 of 2");
  await page().click(".pager button:has-text('Go on')");
  replay().say("alarm", { ...replay().alarms[0], id: "11111111-0000-4000-8000-000000000001", resource: "channel/ch-03", raised_at: new Date().toISOString() }, 9);
  await at("Page 1 of 2");
  await page().waitForSelector(".pager button:has-text('Held: critical')");
  await page().waitForTimeout(6000);
  await at("Page 1 of 2");
});

test("b shows channels in trouble large beside the tiles, the layout of that name nothing else", async () => {
  await open("/wall");
  await press("b");
  await page().waitForSelector(".penalty a.tile");
  await soon.equal(() => query().get("box"), "on");
  await soon.deepEqual(() => page().locator(".penalty a.tile").evaluateAll((all) => all.map((one) => one.dataset.id)), ["ch-08", "ch-20", "ch-39", "ch-53"]);
  await soon.equal(() => page().locator(".more-boxed").innerText(), "1 more");
  await soon.ok(async () => (await page().locator(".penalty a.tile").first().boundingBox()).width > (await tile(1).boundingBox()).width * 1.3);
  await press("b");
  await page().waitForFunction(() => document.querySelector(".penalty") === null);
  await open("/wall?layout=penalty");
  await soon.equal(() => count("a.tile"), 5);
  await open("/wall?layout=penalty&group=Pay&severity=critical");
  await page().waitForSelector(".calm-box:has-text('No channel is in trouble')");
});

test("pointing at a tile tells its figures; Escape closes them, and stays on the wall", async () => {
  await open("/wall");
  await tile(1).hover();
  await page().waitForSelector(".tile-detail");
  await soon.match(() => page().locator(".tile-detail").innerText(), /Nord 1 HD[\s\S]*Bit rate\s+7\.\d\d Mb\/s[\s\S]*H\.264 1920x1080 25p[\s\S]*every key frame/);
  await press("Escape");
  await soon.equal(() => count(".tile-detail"), 0);
  assert.equal(await page().evaluate(() => location.pathname), "/wall");
});

test("the settings of a wall write into its address, and name the size for a distance", async () => {
  await open("/wall");
  await page().click(".account summary");
  await page().click(".account button:has-text('This wall')");
  await page().waitForSelector("dialog:has-text('This wall')");
  await page().fill('dialog label:has-text("Diagonal") input', "55");
  await page().fill('dialog label:has-text("Farthest") input', "2");
  await soon.match(() => page().locator(".distance p").innerText(), /Legible from 21 px on this screen: M \(24 px\)/);
  await page().click("dialog button:has-text('Take M')");
  await page().check('dialog label:has-text("Sport") input');
  await page().check('dialog label:has-text("list of alarms") input');
  await soon.deepEqual(() => [query().get("size"), query().get("group"), query().get("layout")], ["m", "Sport", "split"]);
  await page().click("dialog button.main");
  await page().waitForSelector(".strip.upright");
  await soon.equal(() => count("a.tile"), 12);
});

test("one tile is reached by the tabulator, and arrows move from there", async () => {
  await open("/wall");
  await soon.equal(() => count('a.tile[tabindex="0"]'), 1);
  await tile(1).focus();
  await press("ArrowRight", "ArrowRight", "ArrowDown");
  await soon.equal(focused, "ch-13");
  await press("ArrowUp", "ArrowLeft");
  await soon.equal(focused, "ch-02");
  await soon.equal(() => page().locator('a.tile[tabindex="0"]').getAttribute("data-id"), "ch-02");
  await press("End");
  await soon.equal(focused, "ch-60");
  await press("Home", "n");
  await soon.equal(focused, "ch-08");
  await press("n", "p", "p");
  await soon.equal(focused, "ch-53", "round the corner");
  await press("Home", "Enter");
  await page().waitForSelector(".channel-top");
  await soon.equal(path, "/channels/ch-01");
  await press("Escape");
  await page().waitForSelector("a.tile");
});

/* What the help lists, as single keys: "g w", "Shift+a", "Arrows". */
async function listed() {
  await press("?");
  await page().waitForSelector("dialog kbd");
  const keys = await page().locator("dialog kbd").evaluateAll((all) => all.flatMap((one) => one.innerText.split(" · ")));
  await closed();
  return keys.sort();
}

const walked = new Set(["?"]);
const walk = (...keys) => {
  keys.forEach((key) => walked.add(key));
  return press(...keys);
};

/* Two keys that belong together where the second comes within 1.2 s: between them this machine may have stood still. */
async function chord(keys, to) {
  walked.add(keys);
  await soon(async () => {
    await press(...keys.split(" "));
    await page().waitForFunction((wanted) => location.pathname === wanted, to, { timeout: 2000 });
  });
}

test("keys that go somewhere go there: pages, a channel that is found, back", async () => {
  await open("/wall");
  for (const [keys, to] of [["g a", "/alarms"], ["g h", "/handover"], ["g r", "/reports"], ["g s", "/system"], ["g c", "/config"], ["g w", "/wall"]]) {
    await chord(keys, to);
  }
  await walk("/");
  await page().fill("dialog input", "doku 2");
  await soon.equal(() => page().locator('dialog [aria-selected="true"]').innerText(), "Doku 2 HD Sport");
  await press("Enter");
  await page().waitForFunction(() => location.pathname === "/channels/ch-18");
  await press("Escape");
  walked.add("Esc");
  await page().waitForSelector("a.tile");
});

test("keys about alarms: next, previous, acknowledge one or all, shelve, comment", async () => {
  await open("/wall");
  await walk("2");
  await page().waitForSelector(".filter-chip:has-text('Major and worse')");
  await soon.equal(() => count(".strip .card-alarm"), 3);
  await press("2");
  for (const [key, chip] of [["1", "Critical only"], ["3", "Minor and worse"], ["4", "Warning and worse"]]) {
    await walk(key);
    await page().waitForSelector(`.filter-chip:has-text('${chip}')`);
    await press(key);
    await page().waitForSelector(".filter-chip", { state: "detached" });
  }
  await walk("j", "j");
  await soon.equal(() => page().locator('.card-alarm[aria-current="true"] .what b').innerText(), "Regio 2 HD");
  await walk("k", "c");
  await page().waitForSelector("dialog:has-text('Comment')");
  await closed();
  await walk("a");
  await page().waitForSelector("dialog:has-text('Acknowledge'):has-text('Regio 1 HD')");
  await closed();
  await walk("z");
  await page().waitForSelector("dialog:has-text('Shelve')");
  await closed();
  await press("Shift+A");
  walked.add("Shift+a");
  await page().waitForSelector("dialog:has-text('Acknowledge'):has-text('alarms')");
  await closed();
});

test("keys of the page: sound, theme, whose time, full screen", async () => {
  await open("/wall");
  const sound = () => page().locator(".menu.sound summary").innerText();
  const before = await sound();
  await walk("s");
  await page().waitForFunction((was) => document.querySelector(".menu.sound summary").innerText !== was, before);
  const theme = () => page().evaluate(() => document.documentElement.dataset.theme);
  await soon.equal(theme, "dark");
  for (const next of ["night", "light", "dark"]) {
    await walk("d");
    await soon.equal(theme, next);
  }
  await soon.match(() => page().locator(".clock").innerText(), /^[\d-]* ?[\d:]{8}\s+UTC/);
  await walk("u");
  await page().waitForFunction(() => /Vienna[\s\S]*UTC/.test(document.querySelector(".clock").innerText));
  await press("u");
  await walk("f");
  await page().waitForSelector('.frame[data-full="yes"]');
  await soon.equal(() => page().locator(".head nav").isVisible(), false);
  await press("f");
  await page().waitForSelector('.frame[data-full="no"]');
});

test("keys on the wall: between tiles, pages, the penalty box; open; listen", async () => {
  await open("/wall?grid=5x2");
  await tile(1).focus();
  await press("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp");
  walked.add("Arrows");
  await soon.equal(focused, "ch-01");
  await walk("End");
  await soon.equal(focused, "ch-10");
  await walk("Home", "n");
  await soon.equal(focused, "ch-08");
  await press("Home");
  await walk("p");
  await soon.equal(focused, "ch-08");
  await walk("PageDown");
  await page().waitForFunction(() => document.querySelector(".pager span")?.innerText === "Page 2 of 6");
  await walk("PageUp");
  await page().waitForFunction(() => document.querySelector(".pager span")?.innerText === "Page 1 of 6");
  await walk("b");
  await page().waitForSelector(".penalty a.tile");
  await press("b");
  await tile(2).focus();
  await walk("l");
  await page().waitForSelector('.listen-bar:has-text("Sport 1 HD")');
  await press("l");
  await page().waitForSelector(".listen-bar", { state: "detached" });
  await tile(1).focus();
  await walk("Enter");
  await page().waitForFunction(() => location.pathname === "/channels/ch-01");
});

test("keys on a channel: the time of the charts, and the pictures of an alarm", async () => {
  const search = () => new URL(page().url()).search;
  await page().goto(`${served.url}/channels/ch-39`);
  await page().waitForSelector(".chart canvas");
  await walk("[");
  await soon.match(search, /from=.*&to=/);
  await walk("]", "t");
  await soon.equal(search, "");
  await walk("-");
  await soon.equal(search, "?range=1200s");
  await walk("+");
  await soon.equal(search, "");
  await page().goto(`${served.url}/channels/ch-39?tab=incidents`);
  await page().click(".incident-list button:has-text('No video: scrambled'), .incident-list button:has-text('scrambled')");
  await page().locator('.filmstrip [aria-pressed="true"]').focus();
  const shown = () => page().locator(".film-large figcaption").innerText();
  const first = await shown();
  const isFirst = (await page().locator(".filmstrip button").first().getAttribute("aria-pressed")) === "true";
  await press(isFirst ? "ArrowRight" : "ArrowLeft");
  await soon(async () => assert.notEqual(await shown(), first));
  await press(isFirst ? "ArrowLeft" : "ArrowRight");
  await soon.equal(shown, first);
  walked.add("Left").add("Right");
});

test("the help lists exactly the keys that were walked; switched off, none does anything", async () => {
  await open("/wall");
  assert.deepEqual(await listed(), [...walked].sort());
  await press("?");
  await page().click('dialog label:has-text("Single keys") input');
  await page().click("dialog button.main");
  await press("b");
  assert.equal(await page().evaluate(() => new URLSearchParams(location.search).get("box")), null, "switched off, no key does anything");
  await page().evaluate(() => localStorage.clear());
});

test("no page offended the content security policy, Trusted Types or the console", () => assert.deepEqual(complaints, []));
