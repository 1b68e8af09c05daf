/* The tabs of a channel, and the box: tree, histograms, indicators, sound, films, sensors, trust. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, roomText, sensorText, valueText } from "../src/model/box";
import { filmsOf, offsetText } from "../src/model/filmstrip";
import { barsOf, histogramSummary } from "../src/model/histogram";
import { prioritiesOf } from "../src/model/indicators";
import { gaugesOf } from "../src/model/sound-gauges";
import { sparkPath } from "../src/model/sparkline";
import { type Component, type Table, isMarked, longest, otherPids, repetition, scrambling, tableName } from "../src/model/structure";
import { verdict } from "../src/model/trust";
import type { Alarm, Audio, Evidence, PidRow, Sensor, Structure, SystemReport } from "../src/model/types";

const component = (more: Partial<Component>) => ({ pid: 257, conditional_access: false, scrambled_packets: 0, changed_at: null, ...more }) as Component;

test("what changed lately is marked, what was there from the beginning is not", () => {
  const since = Date.parse("2026-11-25T12:00:00Z");
  assert.equal(isMarked(component({}), since), false);
  assert.equal(isMarked(component({ changed_at: "2026-11-26T11:00:00Z" }), since), true);
  assert.equal(isMarked(component({ changed_at: "2026-11-20T11:00:00Z" }), since), false);
});

test("scrambled is what is scrambled, not what is announced to be", () => {
  assert.equal(scrambling(component({})), "in the clear");
  assert.equal(scrambling(component({ conditional_access: true })), "CA signalled, in the clear");
  assert.equal(scrambling(component({ scrambled_packets: 1 })), "scrambled");
});

test("PIDs beside the service are named by what they carry", () => {
  const structure = { pmt_pid: 256, pcr_pid: 300, services: [{ service_id: 1, pmt_pid: 256, name: "" }, { service_id: 2, pmt_pid: 512, name: "" }], components: [component({})] } as unknown as Structure;
  const row = (pid: number) => ({ pid, stream_type: 0, packets: 1, cc_errors: 0, bitrate_bps: 1 }) as PidRow;
  const others = otherPids(structure, [row(0), row(256), row(257), row(300), row(512), row(700), row(8191)]);
  assert.deepEqual(others.map(({ row: { pid }, carries }) => [pid, carries]), [[0, "PAT"], [300, "PCR"], [512, "PMT of service 2"], [700, "Not referred to by this service"], [8191, "Null packets"]]);
});

test("tables have names, repetition and the limits of TR 101 290", () => {
  const table = (more: Partial<Table>) => ({ table_id: 2, interval_min_seconds: 0.09, interval_mean_seconds: 0.1, interval_max_seconds: 0.12, ...more }) as Table;
  assert.equal(repetition(table({})), "0.10 s (0.09 to 0.12)");
  assert.equal(repetition(table({ interval_mean_seconds: null })), "once so far");
  assert.deepEqual([longest(table({})), longest(table({ table_id: 0x70 })), longest(table({ table_id: 0xfc }))], [0.5, 30, null]);
  assert.deepEqual([tableName(0x42), tableName(0xe0)], ["SDT actual", "Table 0xE0"]);
});

test("one interval beyond the limit among a million can be seen", () => {
  const histogram = { kind: "pcr-interval", bounds_seconds: [0.04, 0.1], counts: [1_000_000, 0, 1] };
  const bars = barsOf(histogram);
  assert.deepEqual(bars.map(({ beyond }) => beyond), [false, false, true]);
  assert.ok((bars[2]?.height ?? 0) > 0.04, String(bars[2]?.height));
  assert.equal(bars[0]?.label, "0 to 40 ms");
  assert.equal(bars[2]?.label, "above 100 ms");
  assert.match(histogramSummary(histogram), /^1 of 1.000.001 beyond 100 ms/);
  assert.match(histogramSummary({ ...histogram, counts: [5, 0, 0] }), /^none of 5 beyond/);
  assert.equal(histogramSummary({ ...histogram, counts: [0, 0, 0] }), "nothing counted yet");
});

test("indicators stand by priority, and those that cannot be judged say so", () => {
  const found = { "1.1": { state: "error", count: 2, last_at: "2026-11-26T12:00:00Z" }, "1.3.a": { state: "ok", count: 0, last_at: null }, "3.3": { state: "not-applicable", count: null, last_at: null } } as const;
  const [one, two, three] = prioritiesOf(found, new Map([["1.3.a", "PAT_error_2"]]));
  assert.deepEqual([one?.errors, one?.rows.length, two?.rows.length], [1, 2, 0]);
  assert.equal(one?.rows[1]?.name, "PAT error 2");
  assert.deepEqual([three?.rows[0]?.state, three?.rows[0]?.count], ["not-applicable", null]);
});

test("sound is held against the profile's target and limits", () => {
  const audio = { metrics: { loudness_integrated: -19, true_peak: -3, sound_rms: -70, loudness_momentary: -5 } } as unknown as Audio;
  const gauges = gaugesOf(audio, { "loudness-target": -23, "loudness-tolerance": 2, "true-peak": -1, "silence-level": -60 });
  const off = gauges.filter((gauge) => gauge.off).map(({ name }) => name);
  assert.deepEqual(off, ["Integrated, I, of the programme", "Level, RMS"]); /* the momentary one is not judged */
  assert.equal(gauges.find(({ name }) => name.startsWith("Loudness range"))?.value, null);
});

