/* The figure that says most about an alarm, from ten minutes before it was raised to ten minutes after; where it crossed the limits
   of the rule that fired is marked, and told in words. */
import { useMemo } from "preact/hooks";
import { channelOf } from "../model/alarm-list";
import { CHARTS } from "../model/chart-spec";
import { type Crossing, crossingText, crossingsOf, ruleLines } from "../model/crossings";
import { spansOf } from "../model/event-lane";
import { clockTime, instant } from "../model/format";
import { tracksOf } from "../model/series";
import { metricOf } from "../model/story";
import { iso } from "../model/time-range";
import { UTC } from "../model/time-text";
import type { Alarm, ChannelDetail, SeriesData } from "../model/types";
import { usePolled } from "../live/polling";
import { now } from "../live/state";
import { Chart } from "./Chart";

const AROUND_S = 600;
const AGAIN_MS = 10_000;
const LIMITS_MS = 300_000;
const DRAWN_FROM = 0.01; /* a limit below is none that has a line of its own */

function Crossings({ crossings, say }: { crossings: readonly Crossing[]; say: (crossing: Crossing) => string }) {
  if (crossings.length === 0) return null;
  return (
    <ul class="crossings" aria-label="Where it crossed the limits of its rule">
      {crossings.map((crossing) => (
        <li key={`${crossing.at} ${crossing.threshold.name}`}>
          <time dateTime={new Date(crossing.at * 1000).toISOString()}>{clockTime(crossing.at * 1000)}</time> {say(crossing)}
        </li>
      ))}
    </ul>
  );
}

export function AlarmChart({ alarm }: { alarm: Alarm }) {
  const raised = (instant(alarm.raised_at) ?? 0) / 1000;
  const metric = metricOf(alarm.type);
  const spec = CHARTS.find(({ metrics }) => metrics.some((one) => one.metric === metric)) ?? CHARTS[0];
  const bounds = { from: raised - AROUND_S, to: raised + AROUND_S };
  const names = (spec?.metrics ?? []).map((one) => one.metric).join(",");
  const path = () => `/channels/${channelOf(alarm)}/series?metrics=${names}&from=${iso(bounds.from)}&to=${iso(bounds.to)}`;
  const polled = usePolled<{ step_seconds: number; metrics: Record<string, SeriesData> }>(path, `${alarm.id} ${names}`, AGAIN_MS);
  const channel = usePolled<ChannelDetail>(() => `/channels/${channelOf(alarm)}`, alarm.id, LIMITS_MS).data;
  const tracks = useMemo(() => (spec && polled.data ? tracksOf(polled.data.metrics, spec.metrics, spec.scale) : null), [polled.data, spec]);
  const lines = useMemo(() => (spec ? ruleLines(alarm.type, spec, channel) : []), [spec, channel, alarm.type]);
  const crossings = useMemo(() => (tracks ? crossingsOf(tracks, lines) : []), [tracks, lines]);
  const thresholds = useMemo(() => lines.filter(({ at }) => Math.abs(at) >= DRAWN_FROM), [lines]);
  if (!spec || !tracks || !polled.data) return <p class="quiet">{polled.failure || "Loading"}</p>;
  const spans = spansOf([alarm], bounds, now.value / 1000);
  return (
    <>
      <Chart spec={spec} tracks={tracks} bounds={bounds} thresholds={thresholds} crossings={crossings} spans={spans} zone={UTC} group={`alarm ${alarm.id}`} step={polled.data.step_seconds} onSelect={() => undefined} />
      <Crossings crossings={crossings} say={(crossing) => crossingText(crossing, spec)} />
    </>
  );
}
