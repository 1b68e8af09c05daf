/* The figures of a chart as a table, for those who do not see it, and for copying. At most 60 rows: neighbours are put together. */
import { useSignal } from "@preact/signals";
import type { ChartSpec } from "../model/chart-spec";
import type { Track, Tracks } from "../model/series";
import { type Zone, momentText } from "../model/time-text";

const ROWS = 60;

interface Cell {
  min: number | null;
  max: number | null;
}

function extremes(track: Track, from: number, to: number): Cell {
  const of = (column: readonly (number | null)[], pick: (...values: number[]) => number) => {
    const known = column.slice(from, to).filter((value): value is number => value !== null);
    return known.length === 0 ? null : pick(...known);
  };
  return { min: of(track.min, Math.min), max: of(track.max, Math.max) };
}

function Rows({ spec, tracks, zone }: { spec: ChartSpec; tracks: Tracks; zone: Zone }) {
  const size = Math.max(1, Math.ceil(tracks.times.length / ROWS));
  const text = (value: number | null) => (value === null ? "–" : value.toFixed(spec.digits).replace("-", "\u2212"));
  const starts = tracks.times.filter((_, i) => i % size === 0);
  return (
    <table>
      <caption>
        {spec.title}, {spec.unit}
      </caption>
      <thead>
        <tr>
          <th scope="col">From, {zone.label}</th>
          {tracks.tracks.map(({ name }) => (
            <th key={name} scope="col" class="number">
              {name}, least to most
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {starts.map((at, row) => (
          <tr key={at}>
            <th scope="row">{momentText(at, zone)}</th>
            {tracks.tracks.map((track) => {
              const { min, max } = extremes(track, row * size, (row + 1) * size);
              return (
                <td key={track.name} class="number">
                  {min === null ? "not measured" : `${text(min)} to ${text(max)}`}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ChartTable(props: { spec: ChartSpec; tracks: Tracks; zone: Zone }) {
  const open = useSignal(false);
  return (
    <details class="chart-table" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        Table<span class="unseen"> of {props.spec.title}</span>
      </summary>
      {open.value && (
        <div class="table" tabIndex={0} role="region" aria-label={`${props.spec.title} as a table`}>
          <Rows {...props} />
        </div>
      )}
    </details>
  );
}
