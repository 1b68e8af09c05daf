/* All charts of a channel over one time, with one cursor; alarms and limits drawn into them. */
import { useMemo } from "preact/hooks";
import { CHARTS, METRICS } from "../model/chart-spec";
import { type Span, marksOf } from "../model/event-lane";
import { tracksOf } from "../model/series";
import { type TimeRange, boundsOf } from "../model/time-range";
import type { Zone } from "../model/time-text";
import type { ChannelDetail, Note } from "../model/types";
import { usePolled } from "../live/polling";
import { nowSeconds, useSeries } from "../live/series-poll";
import { now } from "../live/state";
import { Chart } from "./Chart";
import { EventLane } from "./EventLane";
import { setRange } from "./TimeRangeBar";

const NOTES_MS = 5000;

export interface OverviewProps {
  id: string;
  channel: ChannelDetail | null;
  range: TimeRange;
  zone: Zone;
  spans: readonly Span[];
}

export function OverviewCharts({ id, channel, range, zone, spans }: OverviewProps) {
  const polled = useSeries(id, METRICS, range);
  const notes = usePolled<{ items: Note[] }>(() => `/channels/${id}/notes?limit=200`, id, NOTES_MS);
  const bounds = range.live ? boundsOf(range, now.value / 1000) : boundsOf(range, nowSeconds());
  const tracks = useMemo(() => CHARTS.map((spec) => tracksOf(polled.metrics, spec.metrics, spec.scale)), [polled.metrics]);
  const thresholds = useMemo(() => CHARTS.map((spec) => spec.thresholds(channel)), [channel?.profile, channel?.bitrate_median_bps, channel === null]);
  const loading = polled.step === 0 && !polled.failure;
  return (
    <section class={polled.failure ? "overview greyed" : "overview"}>
      {polled.failure && <p class="failure">{polled.failure}</p>}
      {loading && <p class="quiet">Loading</p>}
      <EventLane spans={spans} marks={marksOf(notes.data?.items ?? [], bounds)} bounds={bounds} zone={zone} />
      <div class="chart-grid">
        {CHARTS.map((spec, i) => (
          <Chart
            key={spec.key}
            spec={spec}
            tracks={tracks[i] ?? { times: [], tracks: [] }}
            bounds={bounds}
            thresholds={thresholds[i] ?? []}
            spans={spans}
            zone={zone}
            group={`channel ${id}`}
            step={polled.step}
            onSelect={({ from, to }) => setRange({ live: false, from, to })}
          />
        ))}
      </div>
    </section>
  );
}
