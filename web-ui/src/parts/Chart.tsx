/* A chart over time, UTC. uPlot is loaded when the first one is shown; its summary stands as text beside it. */
import { useEffect, useRef } from "preact/hooks";
import type { Column } from "../model/series";
import type { Drawn } from "./chart-drawing";

export interface ChartProps {
  title: string;
  summary: string;
  kind: "band" | "bars";
  unit: string;
  columns: [number[], Column, Column, Column];
  from: number; /* seconds, both */
  to: number;
}

export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const latest = useRef(props);
  latest.current = props;
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
  useEffect(() => drawn.current?.update(props), [props]);
  return (
    <figure class="chart">
      <figcaption>
        <b>{props.title}</b> <span>{props.summary}</span>
      </figcaption>
      <div ref={box} />
    </figure>
  );
}
