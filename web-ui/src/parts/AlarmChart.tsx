/* The figure that says most about an alarm, from ten minutes before it was raised to ten minutes after. */
import { channelOf } from "../model/alarm-list";
import { instant } from "../model/format";
import { chartColumns } from "../model/series";
import { metricOf } from "../model/story";
import type { Alarm, SeriesData } from "../model/types";
import { usePolled } from "../live/polling";
import { Chart } from "./Chart";

const AROUND_MS = 600_000;
const AGAIN_MS = 10_000;
const NAMES: Record<string, { title: string; unit: string; scale: number }> = {
  bitrate: { title: "Bit rate", unit: "Mb/s", scale: 1e-6 },
  luma_mean: { title: "Brightness", unit: "%", scale: 100 },
  loudness_short_term: { title: "Loudness, 3 s", unit: "LUFS", scale: 1 },
  ts_continuity_errors: { title: "Continuity errors", unit: "a second", scale: 1 },
};

export function AlarmChart({ alarm }: { alarm: Alarm }) {
  const channel = channelOf(alarm);
  const raised = instant(alarm.raised_at) ?? 0;
  const metric = metricOf(alarm.type);
  const [from, to] = [raised - AROUND_MS, raised + AROUND_MS];
  const path = () => `/channels/${channel}/series?metrics=${metric}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&max_points=600`;
  const polled = usePolled<{ metrics: Record<string, SeriesData> }>(path, `${alarm.id} ${metric}`, AGAIN_MS);
  const { title = metric, unit = "", scale = 1 } = NAMES[metric] ?? {};
  if (!polled.data) return <p class="quiet">{polled.failure || "Loading"}</p>;
  return (
    <Chart
      title={title}
      summary="10 min before the raise, and after"
      kind={metric === "ts_continuity_errors" ? "bars" : "band"}
      unit={unit}
      columns={chartColumns(polled.data.metrics[metric], scale)}
      from={from / 1000}
      to={to / 1000}
    />
  );
}
