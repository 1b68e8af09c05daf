/* The channel's latest picture, 320 wide, asked for once a second; an old one says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { saidOf } from "../model/alarm-list";
import { isTrusted } from "../model/connection";
import { instant } from "../model/format";
import { tileView } from "../model/tile";
import type { Channel } from "../model/types";
import { PATIENCE_MS } from "../live/api";
import { repeat } from "../live/polling";
import { now, phase, said } from "../live/state";

const PERIOD_MS = 1000;

interface Shown {
  tag: string;
  capturedAt: number | null; /* ms */
}

const NOTHING: Shown = { tag: "", capturedAt: null };

/* Replaces the picture only when the next one is complete, so that nothing flickers. */
async function fetchInto(image: HTMLImageElement, id: string, before: Shown): Promise<Shown> {
  const headers: HeadersInit = before.tag ? { "If-None-Match": before.tag } : {};
  const reply = await fetch(`/api/v1/channels/${id}/thumb.jpg?w=320`, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!reply.ok) return before;
  const address = URL.createObjectURL(await reply.blob());
  const old = image.src;
  image.src = address;
  await image.decode().catch(() => undefined);
  if (old.startsWith("blob:")) URL.revokeObjectURL(old);
  return { tag: reply.headers.get("ETag") ?? "", capturedAt: instant(reply.headers.get("X-Captured-At")) };
}

export function LivePicture({ channel }: { channel: Channel }) {
  const image = useRef<HTMLImageElement>(null);
  const [shown, setShown] = useState(NOTHING);
  const { id } = channel;
  useEffect(() => {
    let current = NOTHING;
    let gone = false;
    const turn = async () => {
      if (!image.current || document.hidden || !isTrusted(phase.peek())) return;
      const next = await fetchInto(image.current, id, current).catch(() => current);
      if (next !== current && !gone) setShown(next);
      current = next;
    };
    const stop = repeat(turn, PERIOD_MS);
    return () => {
      gone = true;
      stop();
      if (image.current?.src.startsWith("blob:")) URL.revokeObjectURL(image.current.src);
    };
  }, [id]);
  const view = tileView(channel, saidOf(said.value, channel.id), { now: now.value, recoveredAt: null, shownAt: shown.capturedAt });
  return (
    <figure class="live-picture" data-picture={view.pictureStale ? "stale" : shown.capturedAt !== null ? "live" : "none"}>
      <img ref={image} alt={`Latest picture of ${channel.name}`} width="320" height="180" />
      <figcaption>{view.pictureAge ? `Picture ${view.pictureAge} old${view.pictureStale ? ": stale" : ""}` : view.card}</figcaption>
    </figure>
  );
}
