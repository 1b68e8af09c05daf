/* The sound of a transport stream, taken out for the browser's decoder. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { adtsFrames, soundOf } from "../src/model/sound-stream";

/* One packet; what @payload does not fill is adaptation. */
function packet(pid: number, begins: boolean, payload: readonly number[]): number[] {
  const stuffing = 184 - payload.length;
  const adaptation = stuffing === 0 ? [] : stuffing === 1 ? [0] : [stuffing - 1, 0, ...Array.from({ length: stuffing - 2 }, () => 0xff)];
  return [0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 0xff, stuffing === 0 ? 0x10 : 0x30, ...adaptation, ...payload];
}

function pes(pts: number, body: readonly number[]): number[] {
  const at = (shift: number) => Math.floor(pts / 2 ** shift);
  return [0, 0, 1, 0xc0, 0, 0, 0x80, 0x80, 5, 0x21 | ((at(30) & 7) << 1), at(22) & 0xff, ((at(15) & 0x7f) << 1) | 1, at(7) & 0xff, ((pts & 0x7f) << 1) | 1, ...body];
}

const stream = (...packets: number[][]) => Uint8Array.from(packets.flat());

test("only the PID that was asked for is taken, behind its PES headers and adaptation fields", () => {
  const found = soundOf(stream(packet(0x101, true, pes(900, [1, 2])), packet(0x100, true, pes(900, [9])), packet(0x101, false, [3, 4, 5]), packet(0x101, true, pes(2700, [6]))), 0x101, null);
  assert.deepEqual([...found.bytes], [1, 2, 3, 4, 5, 6]);
  assert.equal(found.lastPts, 2700);
});

test("what was heard before is not heard again, also where the clock wraps", () => {
  const twice = stream(packet(0x101, true, pes(900, [1])), packet(0x101, false, [2]), packet(0x101, true, pes(2700, [3])));
  assert.deepEqual([...soundOf(twice, 0x101, 900).bytes], [3]);
  assert.deepEqual([...soundOf(twice, 0x101, 2 ** 33 - 900).bytes], [1, 2, 3]);
  assert.equal(soundOf(twice, 0x101, 2700).lastPts, null);
});

test("a packet that is damaged, scrambled or cut off is no sound", () => {
  const scrambled = packet(0x101, false, [7]);
  scrambled[3] = (scrambled[3] ?? 0) | 0x80;
  const whole = stream(packet(0x101, true, pes(900, [1])), scrambled, packet(0x101, true, [1, 2, 3]), packet(0x101, false, [8]));
  assert.deepEqual([...soundOf(whole, 0x101, null).bytes], [1], "no header of PES: nothing is taken until the next");
  assert.deepEqual([...soundOf(whole.subarray(0, 100), 0x101, null).bytes], []);
});

test("frames of AAC are counted by their headers, and the last whole one is kept", () => {
  const frame = (length: number) => [0xff, 0xf1, 0x4c, 0x80 | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc, ...Array.from({ length: length - 7 }, () => length)];
  const found = adtsFrames(Uint8Array.from([...frame(20), ...frame(30), ...frame(40).slice(0, 11)]));
  assert.equal(found?.seconds, (2 * 1024) / 48000);
  assert.equal(found?.last.length, 30);
  assert.equal(adtsFrames(Uint8Array.from([0xff, 0xfc, 0x14, 0, 0, 0, 0, 0])), null, "MPEG layer II is something else");
});
