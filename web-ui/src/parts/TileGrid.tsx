/* Tiles over their canvas, laid out for the room there is. */
import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isTrusted } from "../model/connection";
import { type Grid, type Room, type Wish, fitGrid, gridHeight, hasRoomForAge } from "../model/grid";
import { pagesOf } from "../model/paging";
import { paintsOf } from "../model/theme";
import { Painter } from "../live/painter";
import { PictureLoop, firstPictures } from "../live/pictures";
import { channelIds, loaded, phase } from "../live/state";
import { onLevels } from "../live/stream";
import { theme } from "../live/theme";
import { Tile } from "./Tile";
import { watchPointing } from "./TileDetail";

declare global {
  interface Window {
    /* What the canvas has drawn since the page was opened; for benchmarks and the curious. */
    gantryPainted?: Readonly<Painter["counters"]>;
  }
}

const EDGE = 5; /* as the stylesheet has it: room for the borders of alarmed tiles */

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
function usePainting(canvas: { current: HTMLCanvasElement | null }, counted: boolean): { current: Painting | null } {
  const painting = useRef<Painting | null>(null);
  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const made = new Painter(canvas.current);
    const loop = new PictureLoop(made);
    const ends = [
      onLevels((levels) => {
        if (!document.hidden) made.showLevels(levels);
      }),
      phase.subscribe((current) => {
        if (!isTrusted(current)) made.silence();
      }),
      theme.subscribe((current) => made.paint(paintsOf(current))),
    ];
    painting.current = { painter: made, loop };
    if (counted) window.gantryPainted = made.counters;
    return () => {
      loop.stop();
      ends.forEach((end) => end());
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
  set("--px", grid.px);
  set("--message-px", grid.messagePx);
  set("--gap", grid.gap);
  set("--left", grid.left);
  tiles.style.height = `${gridHeight(grid)}px`;
  tiles.dataset["lines"] = String(grid.lines);
  tiles.dataset["ages"] = hasRoomForAge(grid) ? "all" : "late";
}

interface Props {
  ids: readonly string[];
  wish: Wish;
  label: string;
  page?: Signal<number> | { value: number }; /* which of the pages is shown, where there are several */
  onPages?: (pages: string[][]) => void; /* said when they change */
}

export function TileGrid({ ids, wish, label, page, onPages }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const tiles = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(box);
  const painting = usePainting(canvas, onPages !== undefined);
  const roving = useSignal("");
  const shownAt = useCallback((id: string) => (firstPictures.value >= 0 ? (painting.current?.painter.shownAt(id) ?? null) : null), [painting]);
  const grid = room.width > 0 ? fitGrid(ids.length, room, wish) : null;
  const pages = grid ? (grid.scrolls ? [[...ids]] : pagesOf(ids, grid.perPage)) : [];
  const shown = pages[Math.min(page?.value ?? 0, pages.length - 1)] ?? [];
  const key = shown.join(" ");
  useLayoutEffect(() => onPages?.(pages), [pages.length, ids, grid?.perPage]);
  useLayoutEffect(() => {
    if (!tiles.current || !painting.current || !grid || shown.length === 0) return;
    applyGrid(tiles.current, grid);
    roving.value = shown[0] ?? "";
    painting.current.painter.lay(grid, shown, room.width);
    painting.current.loop.want(shown.length === channelIds.peek().length ? null : shown);
    if (loaded.value) painting.current.loop.start();
  }, [room, key, wish.px, wish.columns, wish.rows, loaded.value]);
  const onFocus = (event: FocusEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset["id"] : undefined;
    if (id) roving.value = id;
  };
  useLayoutEffect(() => (tiles.current ? watchPointing(tiles.current) : undefined), []);
  return (
    <div class="wall" ref={box}>
      <div class="tiles" ref={tiles} onFocusIn={onFocus}>
        <canvas ref={canvas} aria-hidden="true" />
        <nav class="links" aria-label={label}>
          {shown.map((id) => (
            <Tile key={loaded.value ? id : `before ${id}`} id={id} shownAt={shownAt} roving={roving} />
          ))}
        </nav>
      </div>
    </div>
  );
}
