/* How tiles fill a wall: the largest 16:9 pictures that show every tile at once; pages or rows that scroll where there are too many. */

export interface Grid {
  columns: number;
  rows: number;
  perPage: number; /* tiles that stand in it at once */
  tileWidth: number; /* css pixels, all of these */
  tileHeight: number;
  pictureWidth: number;
  pictureHeight: number;
  barsWidth: number; /* column of audio bars, right of the picture */
  captionHeight: number;
  px: number; /* of the names */
  messagePx: number;
  lines: number; /* of the message, under the name; 0: it lies over the picture */
  gap: number;
  left: number; /* where the first column begins */
  scrolls: boolean;
}

export interface Wish {
  px: number; /* of the names; 0: as large as the tiles let them be */
  columns?: number; /* of a fixed grid, with its rows */
  rows?: number;
}

export interface Room {
  width: number; /* css pixels */
  height: number;
}

const GAP = 8;
const MIN_WIDTH = 78; /* below it a name cannot be read */
const MAX_WIDTH = 560;
const NARROW = 700; /* a telephone scrolls: nobody looks at it from afar */
const SCROLL_WIDTH = 150;
const MIN_PX = 11;
const MAX_PX = 44;
const PX_OF_WIDTH = 0.108;
const LINES_MAX = 2;

const autoPx = (tileWidth: number): number => Math.max(MIN_PX, Math.min(MAX_PX, Math.round(tileWidth * PX_OF_WIDTH)));
const barsOf = (tileWidth: number): number => (tileWidth >= 340 ? 24 : tileWidth >= 240 ? 16 : tileWidth >= 150 ? 12 : 8);
const captionOf = (px: number): number => Math.round(px * 1.18) + 2;
const messageOf = (px: number): number => Math.min(px, Math.max(12, Math.round(px * 0.62)));
const lineOf = (messagePx: number): number => Math.round(messagePx * 1.22);
/* Eight characters of a name, and its icon. */
const minWidth = (px: number): number => (px === 0 ? MIN_WIDTH : Math.round(px * 5.3) + 10);

function laid(columns: number, rows: number, tileWidth: number, wish: Wish, room: Room): Grid {
  const px = wish.px || autoPx(tileWidth);
  const barsWidth = barsOf(tileWidth);
  const pictureWidth = tileWidth - barsWidth;
  const pictureHeight = Math.round((pictureWidth * 9) / 16);
  const captionHeight = captionOf(px);
  return {
    columns,
    rows,
    perPage: columns * rows,
    tileWidth,
    tileHeight: pictureHeight + captionHeight,
    pictureWidth,
    pictureHeight,
    barsWidth,
    captionHeight,
    px,
    messagePx: messageOf(px),
    lines: 0,
    gap: GAP,
    left: Math.max(0, Math.floor((room.width - (columns * (tileWidth + GAP) - GAP)) / 2)),
    scrolls: false,
  };
}

export const gridHeight = (grid: Grid): number => grid.rows * (grid.tileHeight + grid.gap) - grid.gap;

/* The widest tile of which that many columns and rows stand in the room; 0 where none does. */
function widestTile(columns: number, rows: number, wish: Wish, room: Room, least: number): number {
  let tileWidth = Math.min(MAX_WIDTH, Math.floor((room.width - (columns - 1) * GAP) / columns));
  while (tileWidth >= least && gridHeight(laid(columns, rows, tileWidth, wish, room)) > room.height) tileWidth -= 1;
  return tileWidth >= least ? tileWidth : 0;
}

/* Height that the pictures cannot use goes to the captions: whole lines of the message. */
function roomier(grid: Grid, room: Room): Grid {
  const line = lineOf(grid.messagePx);
  const spare = Math.floor((room.height - gridHeight(grid)) / grid.rows);
  const lines = Math.max(0, Math.min(LINES_MAX, Math.floor((spare - 2) / line)));
  if (lines === 0) return grid;
  const more = lines * line + 2;
  return { ...grid, lines, captionHeight: grid.captionHeight + more, tileHeight: grid.tileHeight + more };
}

function fixedGrid(columns: number, rows: number, wish: Wish, room: Room): Grid {
  const tileWidth = widestTile(columns, rows, wish, room, MIN_WIDTH) || MIN_WIDTH;
  return roomier(laid(columns, rows, tileWidth, wish, room), room);
}

function scrolling(tiles: number, wish: Wish, room: Room): Grid {
  const columns = Math.max(2, Math.floor((room.width + GAP) / (SCROLL_WIDTH + GAP)));
  const tileWidth = Math.floor((room.width - (columns - 1) * GAP) / columns);
  const grid = laid(columns, Math.ceil(tiles / columns), tileWidth, { ...wish, px: Math.min(wish.px, 20) }, room);
  const more = lineOf(grid.messagePx) + 2;
  return { ...grid, lines: 1, captionHeight: grid.captionHeight + more, tileHeight: grid.tileHeight + more, scrolls: true };
}

/* As many of the smallest tiles as there is room for; the rest are on other pages. */
function fullest(wish: Wish, room: Room): Grid {
  const tileWidth = minWidth(wish.px);
  const columns = Math.max(1, Math.floor((room.width + GAP) / (tileWidth + GAP)));
  const one = laid(columns, 1, tileWidth, wish, room);
  const rows = Math.max(1, Math.floor((room.height + GAP) / (one.tileHeight + GAP)));
  return fixedGrid(columns, rows, wish, room);
}

/* A little of the width is given for room under the names, and for rows that are full. */
const GIVEN = 0.9;

function bestGrid(tiles: number, room: Room, wish: Wish): Grid | null {
  const least = minWidth(wish.px);
  const all: Grid[] = [];
  for (let columns = 1; columns <= Math.max(1, tiles); columns += 1) {
    const rows = Math.max(1, Math.ceil(tiles / columns));
    const tileWidth = widestTile(columns, rows, wish, room, least);
    if (tileWidth > 0) all.push(roomier(laid(columns, rows, tileWidth, wish, room), room));
  }
  const widest = Math.max(...all.map((grid) => grid.tileWidth));
  const worth = (grid: Grid): number => grid.lines * 10 - (grid.perPage - tiles) / Math.max(1, tiles) + grid.tileWidth / widest;
  return all.filter((grid) => grid.tileWidth >= GIVEN * widest).sort((a, b) => worth(b) - worth(a))[0] ?? null;
}

export function fitGrid(tiles: number, room: Room, wish: Wish): Grid {
  if (room.width < NARROW && tiles > 4) return scrolling(tiles, wish, room);
  if (wish.columns && wish.rows) return fixedGrid(wish.columns, wish.rows, wish, room);
  return bestGrid(tiles, room, wish) ?? fullest(wish, room);
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

/* Whether a caption has room for the age of the picture beside a name of eight characters. */
export const hasRoomForAge = (grid: Grid): boolean => grid.tileWidth >= Math.round(grid.px * 5.3) + 10 + grid.messagePx * 3;
