/* One channel on the wall: a link whose text lies over and under its place on the canvas. */
import { type ReadonlySignal, type Signal, useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { saidOf } from "../model/alarm-list";
import { type Look, tileView } from "../model/tile";
import type { Channel, Severity } from "../model/types";
import { namesBefore } from "../live/names";
import { channelSignal, now, recoveredAt, said } from "../live/state";
import { LookIcon } from "./LookIcon";

type ShownAt = (id: string) => number | null;

interface Props {
  id: string;
  shownAt: ShownAt;
  roving: ReadonlySignal<string>; /* the tile that the tabulator reaches */
}

export function Tile({ id, shownAt, roving }: Props) {
  const channel = useMemo(() => channelSignal(id), [id]);
  return channel ? <KnownTile id={id} channel={channel} shownAt={shownAt} roving={roving} /> : <LoadingTile id={id} />;
}

/* The place of a channel that was there the last time: its name, and nothing that could be taken for a figure. */
function LoadingTile({ id }: { id: string }) {
  const before = namesBefore.find((one) => one.id === id);
  return (
    <span class="tile" data-look="loading" data-severity="cleared">
      <span class="picture" />
      <span class="caption">
        <span class="name">
          <b>{before?.short_name || before?.name || id}</b>
        </span>
      </span>
    </span>
  );
}

function KnownTile({ id, channel, shownAt, roving }: Props & { channel: Signal<Channel> }) {
  const view = useComputed(() => tileView(channel.value, saidOf(said.value, id), { now: now.value, recoveredAt: recoveredAt(id), shownAt: shownAt(id) }));
  const look = useComputed(() => view.value.look);
  const severity = useComputed(() => view.value.severity);
  const picture = useComputed(() => (view.value.pictureStale ? "stale" : view.value.pictureLate ? "late" : view.value.pictureAge ? "live" : "none"));
  const message = useComputed(() => view.value.message);
  const age = useComputed(() => view.value.pictureAge);
  const card = useComputed(() => view.value.card);
  const hatched = useComputed(() => (view.value.hatched ? "yes" : "no"));
  const name = useComputed(() => channel.value.short_name || channel.value.name);
  const tabIndex = useComputed(() => (roving.value === id ? 0 : -1));
  return (
    <a class="tile" href={`/channels/${id}`} tabIndex={tabIndex} data-id={id} data-look={look} data-severity={severity} data-picture={picture} data-hatched={hatched}>
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

function Icon({ look, severity }: { look: { value: Look }; severity: { value: Severity } }) {
  return <LookIcon look={look.value} severity={severity.value} />;
}
