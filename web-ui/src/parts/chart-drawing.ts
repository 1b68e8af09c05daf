/* What a chart looks like: uPlot in the theme's colours, with our own axes; gaps in the data stay gaps. */
import uPlot from "uplot";
import type { ChartSpec, Threshold } from "../model/chart-spec";
import type { Crossing } from "../model/crossings";
import type { Span } from "../model/event-lane";
import type { Column, Tracks } from "../model/series";
import type { Bounds } from "../model/time-range";
import { type Zone, tickTexts } from "../model/time-text";

export interface Drawing {
  spec: ChartSpec;
  tracks: Tracks;
  bounds: Bounds;
  thresholds: readonly Threshold[];
  crossings?: readonly Crossing[]; /* where the limits were crossed */
  spans: readonly Span[]; /* of alarms */
  zone: Zone;
  group: string; /* charts of one group share their cursor */
  onCursor: (index: number | null) => void;
  onSelect: (bounds: Bounds) => void;
}

export interface Drawn {
  update: (next: Drawing) => void;
  close: () => void;
}

const HEIGHT = 150;
const LEAST_PIXELS = 8; /* of a selection; less is a click */
const DASHES = [[], [6, 3], [2, 3]];
const CROSSING_PX = 6; /* half of a mark */
const ROOM = 0.12; /* above and below what is drawn */

type Colours = Record<"text" | "dim" | "line" | "ground" | "soft" | "critical" | "major" | "minor" | "warning", string>;

function coloursOf(box: Element): Colours {
  const style = getComputedStyle(box);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read("text"), dim: read("dim"), line: read("line"), ground: read("ground"), soft: read("soft"),
    critical: read("critical"), major: read("major"), minor: read("minor"), warning: read("warning"),
  };
}

/* Data that stands still would have no height; thresholds far from the data do not flatten it. */
function rangeOf({ spec, thresholds }: Drawing, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const low = spec.fromZero ? 0 : min;
  const least = 5 * 10 ** -spec.digits; /* what is shown as the same is drawn as the same */
  const span = Math.max(max - low, least);
  const near = thresholds.map(({ at }) => at).filter((at) => at <= max + span * 2 && at >= low - span * 2);
  const top = Math.max(max, ...near);
  const bottom = Math.min(low, ...near);
  const room = Math.max((top - bottom) * ROOM, (least - (top - bottom)) / 2);
  return [spec.fromZero && bottom >= 0 ? 0 : bottom - room, top + room];
}

function seriesOf(spec: ChartSpec, colours: () => Colours): uPlot.Series[] {
  const plain = { points: { show: false } };
  if (spec.kind === "bars") {
    const bars = uPlot.paths.bars?.({ size: [1, 8, 2] });
    return [{ ...plain, stroke: () => colours().major, fill: () => colours().major, ...(bars ? { paths: bars } : {}) }];
  }
  if (spec.kind === "lines") return spec.metrics.map((_, i) => ({ ...plain, stroke: () => (i === 0 ? colours().soft : colours().text), width: i === 1 ? 2 : 1.2, dash: DASHES[i] ?? [] }));
  return [
    { ...plain, stroke: "transparent" },
    { ...plain, stroke: "transparent" },
    { ...plain, stroke: () => colours().text, width: 1.4 },
  ];
}

function dataOf({ spec, tracks }: Drawing): uPlot.AlignedData {
  const [first] = tracks.tracks;
  const none: Column = tracks.times.map(() => null);
  if (spec.kind === "bars") return [tracks.times, first?.max ?? none];
  if (spec.kind === "lines") return [tracks.times, ...spec.metrics.map((_, i) => tracks.tracks[i]?.mean ?? none)];
  return [tracks.times, first?.min ?? none, first?.max ?? none, first?.mean ?? none];
}

