/* Tiles fill the room, overlap nobody, and scroll rather than become too small to read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitGrid, gridHeight, placeOf } from "../src/model/grid";

test("sixty tiles fit a 1080p wall as ten by six and fill its width", () => {
  const grid = fitGrid(60, 1888, 940);
  assert.deepEqual([grid.columns, grid.rows, grid.scrolls], [10, 6, false]);
  assert.ok(grid.columns * grid.tileWidth + 9 * grid.gap > 1860);
});

test("no room makes tiles stand outside of it", () => {
  for (const tiles of [1, 2, 7, 60, 61]) {
    for (const [width, height] of [[1888, 940], [1340, 630], [2500, 1300], [3800, 2000], [900, 900]] as const) {
      const grid = fitGrid(tiles, width, height);
      const last = placeOf(grid, tiles - 1);
      assert.ok(last.x + grid.tileWidth <= width, `${tiles} in ${width}x${height}`);
      if (!grid.scrolls) assert.ok(gridHeight(grid) <= height, `${tiles} in ${width}x${height}`);
    }
  }
});

test("a telephone scrolls, two tiles side by side", () => {
  const grid = fitGrid(60, 380, 600);
  assert.equal(grid.scrolls, true);
  assert.equal(grid.columns, 2);
});

test("pictures keep 16 to 9 beside their audio bars", () => {
  const grid = fitGrid(60, 1888, 940);
  assert.ok(Math.abs(grid.pictureWidth / grid.pictureHeight - 16 / 9) < 0.02);
  assert.equal(grid.pictureWidth + grid.barsWidth, grid.tileWidth);
});
