/* The reply of GET /api/v1/wall/thumbs: length-prefixed records, little endian. Read with every length checked. */

export interface Picture {
  id: string;
  seq: number;
  capturedMs: number;
  width: number;
  height: number;
  jpeg: Uint8Array; /* a view into the reply */
}

export interface PictureBatch {
  latest: number; /* what to ask for next, as "since" */
  pictures: Picture[];
}

const MAGIC = 0x31485447; // "GTH1"
const HEADER_BYTES = 16;
const MAX_RECORDS = 256;
const AFTER_ID_BYTES = 8 + 8 + 2 + 2 + 4;

/* Null when the reply is not such a batch, or ends before its records do. */
export function parsePictures(reply: ArrayBuffer): PictureBatch | null {
  const view = new DataView(reply);
  if (view.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) return null;
  const records = view.getUint32(4, true);
  if (records > MAX_RECORDS) return null;
  const batch: PictureBatch = { latest: Number(view.getBigUint64(8, true)), pictures: [] };
  const text = new TextDecoder();
  let at = HEADER_BYTES;
  for (let i = 0; i < records; i += 1) {
    if (at + 2 > view.byteLength) return null;
    const idLength = view.getUint16(at, true);
    const fixed = at + 2 + idLength;
    if (fixed + AFTER_ID_BYTES > view.byteLength) return null;
    const jpegLength = view.getUint32(fixed + 20, true);
    const start = fixed + AFTER_ID_BYTES;
    if (start + jpegLength > view.byteLength) return null;
    batch.pictures.push({
      id: text.decode(new Uint8Array(reply, at + 2, idLength)),
      seq: Number(view.getBigUint64(fixed, true)),
      capturedMs: Number(view.getBigInt64(fixed + 8, true)),
      width: view.getUint16(fixed + 16, true),
      height: view.getUint16(fixed + 18, true),
      jpeg: new Uint8Array(reply, start, jpegLength),
    });
    at = start + jpegLength;
  }
  return batch;
}
