/* How tiles fill a wall: the largest 16:9 pictures that show every tile at once, or rows that scroll. */

export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number; /* css pixels, all of these */
  tileHeight: number;
  pictureWidth: number;
  pictureHeight: number;
  barsWidth: number; /* column of audio bars, right of the picture */
  captionHeight: number;
  gap: number;
  left: number; /* where the first column begins */
  scrolls: boolean;
}

const GAP = 8;
const MIN_FIT_WIDTH = 104; /* below it a caption cannot be read: scroll instead */
const SCROLL_WIDTH = 156;
const MAX_WIDTH = 480;
const MAX_EXTRA_CAPTION = 18;

export const sizeOf = (tileWidth: number): "small" | "middle" | "large" | "huge" =>
  tileWidth >= 340 ? "huge" : tileWidth >= 240 ? "large" : tileWidth >= 160 ? "middle" : "small";

const CAPTIONS = { small: 36, middle: 40, large: 48, huge: 66 };
const barsOf = (tileWidth: number): number => (tileWidth >= 340 ? 24 : tileWidth >= 240 ? 16 : tileWidth >= 150 ? 12 : 9);
const captionOf = (tileWidth: number): number => CAPTIONS[sizeOf(tileWidth)];

function laid(columns: number, tileWidth: number, tiles: number, width: number, scrolls: boolean): Grid {
  const barsWidth = barsOf(tileWidth);
  const captionHeight = captionOf(tileWidth);
  const pictureWidth = tileWidth - barsWidth;
  const pictureHeight = Math.round((pictureWidth * 9) / 16);
  const used = columns * tileWidth + (columns - 1) * GAP;
  return {
    columns,
    rows: Math.ceil(tiles / columns),
    tileWidth,
    tileHeight: pictureHeight + captionHeight,
    pictureWidth,
    pictureHeight,
    barsWidth,
    captionHeight,
    gap: GAP,
    left: Math.max(0, Math.floor((width - used) / 2)),
    scrolls,
  };
}

/* Lines of the message under the name. */
export const captionLines = (grid: Grid): number => (grid.captionHeight - captionOf(grid.tileWidth) >= 14 ? 2 : 1);

export const gridHeight = (grid: Grid): number => grid.rows * (grid.tileHeight + grid.gap) - grid.gap;

/* The widest tile that lets @columns columns of @tiles tiles stand in the height; 0 where none does. */
function widestTile(columns: number, tiles: number, width: number, height: number): number {
  let tileWidth = Math.min(MAX_WIDTH, Math.floor((width - (columns - 1) * GAP) / columns));
  while (tileWidth >= MIN_FIT_WIDTH && gridHeight(laid(columns, tileWidth, tiles, width, false)) > height) tileWidth -= 1;
  return tileWidth >= MIN_FIT_WIDTH ? tileWidth : 0;
}

/* Height that the pictures cannot use goes to the captions. */
function roomier(grid: Grid, height: number): Grid {
  const extra = Math.min(MAX_EXTRA_CAPTION, Math.floor((height - gridHeight(grid)) / grid.rows));
  return extra <= 0 ? grid : { ...grid, captionHeight: grid.captionHeight + extra, tileHeight: grid.tileHeight + extra };
}

/* @width and @height: the room in css pixels. */
export function fitGrid(tiles: number, width: number, height: number): Grid {
  let best = { columns: 0, tileWidth: 0 };
  for (let columns = 1; columns <= Math.max(1, tiles); columns += 1) {
    const tileWidth = widestTile(columns, tiles, width, height);
    if (tileWidth > best.tileWidth) best = { columns, tileWidth };
  }
  if (best.columns > 0) return roomier(laid(best.columns, best.tileWidth, tiles, width, false), height);
  const columns = Math.max(2, Math.floor((width + GAP) / (SCROLL_WIDTH + GAP)));
  return laid(columns, Math.floor((width - (columns - 1) * GAP) / columns), tiles, width, true);
}

export interface Place {
  x: number;
  y: number;
}

export function placeOf(grid: Grid, index: number): Place {
  return {
    x: grid.left + (index % grid.columns) * (grid.tileWidth + grid.gap),
    y: Math.floor(index / grid.columns) * (grid.tileHeight + grid.gap),
  };
}
