/* The head of the appliance's sound files: what the samples are, and when they are heard. Its layout stands at the route in api.yaml. */

const HEAD = 60; /* bytes up to the samples */
const RATE_AT = 24;
const PTS_AT = 44;
const FRAME = 4; /* bytes of both channels at one instant */
const TICKS = 90_000; /* of a PTS, a second */
const PTS_MODULUS = 2 ** 33;

export interface WavFacts {
  seconds: number;
  endPts: number | null; /* behind the last sample; null where the stream told no time */
}

/* null for what is no such file. */
export function wavFacts(file: ArrayBuffer): WavFacts | null {
  if (file.byteLength <= HEAD) return null;
  const view = new DataView(file);
  const rate = view.getUint32(RATE_AT, true);
  if (view.getUint32(0) !== 0x52494646 || view.getUint32(36) !== 0x70747320 || rate === 0) return null; /* "RIFF", "pts " */
  const frames = Math.floor((file.byteLength - HEAD) / FRAME);
  const pts = Number(view.getBigUint64(PTS_AT, true));
  return { seconds: frames / rate, endPts: pts < PTS_MODULUS ? Math.floor(pts + (frames * TICKS) / rate) % PTS_MODULUS : null };
}
