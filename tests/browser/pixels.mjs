/* A screenshot as pixels: the PNG that Chromium writes (8 bits, RGB or RGBA, not interlaced), and digests of parts of it. */
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";

function chunks(png) {
  const found = [];
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

function paeth(a, b, c) {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function unfilter(raw, out, row, stride, depth) {
  const kind = raw[row * (stride + 1)];
  const from = row * (stride + 1) + 1;
  const to = row * stride;
  for (let i = 0; i < stride; i += 1) {
    const left = i >= depth ? out[to + i - depth] : 0;
    const up = row > 0 ? out[to + i - stride] : 0;
    const corner = i >= depth && row > 0 ? out[to + i - stride - depth] : 0;
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind];
    out[to + i] = raw[from + i] + guess;
  }
}

/* { width, height, depth, bytes }: depth bytes a pixel, rows without padding. */
export function decodePng(png) {
  const parts = chunks(png);
  const header = parts.find(({ type }) => type === "IHDR").data;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const depth = { 2: 3, 6: 4 }[header[9]];
  if (!depth || header[8] !== 8 || header[12] !== 0) throw new Error("a PNG of another kind");
  const raw = inflateSync(Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const bytes = Buffer.alloc(width * height * depth);
  for (let row = 0; row < height; row += 1) unfilter(raw, bytes, row, width * depth, depth);
  return { width, height, depth, bytes };
}

/* Digest of the pixels inside { x, y, width, height }. */
export function digest(image, box) {
  const hash = createHash("sha1");
  for (let y = Math.round(box.y); y < Math.round(box.y + box.height); y += 1) {
    const start = (y * image.width + Math.round(box.x)) * image.depth;
    hash.update(image.bytes.subarray(start, start + Math.round(box.width) * image.depth));
  }
  return hash.digest("hex");
}
