/* A synthetic appliance: the HTTP API v1 over 60 made-up channels whose pictures all change each second. No worker, no decoder. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { freePort } from "./ports.mjs";

const FRAMES = 12; /* pictures of a channel before they repeat */
const WIDTHS = [192, 320]; /* a larger one is asked for in vain */
const KINDS = [
  "testsrc2", "smptehdbars", "mandelbrot=maxiter=60", "life=mold=10:r=25:ratio=0.2:death_color=#223344:life_color=#dfe7ef",
  "rgbtestsrc", "gradients=n=4:speed=0.2", "cellauto=rule=110", "sierpinski", "yuvtestsrc", "pal75bars", "testsrc", "cellauto=rule=30",
];
const NAMES = ["Nord", "Sport", "News", "Film", "Kids", "Doku", "Musik", "Regio", "Wetter", "Arte", "Serie", "Börse"];
const GROUPS = ["National", "Sport", "Regional", "Radio vision", "Pay"];
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; " +
  "font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types app";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2" };
const PEER = fileURLToPath(new URL("peer", import.meta.url));

/* The one-time code that the replay takes. */
export const CODE = "replay-code-0123456789";
const run = promisify(execFile);
const iso = (ms) => new Date(ms).toISOString();
const two = (n) => String(n).padStart(2, "0");

/* Draws the pictures of one channel once; they are kept for the next start. */
async function draw(folder, index) {
  const kind = KINDS[index % KINDS.length];
  const target = join(folder, two(index));
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const [name, ...options] = kind.split(/=(.*)/s);
  const source = [`${name}=size=320x180:rate=25`, options[0]].filter(Boolean).join(":");
  const label = `drawtext=text='${index + 1}  %{n}':fontsize=34:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=6:x=(w-tw)/2:y=(h-th)/2`;
  const chain = `[0:v]scale=320:180,hue=h=${(index * 47) % 360},fps=25/17,${label},split=2[a][b0];[b0]scale=192:108[b]`;
  await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, "-filter_complex", chain,
    "-map", "[a]", "-frames:v", FRAMES, "-q:v", "7", join(partial, "320-%d.jpg"),
    "-map", "[b]", "-frames:v", FRAMES, "-q:v", "7", join(partial, "192-%d.jpg")]);
  await rename(partial, target).catch((error) => {
    if (!existsSync(target)) throw error;
    rmSync(partial, { recursive: true }); /* another test that began at the same time was faster */
  });
  return target;
}

async function loadPictures(folder, count) {
  mkdirSync(folder, { recursive: true });
  const all = [];
  for (let i = 0; i < count; i += 1) {
    const from = await draw(folder, i);
    const frames = {};
    for (const width of WIDTHS) {
      frames[width] = await Promise.all(Array.from({ length: FRAMES }, (_, n) => readFile(join(from, `${width}-${n + 1}.jpg`))));
    }
    all.push(frames);
  }
  return all;
}

/* What a page asks for each second or so. */
const POLLED = /\/channels\/[^/]+(\/thumb\.jpg)?$|\/events\/log$|\/system$/;
/* Channels that start, are scrambled, or are sound only. */
const WITHOUT_PICTURE = [38, 44, 55];

/* Channels as made up at @now; @trouble gives some of them every state that there is. */
function makeChannel(index, now, trouble, started) {
  const states = trouble ? { 7: "fault", 12: "fault", 18: "fault", 19: "fault", 23: "unknown", 31: "planned", 38: "fault", 44: "starting", 52: "fault" } : {};
  const state = states[index] ?? "ok";
  const quiet = trouble && (state === "unknown" || index === 18) ? 14_000 : 300;
  const severity = { 7: "critical", 12: "major", 18: "critical", 19: "major", 38: "minor", 52: "warning" }[index];
  return {
    id: `ch-${two(index + 1)}`, name: `${NAMES[index % 12]} ${Math.floor(index / 12) + 1} HD`, short_name: `${NAMES[index % 12]}${Math.floor(index / 12) + 1}`,
    group: GROUPS[Math.floor(index / 12) % GROUPS.length], address: `udp://239.1.${Math.floor(index / 12)}.${index + 1}:5000`, interface: "eth1", service_id: 1000 + index,
    service_name: `${NAMES[index % 12]} HD`, input_id: `in-${two(index + 1)}`, state, since: iso(state === "ok" ? started - 7.3e6 : started - 95_000),
    severity: state === "fault" ? severity : "cleared",
    state_text: { fault: "An alarm is raised", unknown: "Its worker does not report", planned: "Maintenance until 15:00" }[state] ?? "",
    bitrate_bps: state === "starting" ? null : 7.4e6 + index * 9e4 + Math.sin(now / 5000 + index) * 6e4, cc_errors: index === 19 ? 1840 : 0, own_drops: 0,
    packets: 8_120_000 + Math.floor(now / 1000) % 100000, measured_at: state === "starting" ? null : iso(now - quiet), age_seconds: quiet / 1000,
    video: trouble && index === 55 ? "" : index % 5 === 3 ? "MPEG-2 720x576 25i" : "H.264 1920x1080 25p", audio: index % 4 === 1 ? "AC-3 5.1" : "AAC 2.0", depth: "every-key",
    sampling_interval_seconds: 1,
    thumbnail: state === "starting" || (trouble && WITHOUT_PICTURE.includes(index)) ? null : { captured_at: iso(state === "fault" && index === 7 ? started - 95_000 : now - 400), age_seconds: 0.4, stale: state === "fault" && index === 7 },
  };
}

