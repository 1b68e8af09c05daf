/* Channels in trouble, large: beside the tiles, or as the whole wall. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { type Boxed, inBox, penaltyBox } from "../model/penalty";
import { allChannels, loaded, now } from "../live/state";
import { wallAlarms, wallIds } from "../live/wall";
import { TileGrid } from "./TileGrid";

const MOST_BESIDE = 4;

function Calm() {
  return (
    <p class="calm-box">
      <b>No channel is in trouble</b>
      {wallIds.value.length} of {allChannels.value.length} channels are on this wall
    </p>
  );
}

/* @whole: it is the wall. */
export function PenaltyBox({ whole, px }: { whole: boolean; px: number }) {
  const boxed = useSignal<readonly Boxed[]>([]);
  useSignalEffect(() => {
    const next = penaltyBox(boxed.peek(), wallAlarms.value, now.value);
    const same = next.length === boxed.peek().length && next.every((one, i) => one.id === boxed.peek()[i]?.id && one.left === boxed.peek()[i]?.left);
    if (!same) boxed.value = next;
  });
  const ids = useComputed(() => inBox(boxed.value, whole ? 400 : MOST_BESIDE).join(" "));
  const shown = ids.value === "" ? [] : ids.value.split(" ");
  const more = boxed.value.length - shown.length;
  const wish = whole ? { px } : { px, columns: 1, rows: MOST_BESIDE };
  return (
    <section class={whole ? "penalty whole" : "penalty"} aria-label="Channels in trouble">
      {loaded.value && (shown.length === 0 ? <Calm /> : <TileGrid ids={shown} wish={wish} label="Channels in trouble" />)}
      {more > 0 && <p class="more-boxed">{more} more</p>}
    </section>
  );
}
