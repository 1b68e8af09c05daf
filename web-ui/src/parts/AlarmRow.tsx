/* One alarm as a row. A row that stands for an incident opens into its members. */
import { channelOf, isWaiting, subject } from "../model/alarm-list";
import { clockTime, dateTime, duration, instant } from "../model/format";
import { word } from "../model/severity";
import type { Alarm } from "../model/types";
import { selectedAlarm, tick, ticked } from "../live/actions";
import { go, query } from "../live/navigation";
import { now } from "../live/state";
import { Dealing } from "./Dealing";
import { SeverityIcon } from "./SeverityIcon";

const SCOPES: Record<string, string> = { input: "Cause in the input", network: "Cause in the network", monitor: "Cause in this box" };
const DAY_MS = 86_400_000;

export interface RowProps {
  alarm: Alarm;
  others: readonly Alarm[]; /* of the incident that it speaks for */
  open: boolean; /* its members are shown */
  member: boolean; /* it is shown below the one that speaks for it */
  onToggle: () => void;
}

export const drawerOf = (alarm: Alarm): string => `/alarms/${encodeURIComponent(alarm.id)}?${query.peek().toString()}`;

function Raised({ at }: { at: string }) {
  const ms = instant(at);
  if (ms === null) return <td>–</td>;
  return (
    <td class="number" title={`${dateTime(ms)} UTC`}>
      {now.value - ms < DAY_MS ? clockTime(ms) : dateTime(ms)}
    </td>
  );
}

function What({ alarm, others, open, onToggle }: RowProps) {
  return (
    <td class="text">
      <a href={drawerOf(alarm)}>{alarm.text}</a>
      {others.length > 0 && (
        <button type="button" class="plain" aria-expanded={open} onClick={onToggle}>
          {open ? "▾" : "▸"} {others.length} more in this incident
        </button>
      )}
      <small>
        {SCOPES[alarm.cause_scope] ?? alarm.cause_scope}
        {alarm.stale && " · stands for more than 24 hours"}
        {alarm.is_cleared && " · cleared"}
      </small>
    </td>
  );
}

export function AlarmRow(props: RowProps) {
  const { alarm, others, member } = props;
  const channel = channelOf(alarm);
  const raised = instant(alarm.raised_at);
  const end = instant(alarm.cleared_at) ?? now.value;
  const all = [alarm, ...others];
  const ids = all.map(({ id }) => id);
  const classes = [`severity-${alarm.severity}`, isWaiting(alarm) && "waiting", member && "member", alarm.is_cleared && "gone"];
  return (
    <tr
      data-alarm={alarm.id}
      class={classes.filter(Boolean).join(" ")}
      aria-selected={selectedAlarm.value === alarm.id}
      onClick={() => (selectedAlarm.value = alarm.id)}
      onDblClick={() => go(drawerOf(alarm))}
    >
      <td class="tick">
        {!alarm.is_cleared && (
          <input
            type="checkbox"
            aria-label={`Tick ${subject(alarm)}: ${alarm.text}`}
            checked={ids.every((id) => ticked.value.has(id))}
            onChange={(event) => tick(ids, event.currentTarget.checked)}
          />
        )}
      </td>
      <td class="level">
        <SeverityIcon severity={alarm.severity} /> <span>{word(alarm.severity)}</span>
      </td>
      <td>{channel ? <a href={`/channels/${channel}`}>{subject(alarm)}</a> : subject(alarm)}</td>
      <What {...props} />
      <Raised at={alarm.raised_at} />
      <td class="number">{raised === null ? "–" : duration(end - raised)}</td>
      <td class="number">{alarm.count}</td>
      <td class="dealing">
        <Dealing alarms={all} />
      </td>
      <td class="note">{alarm.note}</td>
    </tr>
  );
}