function makeAlarms(started) {
  const rows = [
    [7, "no-packets", "critical", "none", "No packets arrive: the group is joined, nothing is on the wire", "network"],
    [18, "pat-missing", "critical", "ack", "The programme association table is missing for 14 s", "input"],
    [19, "continuity", "major", "none", "184 continuity errors in the last 10 s on PID 0x0100", "network"],
    [38, "picture-undecodable", "minor", "none", "No picture can be decoded: scrambled", "input"],
    [52, "pcr-repetition", "warning", "none", "Programme clock references are 140 ms apart", "input"],
    [12, "sound-silent", "major", "shelved", "Sound is silent", "input"],
  ];
  return rows.map(([index, type, severity, operator_state, text, cause_scope], i) => ({
    id: `00000000-0000-4000-8000-0000000000${two(i)}`, incident_id: `00000000-0000-4000-8000-0000000000${two(i)}`, resource: `channel/ch-${two(index + 1)}`,
    type, severity, is_cleared: false, cause_scope, raised_at: iso(started - 95_000 - i * 61_000), cleared_at: null, last_changed: iso(started - 95_000),
    operator_state, owner: operator_state === "ack" ? "m.ivanova" : "", note: operator_state === "ack" ? "Called the head-end" : "", text, count: i + 1,
    suggested_action: "Check source, switch port and multicast route.", channel_name: `${NAMES[index % 12]} ${Math.floor(index / 12) + 1} HD`,
    until: operator_state === "shelved" ? iso(started + 7_200_000) : null, evidence: type === "picture-undecodable",
  }));
}

/* What an alarm's page shows beside it: the rule, the run-book, and its story. */
function makeDetail(alarm, alarms) {
  return {
    alarm, members: alarms.filter((other) => other.incident_id === alarm.incident_id && other.id !== alarm.id), near: alarms.slice(1, 3).filter((other) => other.id !== alarm.id),
    rule: { profile: "default", text: "Raised as critical after 1 s; cleared after 5 s without it.", limits: ["RMS of the loudest channel below which all is silent: -60 dBFS (silence-level)"] },
    runbook: { text: "Call the head-end: 4711.\nThen check the switch port.", own: true, sentence: "No packets arrive", standard: "-" },
  };
}

function makeStory(alarm) {
  const at = (seconds) => iso(Date.parse(alarm.raised_at) + seconds * 1000);
  const event = (seq, seconds, kind, more = {}) => ({ seq, id: `event-${alarm.id}-${seq}`, kind, at: at(seconds), severity: alarm.severity, text: alarm.text, actor: "", note: "", owner: "", ...more });
  return {
    items: [event(1, 0, "alarm-raised"), event(2, 14, "alarm-ack", { actor: "m.ivanova", note: "Called the head-end <b>" }), event(3, 40, "alarm-updated", { text: "It got worse" })],
    deliveries: [{ at: at(1), receiver: "on-call", event_id: `event-${alarm.id}-1`, attempt: 1, outcome: "ok", status: 200, latency_seconds: 0.12, answer: "ok" }, { at: at(2), receiver: "pager", event_id: `event-${alarm.id}-1`, attempt: 1, outcome: "failed", status: 503, latency_seconds: 0.4, answer: "busy" }],
    complete: true, next_cursor: null,
  };
}

