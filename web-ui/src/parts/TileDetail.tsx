/* What else is known of the tile that is pointed at or focused: it stays while the pointer is on it, and goes by Escape. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { saidOf } from "../model/alarm-list";
import { instant } from "../model/format";
import { tileDetail, tileView } from "../model/tile";
import { channelSignal, now, recoveredAt, said } from "../live/state";

const AFTER_MS = 500;
const LEAVE_MS = 150;

interface Pointed {
  id: string;
  tile: HTMLElement;
}

const pointed = signal<Pointed | null>(null);
let timer = 0;

function later(what: Pointed | null, afterMs: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => (pointed.value = what), afterMs);
}

/* Whether something was shown, which now is not. */
export function closeDetail(): boolean {
  const was = pointed.peek() !== null;
  clearTimeout(timer);
  pointed.value = null;
  return was;
}

const tileOf = (event: Event): Pointed | null => {
  const tile = event.target instanceof Element ? event.target.closest<HTMLElement>(".tile[data-id]") : null;
  return tile ? { id: tile.dataset["id"] ?? "", tile } : null;
};

/* Follows pointer and focus over @tiles. Returns how to stop. */
export function watchPointing(tiles: HTMLElement): () => void {
  const over = (event: PointerEvent) => event.pointerType !== "touch" && later(tileOf(event), AFTER_MS);
  const out = () => later(null, LEAVE_MS);
  const focus = (event: FocusEvent) => {
    const at = tileOf(event);
    if (at?.tile.matches(":focus-visible")) later(at, AFTER_MS);
  };
  tiles.addEventListener("pointerover", over);
  tiles.addEventListener("pointerleave", out);
  tiles.addEventListener("focusin", focus);
  tiles.addEventListener("focusout", out);
  return () => {
    closeDetail();
    tiles.removeEventListener("pointerover", over);
    tiles.removeEventListener("pointerleave", out);
    tiles.removeEventListener("focusin", focus);
    tiles.removeEventListener("focusout", out);
  };
}

/* Beside the tile, where the window has room. */
function place(panel: HTMLElement, tile: HTMLElement): void {
  const at = tile.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const right = at.right + 6 + width <= innerWidth;
  panel.style.left = `${right ? at.right + 6 : Math.max(0, at.left - 6 - width)}px`;
  panel.style.top = `${Math.max(0, Math.min(at.top, innerHeight - height - 8))}px`;
}

function Panel({ id, tile }: Pointed) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (panel.current) place(panel.current, tile);
  }, [tile]);
  const channel = channelSignal(id)?.value;
  if (!channel) return null;
  const shownAt = instant(channel.thumbnail?.captured_at);
  const view = tileView(channel, saidOf(said.value, id), { now: now.value, recoveredAt: recoveredAt(id), shownAt });
  return (
    <div class="tile-detail" ref={panel} role="tooltip" onPointerEnter={() => clearTimeout(timer)} onPointerLeave={() => later(null, LEAVE_MS)}>
      <b>{channel.name}</b> <small>{channel.group}</small>
      <dl>
        {tileDetail(channel, view, now.value).map(([what, text]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function TileDetail() {
  const at = pointed.value;
  return at ? <Panel key={at.id} {...at} /> : null;
}
