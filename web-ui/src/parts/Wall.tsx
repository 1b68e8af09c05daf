/* The tiles over their canvas, laid out for the room there is. */
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isTrusted } from "../model/connection";
import { type Grid, captionLines, fitGrid, gridHeight, sizeOf } from "../model/grid";
import { Painter } from "../live/painter";
import { PictureLoop, firstPictures } from "../live/pictures";
import { phase } from "../live/state";
import { onLevels } from "../live/stream";
import { Tile } from "./Tile";

declare global {
  interface Window {
    /* What the canvas has drawn since the page was opened; for benchmarks and the curious. */
    gantryPainted?: Readonly<Painter["counters"]>;
  }
}

const EDGE = 5; /* as the stylesheet has it: room for the borders of alarmed tiles */

interface Room {
  width: number;
  height: number;
}

function useRoom(element: { current: HTMLElement | null }): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    const measure = () => setRoom({ width: box.clientWidth - 2 * EDGE, height: box.clientHeight - 2 * EDGE });
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return room;
}

interface Painting {
  painter: Painter;
  loop: PictureLoop;
}

/* Lives as long as the canvas; pictures and levels reach it without a render. */
function usePainting(canvas: { current: HTMLCanvasElement | null }): { current: Painting | null } {
  const painting = useRef<Painting | null>(null);
  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const made = new Painter(canvas.current);
    const loop = new PictureLoop(made);
    const deaf = onLevels((levels) => {
      if (!document.hidden) made.showLevels(levels);
    });
    const unwatch = phase.subscribe((current) => {
      if (!isTrusted(current)) made.silence();
    });
    painting.current = { painter: made, loop };
    window.gantryPainted = made.counters;
    return () => {
      loop.stop();
      deaf();
      unwatch();
      made.close();
      painting.current = null;
    };
  }, [canvas]);
  return painting;
}

function applyGrid(tiles: HTMLElement, grid: Grid): void {
  const set = (name: string, px: number) => tiles.style.setProperty(name, `${px}px`);
  tiles.style.setProperty("--columns", String(grid.columns));
  set("--tile-width", grid.tileWidth);
  set("--tile-height", grid.tileHeight);
  set("--picture-width", grid.pictureWidth);
  set("--picture-height", grid.pictureHeight);
  set("--caption-height", grid.captionHeight);
  set("--gap", grid.gap);
  set("--left", grid.left);
  tiles.style.height = `${gridHeight(grid)}px`;
  tiles.dataset["size"] = sizeOf(grid.tileWidth);
  tiles.dataset["lines"] = String(captionLines(grid));
}

export function Wall({ ids }: { ids: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null);
  const tiles = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(box);
  const painting = usePainting(canvas);
  const shownAt = useCallback((id: string) => (firstPictures.value >= 0 ? (painting.current?.painter.shownAt(id) ?? null) : null), [painting]);
  const key = ids.join(" ");
  useLayoutEffect(() => {
    if (!tiles.current || room.width === 0 || ids.length === 0) return;
    const grid = fitGrid(ids.length, room.width, room.height);
    applyGrid(tiles.current, grid);
    painting.current?.painter.lay(grid, ids, room.width);
    painting.current?.loop.start();
  }, [room, key]);
  return (
    <div class="wall" ref={box}>
      <div class="tiles" ref={tiles}>
        <canvas ref={canvas} aria-hidden="true" />
        <div class="links">
          {ids.map((id) => (
            <Tile key={id} id={id} shownAt={shownAt} />
          ))}
        </div>
      </div>
    </div>
  );
}