/* A month of all channels: most without an outage, some with, some days not measured. */
function makeReport(replay) {
  const target = 0.999;
  const budget = (one) => ({ ...one, outages: one.down_seconds > 0 ? 2 : 0, error_seconds: 3, planned_seconds: 0, budget_left_seconds: one.counted_seconds * (1 - target) - one.down_seconds });
  const all = (seconds, down) => budget({ availability: seconds > 0 ? 1 - down / seconds : null, coverage: seconds / (26 * 86_400), span_seconds: 26 * 86_400, measured_seconds: seconds, counted_seconds: seconds, down_seconds: down });
  const channels = replay.channels().map(({ id, name, group }, i) => {
    const days = Array.from({ length: 26 }, (_, day) => {
      const down = (i * 7 + day) % 61 === 0 ? [40, 300, 4000][i % 3] : 0;
      const measured = (i + day) % 23 !== 0;
      return { date: `2026-11-${two(day + 1)}`, availability: measured ? 1 - down / 86_400 : null, coverage: measured ? 1 : 0, down_seconds: measured ? down : 0, planned_seconds: 0 };
    });
    const lost = days.reduce((sum, day) => sum + day.down_seconds, 0);
    return { id, name, group, ...all(days.filter(({ coverage }) => coverage > 0).length * 86_400, lost), days,
      loudness: { hours: 600, compliant_hours: 600 - (i % 4), mean_lufs: -23.2, failed: i % 4 === 1 ? [{ at: "2026-11-02T20:00:00Z", lufs: -20.1, true_peak_dbtp: -0.4 }] : [] } };
  });
  const groups = GROUPS.map((group) => ({ group, ...all(12 * 25 * 86_400, 900) }));
  return {
    period: "month", from: "2026-10-31T23:00:00Z", to: "2026-11-30T23:00:00Z", counted_to: iso(Date.now()), made_at: iso(Date.now()), provisional: true, timezone: "Europe/Vienna", maintenance: "excluded",
    target, loudness_standard: "EBU R 128: -23.0 LUFS ± 1.0 LU (live), true peak at most -1 dBTP", rules: ["Only measured time counts.", "Availability is the measured time that was not unavailable, over all measured time."],
    channels, groups, total: { ...all(60 * 25 * 86_400, 9000), loudness_hours: 36_000, compliant_hours: 35_900 },
    response: { alarms: 214, acknowledged: 190, cleared: 210, mean_acknowledge_seconds: 83, mean_repair_seconds: 640, cut: false },
  };
}

const FIGURES = {
  positions: 1, since: null, open: 5, left_out: 0, top: [{ resource: "channel/ch-08", type: "continuity", count: 41 }], stale: { value: 1, target: 4, met: true },
  spans: ["24h", "7d", "30d"].map((span) => ({ span, hours: 24, announced: 14, raised: 20, per_hour: { value: 0.6, target: 6, met: true }, most_in_10_minutes: { value: 4, target: 10, met: true }, chattering: { value: 0, target: 0, met: true }, floods: 0, acted_share: 0.8 })),
};

/* An incident of @count channels, as a switch that dies makes it. */
export function makeIncident(started, count) {
  const [first] = makeAlarms(started);
  return Array.from({ length: count }, (_, i) => ({ ...first, id: `10000000-0000-4000-8000-${String(i).padStart(12, "0")}`, incident_id: "10000000-0000-4000-8000-000000000000",
    resource: i === 0 ? "nic/eth1" : `channel/ch-${two((i % 60) + 1)}`, channel_name: i === 0 ? "" : `Member ${i}`, type: i === 0 ? "interface-silent" : "no-packets",
    text: i === 0 ? "Nothing arrives at eth1" : "No packets arrive", members: i === 0 ? count - 1 : 0, raised_at: iso(started - 20_000 - i) }));
}

/* What is kept of an alarm: no picture while it lasted, and a gap in every series. */
function makeEvidence(alarm, index) {
  const since = Date.parse(alarm.raised_at) - 10_000;
  const frame = (name, offset) => ({ url: `/api/v1/alarms/${alarm.id}/evidence/${name}.jpg?${index}`, reason: "", captured_at: iso(since + offset * 1000), offset_seconds: offset, stale: offset < -6, pts: 90_000, width: 320, height: 180 });
  const values = (make) => Array.from({ length: 101 }, (_, i) => (i > 70 && i < 80 ? null : make(i)));
  return {
    alarm_id: alarm.id, channel_id: alarm.resource.slice("channel/".length), type: alarm.type, text: alarm.text, since: iso(since), raised_at: alarm.raised_at, cleared_at: null, complete: true,
    frames: { before: frame("before", -8.4), at: { url: null, reason: "No picture was taken until 30 s after the alarm", captured_at: null, offset_seconds: null, stale: false }, after: frame("after", 10.2) },
    series: {
      from: iso(since - 60_000), first_offset_seconds: -60, step_seconds: 1, metrics: [
        { metric: "luma_mean", unit: "ratio", values: values((i) => 0.4 + 0.2 * Math.sin(i / 6)) }, { metric: "audio_rms", unit: "dbfs", values: values((i) => -22 + 4 * Math.sin(i / 3)) },
        { metric: "bitrate", unit: "bps", values: values((i) => 8e6 + 1e5 * Math.cos(i)) }, { metric: "picture_difference", unit: "db", values: values(() => null) },
      ],
    },
    clip: { state: "partly", text: "It ends 2.0 s early", url: `/api/v1/alarms/${alarm.id}/clip.ts`, from: iso(since - 30_000), to: iso(since + 40_000), bytes: 61_400_000 },
  };
}

function makeHandover(alarms, now) {
  const of = (state) => alarms.filter((alarm) => alarm.operator_state === state);
  return { at: iso(now), age_seconds: 0, since: iso(now - 43_200_000), open: of("none"), shelved: of("shelved"), promised: of("ack"), stale: [], recent: [], planned: [], left_out: 0 };
}

