/* One channel on the wall: a link whose text lies over and under its place on the canvas. */
import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { tileView } from "../model/tile";
import { channelSignal, now, recoveredAt, top } from "../live/state";
import { LookIcon } from "./LookIcon";

type ShownAt = (id: string) => number | null;

export function Tile({ id, shownAt }: { id: string; shownAt: ShownAt }) {
  const channel = useMemo(() => channelSignal(id), [id]);
  if (!channel) return null;
  return <KnownTile id={id} channel={channel} shownAt={shownAt} />;
}

function KnownTile({ id, channel, shownAt }: { id: string; channel: NonNullable<ReturnType<typeof channelSignal>>; shownAt: ShownAt }) {
  const view = useComputed(() => tileView(channel.value, top.value.get(id), { now: now.value, recoveredAt: recoveredAt(id), shownAt: shownAt(id) }));
  const look = useComputed(() => view.value.look);
  const severity = useComputed(() => view.value.severity);
  const picture = useComputed(() => (view.value.pictureStale ? "stale" : view.value.pictureAge ? "live" : "none"));
  const message = useComputed(() => view.value.message);
  const age = useComputed(() => view.value.pictureAge);
  const card = useComputed(() => view.value.card);
  const hatched = useComputed(() => (view.value.hatched ? "yes" : "no"));
  const name = useComputed(() => channel.value.short_name || channel.value.name);
  const title = useComputed(() => `${channel.value.name}${channel.value.group ? ` · ${channel.value.group}` : ""}`);
  return (
    <a class="tile" href={`/channels/${id}`} title={title} data-id={id} data-look={look} data-severity={severity} data-picture={picture} data-hatched={hatched}>
      <span class="picture">
        <span class="card">{card}</span>
      </span>
      <span class="caption">
        <span class="name">
          <Icon look={look} severity={severity} />
          <b>{name}</b>
          <span class="age">{age}</span>
        </span>
        <span class="message">{message}</span>
      </span>
    </a>
  );
}

type View = ReturnType<typeof tileView>;

function Icon({ look, severity }: { look: { value: View["look"] }; severity: { value: View["severity"] } }) {
  return <LookIcon look={look.value} severity={severity.value} />;
}
