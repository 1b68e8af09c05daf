/* Tiles fill the room, overlap nobody, and go to other pages rather than become too small to read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Wish, fitGrid, gridHeight, hasRoomForAge, placeOf } from "../src/model/grid";

const AUTO: Wish = { px: 0 };
const FULL_HD = { width: 1886, height: 940 };

test("sixty tiles fit a 1080p wall as ten by six, with a line for what is wrong under each name", () => {
  const grid = fitGrid(60, FULL_HD, AUTO);
  assert.deepEqual([grid.columns, grid.rows, grid.perPage, grid.scrolls], [10, 6, 60, false]);
  assert.ok(grid.lines >= 1);
  assert.ok(hasRoomForAge(grid));
});

test("sixty tiles fit a 1080p wall in size L, with names of eight characters", () => {
  const grid = fitGrid(60, { width: 1886, height: 868 }, { px: 32 });
  assert.deepEqual([grid.columns, grid.rows, grid.px], [10, 6, 32]);
  assert.ok(grid.tileWidth >= 180);
});

test("240 tiles fit a 1080p wall at once, and more go to another page", () => {
  assert.ok(fitGrid(240, FULL_HD, AUTO).perPage >= 240);
  const grid = fitGrid(1000, FULL_HD, AUTO);
  assert.ok(grid.perPage < 1000 && grid.perPage > 240, String(grid.perPage));
  assert.ok(gridHeight(grid) <= FULL_HD.height);
});

test("characters too large for every tile make pages, not smaller characters", () => {
  const grid = fitGrid(60, FULL_HD, { px: 48 });
  assert.ok(grid.perPage < 60);
  assert.equal(grid.px, 48);
});

test("a fixed grid keeps its columns and rows, however few tiles there are", () => {
  const grid = fitGrid(3, FULL_HD, { px: 0, columns: 4, rows: 3 });
  assert.deepEqual([grid.columns, grid.rows, grid.perPage], [4, 3, 12]);
});

test("no room makes tiles stand outside of it", () => {
  for (const tiles of [1, 2, 7, 60, 61, 240]) {
    for (const [width, height] of [[1886, 940], [1340, 630], [2500, 1300], [3800, 2000], [900, 900]] as const) {
      for (const px of [0, 16, 24]) {
        const grid = fitGrid(tiles, { width, height }, { px });
        const last = placeOf(grid, Math.min(tiles, grid.perPage) - 1);
        assert.ok(last.x + grid.tileWidth <= width, `${tiles} of ${px} px in ${width}x${height}`);
        assert.ok(gridHeight(grid) <= height, `${tiles} of ${px} px in ${width}x${height}`);
      }
    }
  }
});

test("a telephone scrolls, two tiles side by side", () => {
  const grid = fitGrid(60, { width: 380, height: 600 }, AUTO);
  assert.deepEqual([grid.scrolls, grid.columns], [true, 2]);
});

test("pictures keep 16 to 9 beside their audio bars", () => {
  const grid = fitGrid(60, FULL_HD, AUTO);
  assert.ok(Math.abs(grid.pictureWidth / grid.pictureHeight - 16 / 9) < 0.02);
  assert.equal(grid.pictureWidth + grid.barsWidth, grid.tileWidth);
});