const SYSTEM = (now, started, channels) => {
  const unknown = channels.filter(({ state }) => state === "unknown").map(({ id }) => id);
  const room = [["bitstream", 0.006, 900], ["key-every-4-s", 0.011, 480], ["every-key", 0.034, 118], ["full", 0.31, -11]];
  return {
    limited: false, clock_synced: true, uptime_seconds: (now - started) / 1000 + 86_400, own_drops: 0, channels_total: channels.length, build: "replay",
    profile: { name: "reference", text: "16 cores, 2 x 10 GbE" },
    depth: { budget_cores: 8.4, spent_cores: 2.31, planned_cores: 2.4, others_cores: 0.8, strain: 0, strain_cause: "none", reduced: false, channels: { bitstream: 0, "key-every-4-s": 0, "every-key": 57, full: 3 } },
    trust: { trusted: unknown.length === 0, reasons: unknown.length === 0 ? [] : [{ kind: "unknown", doubt: true, text: `${unknown.length} of ${channels.length} channels cannot be measured now`, channels: unknown }] },
    workers: channels.slice(0, 10).map(({ id, input_id, name }, i) => ({ input_id, channel_id: id, name, pid: 4711 + i, cores: 0.31 - i * 0.02, depth: i < 3 ? "full" : "every-key" })),
    headroom: room.map(([depth, channel_cores, more]) => ({ depth, channel_cores, channels: more })),
    sensors: [
      { kind: "cpu", name: "CPU of the whole box", value: 0.21, unit: "ratio", limit: 0.95, state: "ok", text: "" }, { kind: "memory", name: "memory used", value: 0.31, unit: "ratio", limit: 0.95, state: "ok", text: "" },
      { kind: "temperature", name: "CPU package", value: 54.2, unit: "celsius", limit: 92, state: "ok", text: "" }, { kind: "fan", name: "Fan 1", value: 5400, unit: "rpm", limit: 2000, state: "ok", text: "" },
      { kind: "fan", name: "Fan 2", value: null, unit: "rpm", limit: null, state: "not-fitted", text: "" }, { kind: "nic", name: "eth1 link", value: 1, unit: "ratio", limit: null, state: "ok", text: "" },
      { kind: "nic", name: "eth1 received", value: 481.2e6, unit: "bps", limit: 1e10, state: "ok", text: "" }, { kind: "nic", name: "eth1 receive drops", value: 0, unit: "packets", limit: 1, state: "ok", text: "" },
      { kind: "disk", name: "state folder used", value: 0.374, unit: "ratio", limit: 0.97, state: "ok", text: "" }, { kind: "storage", name: "days until full", value: 41, unit: "days", limit: 3, state: "ok", text: "" },
      { kind: "clock", name: "clock offset", value: 0.00012, unit: "seconds", limit: null, state: "ok", text: "" },
      { kind: "certificate", name: "/etc/gantry/tls/certificate.pem", value: 82.4, unit: "days", limit: 21, state: "ok", text: "CN=gantry.example, ends 2027-02-16 10:15 UTC" },
    ],
    services: [
      { name: "journal", state: "ok", text: "12 ms a commit", behind: 0, since: iso(started) }, { name: "history", state: "ok", text: "", behind: 0, since: iso(started) },
      { name: "live-store", state: "ok", text: "", behind: 0, since: iso(started) }, { name: "receiver/noc", state: "behind", text: "503 from receiver", behind: 4, since: iso(started) },
    ],
  };
};

/* An hour of every sensor, with a hole in it. */
const TRENDS = (now, sensors) => ({
  to: iso(now), step_seconds: 10,
  sensors: sensors.filter(({ value }) => value !== null).map(({ kind, name, value }, k) => ({ kind, name, values: Array.from({ length: 360 }, (_, i) => (i > 100 && i < 120 ? null : value * (1 + 0.1 * Math.sin(i / 9 + k)))) })),
});

const STRUCTURE = (now, started) => ({
  at: iso(now), told_at: iso(now - 2000), age_seconds: 2, counting_since: iso(started), service_id: 1019, pmt_pid: 4096, pcr_pid: 256,
  services: [{ service_id: 1019, pmt_pid: 4096, name: "Arte HD" }],
  components: [[256, 27, "video", "H.264", "", "", null], [257, 15, "audio", "AAC", "deu", "stereo", null], [258, 129, "audio", "AC-3", "fra", "5.1", iso(now - 7_200_000)], [259, 6, "subtitles", "Teletext", "deu", "pages 100, 150", null]]
    .map(([pid, stream_type, kind, codec, language, detail, changed_at], i) => ({ pid, stream_type, kind, codec, language, detail, conditional_access: false, scrambled_packets: 0, bitrate_bps: [6.9e6, 192e3, 384e3, 15e3][i], packets: 9000, cc_errors: i === 0 ? 2 : 0, changed_at })),
  gone: [{ pid: 260, codec: "AAC", language: "eng", gone_at: iso(now - 7_200_000) }],
  tables: [[0, 0, 3, 0.1], [4096, 2, 7, 0.1], [17, 66, 1, 1.9], [20, 112, null, 24]].map(([pid, table_id, version, every]) => ({ pid, table_id, extension: 0, version, sections: 900, version_changes: 0, interval_min_seconds: every * 0.9, interval_mean_seconds: every, interval_max_seconds: every * 1.2, last_at: iso(now - 300) })),
  histograms: [
    { kind: "pcr-interval", bounds_seconds: [0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15], counts: [0, 120, 4000, 88_000, 9000, 40, 3, 0, 1, 0] },
    { kind: "arrival", bounds_seconds: [0.0001, 0.001, 0.01, 0.05, 0.1], counts: [900, 120_000, 300, 4, 0, 0] },
  ],
});

