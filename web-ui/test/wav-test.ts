/* What a piece of sound says of itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wavFacts } from "../src/model/wav";

function wav(rate: number, pts: number, frames: number): ArrayBuffer {
  const file = new ArrayBuffer(60 + 4 * frames);
  const view = new DataView(file);
  const name = (at: number, text: string) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  for (const [at, text] of [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [36, "pts "], [52, "data"]] as const) name(at, text);
  view.setUint32(24, rate, true);
  view.setBigUint64(44, BigInt(pts), true);
  return file;
}

test("length and end come from the head, also where the clock wraps", () => {
  assert.deepEqual(wavFacts(wav(48000, 900, 24000)), { seconds: 0.5, endPts: 45900 });
  assert.deepEqual(wavFacts(wav(32000, 2 ** 33 - 90, 64)), { seconds: 0.002, endPts: 90 });
  assert.deepEqual(wavFacts(wav(48000, 2 ** 33, 480)), { seconds: 0.01, endPts: null }, "a stream without time stamps");
});

test("something else is no sound", () => {
  assert.equal(wavFacts(new ArrayBuffer(60)), null);
  assert.equal(wavFacts(wav(0, 0, 10)), null);
  assert.equal(wavFacts(new TextEncoder().encode(JSON.stringify({ detail: "x".repeat(100) })).buffer as ArrayBuffer), null);
});
