/* What comes as bytes: batches of pictures and audio levels, whole, cut short and wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLevels, share } from "../src/model/levels";
import { parsePictures } from "../src/model/picture-batch";

function batch(records: { id: string; jpeg: number[] }[], claimed = records.length): ArrayBuffer {
  const bytes: number[] = [];
  const put = (value: bigint, size: number) => {
    for (let i = 0; i < size; i += 1) bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  };
  bytes.push(...[..."GTH1"].map((c) => c.charCodeAt(0)));
  put(BigInt(claimed), 4);
  put(77n, 8);
  for (const { id, jpeg } of records) {
    put(BigInt(id.length), 2);
    bytes.push(...[...id].map((c) => c.charCodeAt(0)));
    put(70n, 8);
    put(1_700_000_000_123n, 8);
    put(192n, 2);
    put(108n, 2);
    put(BigInt(jpeg.length), 4);
    bytes.push(...jpeg);
  }
  return new Uint8Array(bytes).buffer;
}

test("a batch gives every picture with its time and its bytes", () => {
  const parsed = parsePictures(batch([{ id: "one", jpeg: [1, 2, 3] }, { id: "two", jpeg: [] }]));
  assert.equal(parsed?.latest, 77);
  assert.deepEqual(parsed?.pictures.map(({ id, seq, capturedMs, width, jpeg }) => [id, seq, capturedMs, width, [...jpeg]]), [
    ["one", 70, 1_700_000_000_123, 192, [1, 2, 3]],
    ["two", 70, 1_700_000_000_123, 192, []],
  ]);
});

test("a batch that is cut short anywhere, claims too much or is none at all is refused", () => {
  const whole = batch([{ id: "one", jpeg: [1, 2, 3] }]);
  for (let length = 0; length < whole.byteLength; length += 1) assert.equal(parsePictures(whole.slice(0, length)), null, String(length));
  assert.equal(parsePictures(batch([], 257)), null);
  assert.equal(parsePictures(new TextEncoder().encode("<!doctype html><html>").buffer as ArrayBuffer), null);
});

test("levels are read per channel, unknown is minus infinity", () => {
  const levels = parseLevels(new Uint8Array([2, 110, 97, 255, 255, 0, 1, 120, 100]), 3);
  assert.deepEqual(levels, [[{ peak: -10, rms: -23 }, { peak: -Infinity, rms: -Infinity }], [], [{ peak: 0, rms: -20 }]]);
});

test("levels that are cut short end before the channel that is not whole", () => {
  assert.equal(parseLevels(new Uint8Array([1, 100, 90, 2, 100]), 2).length, 1);
});

test("a bar is empty at -60 dBFS and full at 0", () => {
  assert.deepEqual([share(-Infinity), share(-60), share(-30), share(0), share(6)], [0, 0, 0.5, 1, 1]);
});