const DETAIL = (channel, index) => ({
  ...channel, depth_reason: "watched", hints: [], profile: "default", bitrate_median_bps: 8e6,
  limits: { "black-level": 0.1, "true-peak": -1, "loudness-target": -23, "loudness-tolerance": 2, "silence-level": -60, "bitrate-off": 0.3 },
  checks: [{ name: "black", resolution_seconds: 0.04, looked_at: iso(Date.now() - 300), age_seconds: 0.3 }, { name: "lip-sync", resolution_seconds: null, looked_at: null, age_seconds: null }],
  audios: [{ pid: 257, language: "deu", format: "AAC 2.0 48 kHz", faults: [], metrics: { loudness_momentary: -22.1, loudness_short_term: -23.4, loudness_integrated: -23.1, loudness_range: 6.2, true_peak: -4.2, true_peak_max: -2.1, sound_rms: -24, phase_correlation: 0.82 } }],
  tr101290: { "1.1": { state: "ok", count: 0, last_at: null }, "1.4": { state: index === 19 ? "error" : "ok", count: index === 19 ? 184 : 0, last_at: null }, "2.4": { state: "not-applicable", count: null, last_at: null }, "3.1.a": { state: "not-applicable", count: null, last_at: null } },
  wire: { finding: "ok", text: "A transport stream arrives" }, worker: { pid: 4711 + index, restarts: 0 }, metrics: {},
  ancillary: { captions: { coming: index !== 19, since: iso(Date.now() - 192_000), value: 4120 }, cues: null },
});

class Replay {
  constructor({ count, trouble, pictures }) {
    this.started = Date.now();
    this.trouble = trouble;
    this.pictures = pictures;
    this.ids = Array.from({ length: count }, (_, i) => `ch-${two(i + 1)}`);
    this.alarms = trouble ? makeAlarms(this.started) : [];
    this.clients = new Set();
    this.replies = new Set();
    this.served = 0;
    this.mute = false; /* streams stay open and say nothing */
    this.authenticated = true;
    this.revoked = false; /* the wall's token is gone */
    this.reportAway = false;
    this.reportsAsked = 0; /* each second one is ready */
    this.historyAway = false; /* the history database does not answer */
    this.crowded = false; /* no further event stream is admitted */
    this.build = "replay";
    this.others = new Map(); /* id to what is otherwise about a channel */
    this.walls = []; /* that have names */
    this.siteName = "";
    this.streams = 0; /* open now */
    this.lateMs = 0; /* by which what is asked for again and again is answered later */
    this.open = new Map(); /* address of such a thing to how many of its requests are open */
    this.together = 0; /* the most that were open of one */
  }

  seq = () => Math.floor(Date.now() / 1000); /* one picture of each channel a second */
  channels = () => this.ids.map((id, i) => ({ ...makeChannel(i, Date.now(), this.trouble, this.started), ...this.others.get(id) }));
  picture = (index, width) => this.pictures[index][width < 256 ? 192 : 320][this.seq() % FRAMES];
  frozen = (index) => this.trouble && [7, 23, ...WITHOUT_PICTURE].includes(index);

  batch(width, since, ids) {
    const latest = this.seq();
    const head = Buffer.alloc(16);
    const parts = [head];
    let records = 0;
    if (since < latest) {
      this.ids.forEach((id, i) => {
        if (ids && !ids.includes(id)) return;
        if (this.frozen(i) && (since > 0 || WITHOUT_PICTURE.includes(i))) return;
        const jpeg = this.picture(i, width);
        const name = Buffer.from(id);
        const fixed = Buffer.alloc(24);
        fixed.writeBigUInt64LE(BigInt(latest), 0);
        fixed.writeBigInt64LE(BigInt(this.frozen(i) ? this.started - 95_000 : latest * 1000), 8);
        fixed.writeUInt16LE(width < 256 ? 192 : 320, 16);
        fixed.writeUInt16LE(width < 256 ? 108 : 180, 18);
        fixed.writeUInt32LE(jpeg.length, 20);
        const length = Buffer.alloc(2);
        length.writeUInt16LE(name.length);
        parts.push(length, name, fixed, jpeg);
        records += 1;
      });
    }
    head.write("GTH1", 0, "latin1");
    head.writeUInt32LE(records, 4);
    head.writeBigUInt64LE(BigInt(latest), 8);
    this.served += records;
    return Buffer.concat(parts);
  }

