/* What a chart looks like: uPlot with our colours, UTC and 24 h; gaps in the data stay gaps. */
import uPlot from "uplot";
import { clockTime } from "../model/format";
import type { ChartProps } from "./Chart";

const HEIGHT = 170;
const LINE = "#a3acb5";
const BAND = "rgba(163, 172, 181, 0.22)";
const BAR = "#ff9f1a";
const GRID = { stroke: "#23282d", width: 1 };
const AXIS = { stroke: "#87919b", grid: GRID, ticks: GRID, font: "11px Inter, system-ui, sans-serif" };

export interface Drawn {
  update: (props: ChartProps) => void;
  close: () => void;
}

function seriesOf(kind: ChartProps["kind"], unit: string): uPlot.Series[] {
  const value = (_: uPlot, v: number | null) => (v === null ? "–" : `${v.toFixed(kind === "band" ? 2 : 0)} ${unit}`);
  if (kind === "bars") {
    const bars = uPlot.paths.bars?.({ size: [1, 6, 1] });
    return [{ label: "most in one interval", show: true, value, stroke: BAR, fill: BAR, points: { show: false }, ...(bars ? { paths: bars } : {}) }];
  }
  return [
    { label: "min", value, stroke: "transparent", points: { show: false } },
    { label: "max", value, stroke: "transparent", points: { show: false } },
    { label: "mean", value, stroke: LINE, width: 1.5, points: { show: false } },
  ];
}

function dataOf({ kind, columns }: ChartProps): uPlot.AlignedData {
  const [t, min, max, mean] = columns;
  return kind === "bars" ? [t, max] : [t, min, max, mean];
}

function optionsOf(props: ChartProps, width: number): uPlot.Options {
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { sync: { key: "channel" }, y: false, points: { show: false } },
    legend: { live: true },
    scales: {
      x: { range: () => [props.from, props.to] },
      y: { range: (_, min, max) => (min === null || max === null ? [0, 1] : [0, Math.max(max * 1.15, 1)]) },
    },
    axes: [
      { ...AXIS, values: (_, ticks) => ticks.map((t) => clockTime(t * 1000).slice(0, props.to - props.from > 900 ? 5 : 8)), space: 80 },
      { ...AXIS, size: 52 },
    ],
    series: [{ label: "UTC", value: (_, t) => (t === null ? "–" : clockTime(t * 1000)) }, ...seriesOf(props.kind, props.unit)],
    ...(props.kind === "band" ? { bands: [{ series: [2, 1] as [number, number], fill: BAND }] } : {}),
  };
}

export function drawChart(box: HTMLElement, first: ChartProps): Drawn {
  let current = { ...first };
  const plot = new uPlot(optionsOf(current, box.clientWidth), dataOf(current), box);
  const redraw = () => {
    plot.setData(dataOf(current), false);
    plot.setScale("x", { min: current.from, max: current.to });
  };
  plot.scales["x"]!.range = () => [current.from, current.to];
  const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
  observer.observe(box);
  return {
    update(next) {
      current = { ...next };
      redraw();
    },
    close() {
      observer.disconnect();
      plot.destroy();
    },
  };
}
