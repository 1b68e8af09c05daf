/* The figure that says most about an alarm, from ten minutes before it was raised to ten minutes after. */
import { useMemo } from "preact/hooks";
import { channelOf } from "../model/alarm-list";
import { CHARTS } from "../model/chart-spec";
import { spansOf } from "../model/event-lane";
import { instant } from "../model/format";
import { tracksOf } from "../model/series";
import { metricOf } from "../model/story";
import { iso } from "../model/time-range";
import { UTC } from "../model/time-text";
import type { Alarm, SeriesData } from "../model/types";
import { usePolled } from "../live/polling";
import { now } from "../live/state";
import { Chart } from "./Chart";

const AROUND_S = 600;
const AGAIN_MS = 10_000;

export function AlarmChart({ alarm }: { alarm: Alarm }) {
  const raised = (instant(alarm.raised_at) ?? 0) / 1000;
  const metric = metricOf(alarm.type);
  const spec = CHARTS.find(({ metrics }) => metrics.some((one) => one.metric === metric)) ?? CHARTS[0];
  const bounds = { from: raised - AROUND_S, to: raised + AROUND_S };
  const names = (spec?.metrics ?? []).map((one) => one.metric).join(",");
  const path = () => `/channels/${channelOf(alarm)}/series?metrics=${names}&from=${iso(bounds.from)}&to=${iso(bounds.to)}`;
  const polled = usePolled<{ step_seconds: number; metrics: Record<string, SeriesData> }>(path, `${alarm.id} ${names}`, AGAIN_MS);
  const tracks = useMemo(() => (spec && polled.data ? tracksOf(polled.data.metrics, spec.metrics, spec.scale) : null), [polled.data, spec]);
  if (!spec || !tracks || !polled.data) return <p class="quiet">{polled.failure || "Loading"}</p>;
  const spans = spansOf([alarm], bounds, now.value / 1000);
  return <Chart spec={spec} tracks={tracks} bounds={bounds} thresholds={[]} spans={spans} zone={UTC} group={`alarm ${alarm.id}`} step={polled.data.step_seconds} onSelect={() => undefined} />;
}
