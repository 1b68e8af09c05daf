/* One canvas under all tiles: pictures when they change, audio bars five times a second, only where something changed. */
import { type Grid, gridHeight, placeOf } from "../model/grid";
import { type Level, share } from "../model/levels";
import { type Paints, paintsOf } from "../model/theme";

const MAX_RATIO = 2; /* a finer canvas costs memory and shows nothing more of a small JPEG */
const MAX_BARS = 8;
const HOLD_FALL = 0.02; /* of full height, each update */
const LOUD_DB = -1;
const LOUDNESS_MARK_DB = -23;

/* Read by the benchmark and by people in the console; counts drawings since the page was opened. */
export interface PaintCounters {
  pictures: number;
  bars: number;
  batches: number;
  bytes: number;
}

interface Slot {
  picture: ImageBitmap | null;
  capturedMs: number;
  holds: number[];
  drawn: string; /* the bars as they stand on the canvas */
}

export class Painter {
  readonly counters: PaintCounters = { pictures: 0, bars: 0, batches: 0, bytes: 0 };
  private readonly context: CanvasRenderingContext2D | null;
  private readonly slots = new Map<string, Slot>();
  private order = new Map<string, number>();
  private grid: Grid | null = null;
  private ratio = 1;
  private width = 0;
  private paints: Paints = paintsOf("dark");

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false });
  }

  /* Other colours for all that is drawn. */
  paint(paints: Paints): void {
    this.paints = paints;
    if (this.grid) this.lay(this.grid, [...this.order.keys()], this.width);
  }

  /* Takes the layout and draws everything anew. */
  lay(grid: Grid, ids: readonly string[], width: number): void {
    this.width = width;
    this.ratio = Math.min(devicePixelRatio || 1, MAX_RATIO);
    this.grid = grid;
    this.order = new Map(ids.map((id, i) => [id, i]));
    for (const [id, slot] of this.slots) if (!this.order.has(id)) this.drop(id, slot);
    const height = gridHeight(grid);
    this.canvas.width = Math.max(1, Math.round(width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(height * this.ratio));
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (!this.context) return;
    this.context.imageSmoothingQuality = "medium";
    this.context.fillStyle = this.paints.ground;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const id of ids) this.drawPicture(id);
    this.silence();
  }

  /* Pixels that a picture has on the screen. */
  pictureSize(): { width: number; height: number } {
    if (!this.grid) return { width: 192, height: 108 };
    return { width: Math.round(this.grid.pictureWidth * this.ratio), height: Math.round(this.grid.pictureHeight * this.ratio) };
  }

  /* Owns the bitmap from here on. */
  show(id: string, picture: ImageBitmap, capturedMs: number): void {
    const slot = this.slotOf(id);
    slot.picture?.close();
    slot.picture = picture;
    slot.capturedMs = capturedMs;
    if (this.drawPicture(id)) this.counters.pictures += 1;
  }

  /* When the picture that stands on the canvas was captured; null where none does. */
  shownAt(id: string): number | null {
    const slot = this.slots.get(id);
    return slot?.picture ? slot.capturedMs : null;
  }

  showLevels(levels: ReadonlyMap<string, Level[]>): void {
    for (const id of this.order.keys()) this.drawBars(id, levels.get(id) ?? []);
  }

  /* Empty bars: nothing is known of the sound. */
  silence(): void {
    for (const id of this.order.keys()) {
      const slot = this.slotOf(id);
      slot.holds = [];
      slot.drawn = "";
      this.drawBars(id, []);
    }
  }

  close(): void {
    for (const [id, slot] of this.slots) this.drop(id, slot);
  }

  private drop(id: string, slot: Slot): void {
    slot.picture?.close();
    this.slots.delete(id);
  }

  private slotOf(id: string): Slot {
    let slot = this.slots.get(id);
    if (!slot) {
      slot = { picture: null, capturedMs: 0, holds: [], drawn: "" };
      this.slots.set(id, slot);
    }
    return slot;
  }

  /* The picture's place in canvas pixels; null where the wall does not show it. */
  private placeOfId(id: string): { x: number; y: number } | null {
    const index = this.order.get(id);
    if (index === undefined || !this.grid) return null;
    const { x, y } = placeOf(this.grid, index);
    return { x: Math.round(x * this.ratio), y: Math.round(y * this.ratio) };
  }

  private drawPicture(id: string): boolean {
    const place = this.placeOfId(id);
    if (!place || !this.context) return false;
    const { width, height } = this.pictureSize();
    const picture = this.slots.get(id)?.picture;
    if (!picture || this.paints.light < 1) {
      this.context.fillStyle = this.paints.room;
      this.context.fillRect(place.x, place.y, width, height);
    }
    if (!picture) return false;
    this.context.globalAlpha = this.paints.light;
    this.context.drawImage(picture, place.x, place.y, width, height);
    this.context.globalAlpha = 1;
    return true;
  }

  private drawBars(id: string, levels: readonly Level[]): void {
    const place = this.placeOfId(id);
    if (!place || !this.context || !this.grid) return;
    const slot = this.slotOf(id);
    const { width: pictureWidth, height } = this.pictureSize();
    const bars = levels.slice(0, MAX_BARS).map((level, i) => {
      const hold = Math.max(share(level.peak), (slot.holds[i] ?? 0) - HOLD_FALL);
      slot.holds[i] = hold;
      return { body: Math.round(share(level.rms) * height), hold: Math.round(hold * height), loud: level.peak > LOUD_DB };
    });
    const drawn = bars.map((bar) => `${bar.body}/${bar.hold}/${bar.loud}`).join() || "none";
    if (drawn === slot.drawn) return;
    slot.drawn = drawn;
    this.counters.bars += 1;
    this.fillBars(place.x + pictureWidth, place.y, Math.round(this.grid.barsWidth * this.ratio), height, bars);
  }

  private fillBars(x: number, y: number, width: number, height: number, bars: { body: number; hold: number; loud: boolean }[]): void {
    const context = this.context;
    if (!context) return;
    context.fillStyle = this.paints.room;
    context.fillRect(x, y, width, height);
    const n = Math.max(2, bars.length);
    const gap = Math.max(1, Math.round(this.ratio));
    const bar = Math.max(1, Math.floor((width - gap) / n) - gap);
    for (let i = 0; i < n; i += 1) {
      const left = x + gap + Math.floor((i * (width - gap)) / n);
      const level = bars[i];
      context.fillStyle = this.paints.groove;
      context.fillRect(left, y, bar, height);
      if (!level) continue;
      context.fillStyle = level.loud ? this.paints.loud : this.paints.bar;
      context.fillRect(left, y + height - level.body, bar, level.body);
      context.fillStyle = this.paints.hold;
      if (level.hold > 0) context.fillRect(left, y + height - level.hold, bar, gap);
    }
    context.fillStyle = this.paints.mark;
    context.fillRect(x, y + height - Math.round(share(LOUDNESS_MARK_DB) * height), width, gap);
  }
}
