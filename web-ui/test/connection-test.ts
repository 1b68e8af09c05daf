/* The connection's states: what silence, errors and greetings make of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Connection, type Happening, startConnection, step } from "../src/model/connection";
import { voiceOf } from "../src/model/stream-port";

function walk(...happenings: [number, Happening][]): Connection {
  return happenings.reduce((connection, [at, happening]) => step(connection, happening, at), startConnection(0));
}

const hello: Happening = { kind: "hello", build: "1" };
const tick: Happening = { kind: "tick" };

test("a hello makes it live, and a heartbeat each second keeps it so", () => {
  assert.equal(walk([100, hello], [1100, { kind: "message" }], [6000, tick]).phase, "live");
});

test("five seconds of silence are stale, fifteen are down", () => {
  assert.equal(walk([0, hello], [5001, tick]).phase, "stale");
  assert.equal(walk([0, hello], [5001, tick], [15_001, tick]).phase, "down");
});

test("a message after stale silence makes it live again", () => {
  assert.equal(walk([0, hello], [6000, tick], [6100, { kind: "message" }]).phase, "live");
});

test("an error is down at once, and waiting does not mend it", () => {
  assert.equal(walk([0, hello], [10, { kind: "error" }], [20, tick]).phase, "down");
});

test("a refused session stays refused through errors, ticks and late messages until a retry", () => {
  const refused = walk([0, hello], [10, { kind: "unauthorised" }], [20, { kind: "error" }], [25, { kind: "message" }], [30, tick]);
  assert.equal(refused.phase, "unauthorised");
  assert.equal(step(refused, { kind: "retry" }, 40).phase, "connecting");
});

test("a greeting of another version is remembered until the page is loaded anew", () => {
  const met = walk([0, hello], [10, { kind: "error" }], [20, { kind: "hello", build: "2" }]);
  assert.equal(met.phase, "live");
  assert.equal(met.newBuild, true);
  assert.equal(walk([0, hello], [20, hello]).newBuild, false);
});

test("messages during a resynchronisation do not end it, the snapshot does", () => {
  const waiting = walk([0, hello], [10, { kind: "resync" }], [20, { kind: "message" }]);
  assert.equal(waiting.phase, "resync");
  assert.equal(step(waiting, { kind: "resynced" }, 30).phase, "live");
});

test("a revoked token stays revoked, whatever else is refused or said", () => {
  const gone = walk([0, hello], [10, { kind: "unauthorised", revoked: true }], [20, { kind: "unauthorised" }], [30, { kind: "message" }], [40, tick]);
  assert.equal(gone.phase, "revoked");
});

test("a browser with too many streams is down for that reason, until a hello", () => {
  const crowded = walk([0, hello], [10, { kind: "error" }], [20, { kind: "crowded" }]);
  assert.deepEqual([crowded.phase, crowded.crowded], ["down", true]);
  assert.equal(step(crowded, hello, 30).crowded, false);
});

test("of the tabs of a browser the first that may make a sound does, else the first", () => {
  assert.equal(voiceOf([{ able: false }, { able: true }, { able: true }]), 1);
  assert.equal(voiceOf([{ able: false }, { able: false }]), 0);
  assert.equal(voiceOf([]), -1);
});
