/* The channel's latest picture, 320 wide, asked for once a second; an old one says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isTrusted } from "../model/connection";
import { tileView } from "../model/tile";
import type { Channel } from "../model/types";
import { now, phase } from "../live/state";

const PERIOD_MS = 1000;

/* Replaces the picture only when the next one is complete, so that nothing flickers. */
async function fetchInto(image: HTMLImageElement, id: string, tag: string): Promise<string> {
  const reply = await fetch(`/api/v1/channels/${id}/thumb.jpg?w=320`, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
  if (!reply.ok) return tag;
  const address = URL.createObjectURL(await reply.blob());
  const before = image.src;
  image.src = address;
  await image.decode().catch(() => undefined);
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  return reply.headers.get("ETag") ?? "";
}

export function LivePicture({ channel }: { channel: Channel }) {
  const image = useRef<HTMLImageElement>(null);
  const [shown, setShown] = useState(false);
  const { id } = channel;
  useEffect(() => {
    let tag = "";
    const turn = async () => {
      if (!image.current || document.hidden || !isTrusted(phase.peek())) return;
      const next = await fetchInto(image.current, id, tag).catch(() => tag);
      if (next !== tag) setShown(true);
      tag = next;
    };
    void turn();
    const timer = setInterval(() => void turn(), PERIOD_MS);
    return () => {
      clearInterval(timer);
      if (image.current?.src.startsWith("blob:")) URL.revokeObjectURL(image.current.src);
    };
  }, [id]);
  const view = tileView(channel, undefined, { now: now.value, recoveredAt: null });
  return (
    <figure class="live-picture" data-picture={view.pictureStale ? "stale" : shown ? "live" : "none"}>
      <img ref={image} alt={`Latest picture of ${channel.name}`} width="320" height="180" />
      <figcaption>{view.pictureAge ? `Picture ${view.pictureAge} old${view.pictureStale ? ": stale" : ""}` : "No picture yet"}</figcaption>
    </figure>
  );
}