  levels() {
    const now = Date.now();
    const bytes = this.ids.flatMap((_, i) => {
      if (this.frozen(i)) return [0];
      const n = i % 4 === 1 ? 6 : 2;
      const one = (k) => Math.round(120 - 22 + 9 * Math.sin(now / (190 + 13 * i) + k) + 5 * Math.random());
      return [n, ...Array.from({ length: n }, (_, k) => one(k)).flatMap((rms) => [rms + 8, rms])];
    });
    return Buffer.from(bytes).toString("base64");
  }

  figures() {
    const column = (take) => this.channels().map(take);
    return {
      at: iso(Date.now()),
      ...Object.fromEntries(["bitrate_bps", "cc_errors", "packets", "own_drops", "age_seconds"].map((name) => [name, column((channel) => channel[name])])),
      age_seconds: column((channel) => channel.measured_at && channel.age_seconds),
      thumbnail_age_seconds: column((channel) => channel.thumbnail && (Date.now() - Date.parse(channel.thumbnail.captured_at)) / 1000),
    };
  }

  series(query) {
    const from = Date.parse(query.get("from")) / 1000;
    const to = Date.parse(query.get("to")) / 1000;
    const t = [];
    for (let at = Math.ceil(from); at <= to; at += Math.max(1, Math.ceil((to - from) / 1000))) if (at % 400 < 340) t.push(at);
    const wave = (middle, swing) => t.map((at) => middle + swing * Math.sin(at / 30) + 0.25 * swing * Math.sin(at * 7));
    const columns = (mean, spread) => ({ t, min: mean.map((v) => v - spread), max: mean.map((v) => v + spread), mean });
    const errors = t.map((at) => (at % 97 === 0 ? at % 13 : 0));
    const all = {
      bitrate: columns(wave(8e6, 2e5), 8e4), ts_continuity_errors: { t, min: errors, max: errors, mean: errors }, loudness_momentary: columns(wave(-22, 4), 1), loudness_short_term: columns(wave(-23, 2), 0.5),
      loudness_integrated: columns(wave(-23, 0.2), 0.1), true_peak: columns(wave(-6, 3), 1), luma_mean: columns(wave(0.4, 0.2), 0.05), pcr_interval_max: columns(wave(0.032, 0.004), 0.002),
      pcr_accuracy: columns(wave(2e-8, 1e-7), 5e-8), input_interval_max: columns(wave(0.004, 0.002), 0.001),
    };
    const metrics = Object.fromEntries(query.get("metrics").split(",").flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
    return { at: iso(Date.now()), step_seconds: Math.max(1, Math.ceil((to - from) / 1000)), metrics };
  }

  stream(reply) {
    reply.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const send = (event, data, id) => this.mute || reply.write(`${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    this.clients.add(send);
    this.replies.add(reply);
    this.streams += 1;
    send("hello", { build: this.build, server_time: iso(Date.now()), seq: 1, channel_ids: this.ids });
    send("snapshot", { channels: this.channels(), alarms: this.alarms });
    const timers = [
      setInterval(() => send("levels", { at: iso(Date.now()), b64: this.levels() }), 200),
      setInterval(() => send("figures", this.figures()), 1000),
      setInterval(() => send("heartbeat", { server_time: iso(Date.now()) }), 1000),
    ];
    reply.on("close", () => {
      timers.forEach(clearInterval);
      this.streams -= 1;
      this.replies.delete(reply);
      this.clients.delete(send);
    });
  }

  /* Before an answer. */
  async wait(path, reply) {
    if (!POLLED.test(path)) return;
    const count = (this.open.get(path) ?? 0) + 1;
    this.open.set(path, count);
    this.together = Math.max(this.together, count);
    reply.on("close", () => this.open.set(path, this.open.get(path) - 1));
    if (this.lateMs > 0) await new Promise((done) => setTimeout(done, this.lateMs));
  }

  /* Ends all streams, as an outage does. */
  cut() {
    for (const reply of this.replies) reply.destroy();
  }

  say(event, data, id) {
    for (const send of this.clients) send(event, data, id);
  }

  /* From now on @channel is otherwise in what @fields names. */
  change(channel, fields) {
    this.others.set(channel, fields);
    this.say("state", { channels: this.channels().filter(({ id }) => id === channel) });
  }

  act(id, action, { note = "", minutes = 0, user = "" }) {
    const alarm = this.alarms.find((one) => one.id === id);
    const until = minutes > 0 ? iso(Date.now() + minutes * 60_000) : null;
    if (!alarm) return 404;
    if (action === "ack" && alarm.operator_state === "ack" && alarm.owner !== "local") return 409;
    if (action === "ack") Object.assign(alarm, { operator_state: "ack", owner: "local", note, until, acknowledged_at: iso(Date.now()) });
    if (action === "shelve") Object.assign(alarm, { operator_state: "shelved", owner: "local", note, until });
    if (action === "unack" || action === "unshelve") Object.assign(alarm, { operator_state: "none", owner: "", until: null });
    if (action === "assign") alarm.owner = user;
    if (action === "comments" || action === "comment") alarm.note = note;
    this.say("alarm", alarm, 2);
    return 200;
  }
}

const refusal = (status) => (status === 409 ? "Already acknowledged by m.ivanova 4 s ago" : "No such alarm");

/* Two pages of alarms that have cleared. */
function pastOf(replay, cursor) {
  const [first] = makeAlarms(replay.started);
  const from = cursor ? 100 : 0;
  const items = Array.from({ length: cursor ? 20 : 100 }, (_, i) => ({ ...first, id: `20000000-0000-4000-8000-${String(from + i).padStart(12, "0")}`, is_cleared: true,
    raised_at: iso(replay.started - 7.2e6 - (from + i) * 60_000), cleared_at: iso(replay.started - 7.1e6 - (from + i) * 60_000), text: `Past alarm ${from + i}` }));
  return { items, next_cursor: cursor ? null : "next" };
}

function json(reply, value, status = 200) {
  reply.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

function jpeg(reply, bytes, tag) {
  reply.writeHead(200, { "Content-Type": "image/jpeg", ETag: `"${tag}"`, "X-Captured-At": iso(tag * 1000), "Cache-Control": "no-cache" }).end(bytes);
}

async function api(replay, request, reply, url) {
  const path = url.pathname.slice("/api/v1".length);
  const now = Date.now();
  const [, first, id, third] = path.split("/");
  if (path === "/session") return json(reply, { setup_required: false, authenticated: replay.authenticated && !replay.revoked, user: "local", role: "admin", build: replay.build, server_time: iso(now) });
  if (path === "/login") {
    const { code, user, password } = await body(request);
    replay.authenticated = code === CODE || (user === "noc" && password === "correct horse");
    return replay.authenticated ? json(reply, { user: "local", role: "admin" }) : json(reply, { type: "about:blank", title: "Refused", status: 401, detail: "User or password is wrong." }, 401);
  }
  const word = replay.revoked ? "wall-token-revoked" : "login-required";
  if (!replay.authenticated || replay.revoked) return json(reply, { type: `/problems/${word}`, title: "Not logged in", status: 401, detail: "" }, 401);
  if (path === "/walls") return json(reply, { items: replay.walls, next_cursor: null, generation: 1 });
  if (path === "/policy") return json(reply, { name: replay.siteName, skipped_steps: [], timezone: "Europe/Vienna", shelf_max_minutes: 480, remind_after_minutes: 15, escalate_after: 0, positions: 1 });
  if (path === "/events" && replay.crowded) return json(reply, { type: "/problems/too-many-streams", title: "Too many requests", status: 429, detail: "" }, 429);
  if (path === "/events" && request.method === "HEAD") return reply.writeHead(200).end();
  if (path === "/events") return replay.stream(reply);
  if (path === "/wall/thumbs") return reply.writeHead(200, { "Content-Type": "application/octet-stream" }).end(replay.batch(Number(url.searchParams.get("w")), Number(url.searchParams.get("since")), url.searchParams.get("ids")?.split(",")));
  if (path === "/channels") return json(reply, { items: replay.channels(), next_cursor: null, at: iso(now) });
  if (path === "/handover") return json(reply, makeHandover(replay.alarms, now));
  if (path === "/alarms") return json(reply, { items: url.searchParams.get("state") === "cleared" ? [] : replay.alarms, next_cursor: null, last_cleared_at: iso(replay.started - 840_000) });
  if (path === "/alarms:batch") {
    const wanted = await body(request);
    const items = wanted.ids.map((one) => ({ id: one, status: replay.act(one, wanted.action, wanted) })).map((one) => ({ ...one, detail: one.status === 200 ? null : refusal(one.status) }));
    return json(reply, { items, done: items.filter(({ status }) => status === 200).length });
  }
  if (path === "/alarm-history" && replay.historyAway) return json(reply, { type: "/problems/unavailable", title: "Unavailable", status: 503, detail: "the history database did not answer within 2 s" }, 503);
  if (path === "/alarm-history") return json(reply, pastOf(replay, url.searchParams.get("cursor")));
  if (path === "/reports/availability" && replay.reportAway) return json(reply, { type: "/problems/unavailable", title: "Unavailable", status: 503, detail: "Reports need the history database, and none is connected." }, 503);
  if (path === "/reports/availability" && (replay.reportsAsked += 1) % 2 === 1) return json(reply, { state: "running", text: "The report is being made; ask again." }, 202);
  if (path === "/reports/availability") return json(reply, makeReport(replay));
  if (path === "/alarm-figures") return json(reply, FIGURES);
  if (path === "/system") return json(reply, SYSTEM(now, replay.started, replay.channels()));
  if (path === "/system/trends") return json(reply, TRENDS(now, SYSTEM(now, replay.started, []).sensors));
  if (path === "/catalogue") return json(reply, { tr101290: [{ number: "1.1", name: "TS_sync_loss" }, { number: "1.4", name: "Continuity_count_error" }, { number: "2.4", name: "PCR_accuracy_error" }, { number: "3.1.a", name: "NIT_actual_error" }] });
  if (path === "/events/log") return json(reply, { items: [{ seq: 1, id: "e1", kind: "box", at: iso(replay.started), resource: "box", text: "gantryd started with 60 channels", actor: "" }], last_seq: 1 });
  const index = replay.ids.indexOf(id);
  if (first === "channels" && index < 0) return json(reply, { type: "about:blank", title: "No such channel", status: 404 }, 404);
  if (first === "channels" && third === "series") return json(reply, replay.series(url.searchParams));
  if (first === "channels" && third === "thumb.jpg") return jpeg(reply, replay.picture(index, Number(url.searchParams.get("w") ?? 320)), replay.seq());
  if (first === "channels" && third === "structure") return json(reply, STRUCTURE(now, replay.started));
  if (first === "channels" && third === "notes") return json(reply, { items: [{ number: 1, at: iso(now - 90_000), kind: "splice", pid: 500, pts: 90_000, text: "splice_insert event 1001 out, 30.000 s" }], next_cursor: null, at: iso(now) });
  if (first === "channels" && third === "thumbnails") return json(reply, { items: [], next_cursor: null, at: iso(now) });
  if (first === "channels") {
    const pids = [[0, 0], [16, 0], [17, 0], [256, 27], [257, 15], [4096, 0], [8191, 0]].map(([pid, stream_type], i) => ({ pid, stream_type, packets: 93_000 * (i + 1), cc_errors: i === 3 ? 2 : 0, bitrate_bps: [15e3, 4e3, 3e3, 6.9e6, 192e3, 15e3, 8e5][i] }));
    return json(reply, { ...DETAIL(replay.channels()[index], index), pids });
  }
  const one = first === "alarms" ? replay.alarms.find((other) => other.id === id) : undefined;
  if (one && !third && request.method === "GET") return json(reply, makeDetail(one, replay.alarms));
  if (one && third === "events") return json(reply, makeStory(one));
  const alarm = one?.evidence ? one : undefined;
  if (first === "alarms" && third === "evidence" && alarm) {
    const shown = replay.ids.indexOf(alarm.resource.slice("channel/".length));
    return path.endsWith(".jpg") ? jpeg(reply, replay.picture(shown, 320), replay.seq()) : json(reply, makeEvidence(alarm, shown));
  }
  if (first === "alarms" && request.method === "POST") {
    const status = replay.act(id, third, await body(request));
    return json(reply, status === 200 ? { ok: true } : { type: "about:blank", title: "Refused", status, detail: refusal(status) }, status);
  }
  return json(reply, { type: "about:blank", title: "Not found", status: 404 }, 404);
}

/* Files of the dashboard; every other path is one of its pages. */
async function file(dist, reply, path) {
  const headers = { "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };
  const [folder, name] = path.startsWith("/assets/") ? [join(dist, "assets"), basename(path)] : path.startsWith("/peer") ? [PEER, basename(path)] : [dist, "index.html"];
  const target = join(folder, name);
  if (!existsSync(target)) return reply.writeHead(404, headers).end();
  const packed = existsSync(`${target}.gz`);
  if (packed) headers["Content-Encoding"] = "gzip";
  reply.writeHead(200, { ...headers, "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" });
  return reply.end(await readFile(packed ? `${target}.gz` : target));
}

/* Resolves to { url, close, replay } once it listens. */
export async function startReplay({ dist, port, count = 60, trouble = false, pictures }) {
  const loaded = await loadPictures(pictures ?? join(tmpdir(), `gantry-replay-${process.getuid()}`), count);
  const replay = new Replay({ count, trouble, pictures: loaded });
  const server = createServer((request, reply) => {
    const url = new URL(request.url, "http://127.0.0.1");
    const answer = url.pathname.startsWith("/api/v1/") ? replay.wait(url.pathname, reply).then(() => api(replay, request, reply, url)) : file(dist, reply, url.pathname);
    Promise.resolve(answer).catch((error) => reply.destroy(error));
  });
  const at = port ?? (await freePort());
  await new Promise((resolve, reject) => server.once("error", reject).listen(at, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${at}`, close, replay };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { dist: { type: "string" }, port: { type: "string", default: "8099" }, trouble: { type: "boolean", default: false }, count: { type: "string", default: "60" } } });
  if (!values.dist) {
    console.error("replay: --dist DIR names the built dashboard");
    process.exit(2);
  }
  const { url } = await startReplay({ dist: values.dist, port: Number(values.port), trouble: values.trouble, count: Number(values.count) });
  console.log(url);
}
