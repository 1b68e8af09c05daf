/* Audio levels of all channels, as the "levels" event brings them: bytes of dBFS + 120, 255 for unknown. */

export interface Level {
  peak: number; /* dBFS */
  rms: number; /* dBFS */
}

const UNKNOWN = 255;
const OFFSET = 120;
const FLOOR_DB = -60;

/* One list of levels a channel, in the order of the hello's channel_ids. Stops where the bytes end. */
export function parseLevels(bytes: Uint8Array, channels: number): Level[][] {
  const all: Level[][] = [];
  let at = 0;
  for (let i = 0; i < channels && at < bytes.length; i += 1) {
    const n = bytes[at] ?? 0;
    at += 1;
    if (at + 2 * n > bytes.length) break;
    const levels: Level[] = [];
    for (let k = 0; k < n; k += 1, at += 2) {
      const peak = bytes[at] ?? UNKNOWN;
      const rms = bytes[at + 1] ?? UNKNOWN;
      levels.push({ peak: peak === UNKNOWN ? -Infinity : peak - OFFSET, rms: rms === UNKNOWN ? -Infinity : rms - OFFSET });
    }
    all.push(levels);
  }
  return all;
}

/* Height of a bar: 0 at -60 dBFS and below, 1 at full scale. */
export function share(db: number): number {
  if (!(db > FLOOR_DB)) return 0;
  return Math.min(1, (db - FLOOR_DB) / -FLOOR_DB);
}

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