function clip(plot: uPlot, draw: (context: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/* Alarms lie under the data: a shade in their colour, and a solid edge where they began. */
function drawSpans(plot: uPlot, spans: readonly Span[], colours: Colours): void {
  clip(plot, (context) => {
    for (const span of spans) {
      const from = plot.valToPos(span.from, "x", true);
      const to = plot.valToPos(span.to, "x", true);
      const colour = span.severity === "cleared" || span.severity === "indeterminate" ? colours.dim : colours[span.severity];
      context.globalAlpha = 0.16;
      context.fillStyle = colour;
      context.fillRect(from, plot.bbox.top, Math.max(to - from, 2), plot.bbox.height);
      context.globalAlpha = 0.9;
      context.fillRect(from, plot.bbox.top, 2, plot.bbox.height);
    }
  });
}

function drawThresholds(plot: uPlot, thresholds: readonly Threshold[], colours: Colours): void {
  const { left, width } = plot.bbox;
  const unit = devicePixelRatio;
  clip(plot, (context) => {
    context.strokeStyle = colours.major;
    context.fillStyle = colours.soft;
    context.lineWidth = unit;
    context.setLineDash([5 * unit, 4 * unit]);
    context.font = `${11 * unit}px Inter, system-ui, sans-serif`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    for (const { at, name } of thresholds) {
      const y = plot.valToPos(at, "y", true);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      context.fillText(name, left + 6 * unit, y - 1 * unit);
    }
  });
}

/* A mark on the limit where it was crossed, and a thin line down to the time. */
function drawCrossings(plot: uPlot, crossings: readonly Crossing[], colours: Colours): void {
  const { top, height } = plot.bbox;
  const size = CROSSING_PX * devicePixelRatio;
  clip(plot, (context) => {
    context.fillStyle = colours.text;
    context.strokeStyle = colours.soft;
    context.lineWidth = devicePixelRatio;
    for (const { at, threshold, way } of crossings) {
      const x = plot.valToPos(at, "x", true);
      const y = Math.min(Math.max(plot.valToPos(threshold.at, "y", true), top + size), top + height - size);
      const tip = way === "above" ? -size : size;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x, top + height);
      context.stroke();
      context.beginPath();
      context.moveTo(x, y + tip);
      context.lineTo(x - size, y);
      if (way === "across") context.lineTo(x, y - size);
      context.lineTo(x + size, y);
      context.fill();
    }
  });
}

function axesOf(colours: () => Colours, current: () => Drawing): uPlot.Axis[] {
  const grid = { stroke: () => colours().line, width: 1 };
  const both = { stroke: () => colours().dim, grid, ticks: grid, font: "11px Inter, system-ui, sans-serif" };
  return [
    { ...both, values: (_, ticks) => tickTexts(ticks, current().zone), space: 74, size: 28 },
    { ...both, size: 54, space: 26, values: (_, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(6))).replace("-", "\u2212")) },
  ];
}

export function drawChart(box: HTMLElement, first: Drawing): Drawn {
  let current = first;
  let colours = coloursOf(box);
  const { spec } = first;
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), current.zone.name),
      cursor: { sync: { key: first.group, setSeries: false }, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => null } },
      legend: { show: false },
      scales: { x: { range: () => [current.bounds.from, current.bounds.to] }, y: { range: (_, min, max) => rangeOf(current, min, max) } },
      axes: axesOf(() => colours, () => current),
      series: [{}, ...seriesOf(spec, () => colours)],
      ...(spec.kind === "band" ? { bands: [{ series: [2, 1] as [number, number], fill: () => `color-mix(in srgb, ${colours.soft} 30%, transparent)` }] } : {}),
      hooks: {
        drawClear: [(self) => drawSpans(self, current.spans, colours)],
        draw: [
          (self) => drawThresholds(self, current.thresholds, colours),
          (self) => drawCrossings(self, current.crossings ?? [], colours),
        ],
        setCursor: [(self) => current.onCursor(self.cursor.idx ?? null)],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < LEAST_PIXELS) return;
            const bounds = { from: self.posToVal(left, "x"), to: self.posToVal(left + width, "x") };
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            current.onSelect(bounds);
          },
        ],
      },
    },
    dataOf(current),
    box,
  );
  const redraw = () => {
    colours = coloursOf(box);
    plot.setData(dataOf(current), false);
    plot.setScale("x", { min: current.bounds.from, max: current.bounds.to });
  };
  const sizes = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
  const themes = new MutationObserver(redraw);
  sizes.observe(box);
  themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return {
    update(next) {
      current = next;
      redraw();
    },
    close() {
      sizes.disconnect();
      themes.disconnect();
      plot.destroy();
    },
  };
}