test("films are in order of time, a picture that evidence holds is not shown twice, and one that is missing says why", () => {
  const raised = { id: "a", raised_at: "2026-11-26T12:00:10Z" } as Alarm;
  const frame = (url: string | null, at: string | null, offset: number | null) => ({ url, reason: "was black", captured_at: at, offset_seconds: offset, stale: false });
  const evidence = { since: "2026-11-26T12:00:00Z", frames: { before: frame("/b.jpg", "2026-11-26T11:59:58.000Z", -2), at: frame(null, null, null), after: frame("/c.jpg", "2026-11-26T12:00:20.000Z", 20) } } as unknown as Evidence;
  const past = (captured_at: string) => ({ captured_at, pts: null, bytes: 1 });
  const films = filmsOf(raised, evidence, [past("2026-11-26T12:00:30.000Z"), past("2026-11-26T11:59:58.200Z"), past("2026-11-26T11:50:00.000Z")], "one");
  assert.deepEqual(films.map(({ name, offset, missing }) => [name, offset, missing]), [["before", -2, ""], ["at", 0, "was black"], ["after", 20, ""], ["", 30, ""]]);
  assert.equal(filmsOf(raised, null, [past("2026-11-26T12:00:00.000Z")], "one")[0]?.offset, -10);
  assert.deepEqual([offsetText(-8.4), offsetText(0), offsetText(10.24)], ["\u22128.4 s", "0 s", "+10.2 s"]);
});

test("a sparkline has its gaps", () => {
  assert.equal(sparkPath([null, null]), "");
  const path = sparkPath([1, 2, null, 3, null]);
  assert.equal((path.match(/M/g) ?? []).length, 2);
  assert.ok(path.includes("h1"), "a single point is a dot");
});

const sensor = (more: Partial<Sensor>) => ({ kind: "cpu", name: "x", value: 0.5, unit: "ratio", limit: null, state: "ok", ...more }) as Sensor;

test("a sensor that is not fitted has no figure, and one that cannot be read has a dash", () => {
  assert.equal(sensorText(sensor({ state: "not-fitted", value: null })), "");
  assert.equal(sensorText(sensor({ value: null, state: "unknown" })), "\u2013");
  assert.equal(sensorText(sensor({ kind: "nic", name: "eth1 link", value: 0 })), "down");
  assert.deepEqual([valueText(1.2e9, "bytes"), valueText(3e5, "bytes/s"), valueText(9999, "days"), valueText(2.5, "days"), valueText(0.00012, "seconds")], ["1.2 GB", "300 kB/s", "more than a year", "2.5 days", "0.120 ms"]);
});

test("sensors stand in cards by what they are about, those of a new kind last", () => {
  const groups = groupsOf([sensor({ kind: "gpu-load" }), sensor({ kind: "storage" }), sensor({ kind: "disk" }), sensor({})]);
  assert.deepEqual(groups.map(({ title, sensors }) => [title, sensors.length]), [["CPU", 1], ["Disk", 2], ["gpu load", 1]]);
});

test("head-room is said in channels", () => {
  assert.deepEqual([roomText(14), roomText(0), roomText(-3), roomText(null)], ["room for 14 more", "full", "3 channels too many", "not measured yet"]);
});

test("measurements are trusted only when the appliance says so and answers", () => {
  const report = (trusted: boolean, reasons: SystemReport["trust"]["reasons"] = []) => ({ trust: { trusted, reasons }, channels_total: 6 }) as unknown as SystemReport;
  assert.equal(verdict(report(true), 0, true).trusted, true);
  assert.match(verdict(report(true), 0, true).reasons[0]?.text ?? "", /measures all 6 channels/);
  assert.equal(verdict(report(true), 0, false).trusted, false);
  assert.equal(verdict(report(false, [{ kind: "clock", doubt: true, text: "t", channels: [] }]), 0, true).trusted, false);
  assert.match(verdict(report(true), 5000, true).reasons.at(-1)?.text ?? "", /clock differs by 5 s/);
});
