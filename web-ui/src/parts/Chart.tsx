/* A chart over time. uPlot is loaded when the first one is shown; what it shows stands as words beside it, and as a table on demand. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { chartSummary, quantityText } from "../model/chart-spec";
import { momentText } from "../model/time-text";
import { ChartTable } from "./ChartTable";
import type { Drawing, Drawn } from "./chart-drawing";

export type ChartProps = Omit<Drawing, "onCursor"> & { step: number };

/* "2026-11-26 10:39:08: 8.02 Mb/s (7.98 to 8.11)" */
function atCursor({ spec, tracks, zone }: ChartProps, index: number): string {
  const at = tracks.times[index];
  if (at === undefined) return "";
  const values = tracks.tracks.map((track) => {
    const name = tracks.tracks.length > 1 ? `${track.name} ` : "";
    const mean = spec.kind === "bars" ? track.max[index] : track.mean[index];
    if (mean === null || mean === undefined) return `${name}–`;
    const range = spec.kind === "band" && track.min[index] !== track.max[index] ? ` (${quantityText(track.min[index], spec)} to ${quantityText(track.max[index], spec)})` : "";
    return `${name}${quantityText(mean, spec)}${range}`;
  });
  return `${momentText(at, zone).slice(5)}: ${values.join(", ")}`;
}

export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const cursor = useSignal<number | null>(null);
  const drawing: Drawing = { ...props, onCursor: (index) => (cursor.value = index) };
  const latest = useRef(drawing);
  latest.current = drawing;
  useEffect(() => {
    let gone = false;
    void import("./chart-drawing").then(({ drawChart }) => {
      if (gone || !box.current) return;
      drawn.current = drawChart(box.current, latest.current);
    });
    return () => {
      gone = true;
      drawn.current?.close();
      drawn.current = null;
    };
  }, []);
  useEffect(() => drawn.current?.update(drawing), [props.tracks, props.bounds.from, props.bounds.to, props.spans, props.thresholds, props.crossings, props.zone]);
  const { spec } = props;
  return (
    <figure class="chart" data-chart={spec.key}>
      <figcaption>
        <b>{spec.title}</b> <span>{cursor.value === null ? chartSummary(spec, props.tracks, props.step) : atCursor(props, cursor.value)}</span>
      </figcaption>
      <div ref={box} aria-hidden="true" />
      <ChartTable spec={spec} tracks={props.tracks} zone={props.zone} />
    </figure>
  );
}
