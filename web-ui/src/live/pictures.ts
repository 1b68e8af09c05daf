/* Fetches the pictures that changed, once a second, while somebody can see them, and hands them to the painter. */
import { signal } from "@preact/signals";
import { isTrusted } from "../model/connection";
import { type Picture, parsePictures } from "../model/picture-batch";
import { getBytes } from "./api";
import type { Painter } from "./painter";
import { greetings, phase } from "./state";

const PERIOD_MS = 950; /* a little less than the second in which pictures change, so that none is missed */
const FULL_BATCH = 256; /* of a reply that left some out: so many pictures, or so many bytes */
const FULL_BYTES = 3 << 20;
const TIERS = [192, 320, 480];
const IDS_MAX = 100; /* named in an address; more are asked for as all */

/* Changes when a place got its first picture: its words are others at once. Ages follow with the next second. */
export const firstPictures = signal(0);

/* In its own size: the tier is near the size on the screen, and scaling while drawing costs less than while decoding. */
async function decode(picture: Picture): Promise<{ picture: Picture; bitmap: ImageBitmap } | null> {
  const blob = new Blob([picture.jpeg as BlobPart], { type: "image/jpeg" });
  try {
    return { picture, bitmap: await createImageBitmap(blob) };
  } catch {
    return null; /* a damaged picture is left out; its tile shows the age of the one before */
  }
}

export class PictureLoop {
  private since = 0;
  private tier = 0;
  private greeting = -1;
  private timer = 0;
  private due = 0;
  private stopped = false;
  private ids = ""; /* of the channels that are wanted; "" for all */

  constructor(private readonly painter: Painter) {}

  /* Begins with the first call; later ones change nothing. */
  start(): void {
    if (this.due > 0) return;
    this.due = performance.now();
    void this.turn();
  }

  /* @ids: the channels that are shown; null for all. Another choice is fetched at once. */
  want(ids: readonly string[] | null): void {
    const text = ids && ids.length <= IDS_MAX ? `&ids=${ids.join(",")}` : "";
    if (text === this.ids) return;
    this.ids = text;
    this.since = 0;
    if (this.due === 0 || this.stopped) return;
    clearTimeout(this.timer);
    this.due = performance.now();
    void this.turn();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async turn(): Promise<void> {
    if (!document.hidden && isTrusted(phase.peek())) await this.fetch().catch(() => undefined);
    if (this.stopped) return;
    const now = performance.now();
    this.due = Math.max(this.due + PERIOD_MS, now);
    this.timer = window.setTimeout(() => void this.turn(), this.due - now);
  }

  private async fetch(): Promise<void> {
    const wanted = this.painter.pictureSize().width;
    const tier = TIERS.find((width) => width * 1.15 >= wanted) ?? TIERS[TIERS.length - 1] ?? 192;
    if (tier !== this.tier || greetings.peek() !== this.greeting) this.since = 0;
    this.tier = tier;
    this.greeting = greetings.peek();
    for (let more = true; more && !this.stopped; ) {
      const asked = this.ids;
      const reply = await getBytes(`/wall/thumbs?w=${tier}&since=${this.since}${asked}`);
      const batch = parsePictures(reply);
      if (!batch || asked !== this.ids) return;
      this.painter.counters.batches += 1;
      this.painter.counters.bytes += reply.byteLength;
      const decoded = await Promise.all(batch.pictures.map((picture) => decode(picture)));
      const first = decoded.some((one) => one !== null && this.painter.shownAt(one.picture.id) === null);
      for (const one of decoded) {
        if (one && !this.stopped) this.painter.show(one.picture.id, one.bitmap, one.picture.capturedMs);
        else one?.bitmap.close();
      }
      if (first) firstPictures.value += 1;
      more = (batch.pictures.length >= FULL_BATCH || reply.byteLength >= FULL_BYTES) && batch.latest > this.since;
      this.since = batch.latest;
    }
  }
}
