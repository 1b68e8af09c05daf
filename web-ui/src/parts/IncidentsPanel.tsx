/* Alarms of one channel, and the filmstrip of the chosen one. */
import { useSignal } from "@preact/signals";
import { duration, instant } from "../model/format";
import { type Zone, momentText } from "../model/time-text";
import type { Alarm } from "../model/types";
import { now } from "../live/state";
import { Filmstrip } from "./Filmstrip";
import { SeverityIcon } from "./SeverityIcon";

function length(alarm: Alarm): string {
  const from = instant(alarm.raised_at) ?? 0;
  const to = instant(alarm.cleared_at);
  return to === null ? `open for ${duration(now.value - from)}` : `lasted ${duration(to - from)}`;
}

export function IncidentsPanel({ alarms, channelId, zone }: { alarms: readonly Alarm[] | null; channelId: string; zone: Zone }) {
  const chosen = useSignal("");
  if (!alarms) return <p class="quiet">Loading</p>;
  const shown = alarms.find(({ id }) => id === chosen.value) ?? alarms[0];
  if (!shown) return <p class="quiet">No alarm of this channel in the last 24 h.</p>;
  return (
    <div class="incidents">
      <ul class="incident-list">
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <button type="button" class="plain" aria-pressed={alarm.id === shown.id} onClick={() => (chosen.value = alarm.id)}>
              <SeverityIcon severity={alarm.severity} />
              <span>
                <b>{momentText((instant(alarm.raised_at) ?? 0) / 1000, zone)}</b> {length(alarm)}
                <br />
                {alarm.text}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Filmstrip key={shown.id} alarm={shown} channelId={channelId} zone={zone} />
    </div>
  );
}
