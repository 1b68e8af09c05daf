/* The sound of a transport stream as the bytes that a browser decodes: one PID's elementary stream, from a time stamp on. */

const PACKET = 188;
const SYNC = 0x47;
const PTS_MODULUS = 2 ** 33;
const AAC_SAMPLES = 1024;
const AAC_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

export interface Sound {
  bytes: Uint8Array; /* the elementary stream */
  lastPts: number | null; /* of the last access unit that begins in it; null where none does */
}

/* Whether @pts is behind @other, over the wrap. */
function isBehind(pts: number, other: number): boolean {
  const ahead = (pts - other + PTS_MODULUS) % PTS_MODULUS;
  return ahead !== 0 && ahead < PTS_MODULUS / 2;
}

/* Payload of a packet of @pid; null for others and for what is no packet. */
function payloadOf(stream: Uint8Array, at: number, pid: number): { begins: boolean; payload: Uint8Array } | null {
  const [sync = 0, high = 0, low = 0, control = 0, adaptation = 0] = stream.subarray(at, at + 5);
  if (sync !== SYNC || (high & 0x80) !== 0 || (((high & 0x1f) << 8) | low) !== pid || (control & 0x10) === 0 || (control & 0xc0) !== 0) return null;
  const skip = (control & 0x20) === 0 ? 4 : 5 + adaptation;
  return skip >= PACKET ? null : { begins: (high & 0x40) !== 0, payload: stream.subarray(at + skip, at + PACKET) };
}

/* Behind the header of a PES packet, with its PTS; null where the bytes are no such header. */
function readPes(payload: Uint8Array): { pts: number | null; body: Uint8Array } | null {
  if (payload.length < 9 || payload[0] !== 0 || payload[1] !== 0 || payload[2] !== 1) return null;
  const length = 9 + (payload[8] ?? 0);
  if (length > payload.length) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = payload.subarray(9, 14);
  const pts = ((payload[7] ?? 0) & 0x80) === 0 || length < 14 ? null : (a & 0x0e) * 2 ** 29 + (b << 22) + ((c & 0xfe) << 14) + (d << 7) + (e >> 1);
  return { pts, body: payload.subarray(length) };
}

/* @after: only PES packets with a later PTS are taken; null takes all. What begins before the first of them is left out. */
export function soundOf(stream: Uint8Array, pid: number, after: number | null): Sound {
  const parts: Uint8Array[] = [];
  let taking = false;
  let lastPts: number | null = null;
  for (let at = 0; at + PACKET <= stream.length; at += PACKET) {
    const found = payloadOf(stream, at, pid);
    if (!found) continue;
    const pes = found.begins ? readPes(found.payload) : null;
    if (found.begins) taking = pes !== null && (pes.pts === null ? taking : after === null || isBehind(pes.pts, after));
    if (!taking) continue;
    if (pes?.pts !== null && pes !== null) lastPts = pes.pts;
    parts.push(pes ? pes.body : found.payload);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return { bytes, lastPts };
}

export interface Frames {
  seconds: number;
  last: Uint8Array; /* the last whole frame */
}

/* Frames of AAC in ADTS, counted; null where the bytes are something else. */
export function adtsFrames(bytes: Uint8Array): Frames | null {
  let [at, n, rate] = [0, 0, 0];
  let last = bytes.subarray(0, 0);
  while (at + 7 <= bytes.length) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes.subarray(at, at + 6);
    const length = ((d & 0x03) << 11) | (e << 3) | (f >> 5);
    if (a !== 0xff || (b & 0xf6) !== 0xf0 || length < 7) return n > 0 ? { seconds: (n * AAC_SAMPLES) / rate, last } : null;
    if (at + length > bytes.length) break;
    rate = AAC_RATES[(c >> 2) & 0x0f] ?? 0;
    last = bytes.subarray(at, at + length);
    at += length;
    n += 1;
  }
  return n > 0 && rate > 0 ? { seconds: (n * AAC_SAMPLES) / rate, last } : null;
}
