/* Alarms as rows. While someone points at it, rows that are new wait above, so that none moves under the pointer. */
import { useSignal } from "@preact/signals";
import { channelOf, isWaiting, subject } from "../model/alarm-list";
import { clockTime, dateTime, duration, instant } from "../model/format";
import { word } from "../model/severity";
import type { Alarm } from "../model/types";
import { mayAct, whyNot } from "../live/account";
import { askToAcknowledge, askToComment, examined, selectedAlarm, unacknowledge } from "../live/actions";
import { now } from "../live/state";
import { SeverityIcon } from "./SeverityIcon";

const SCOPES: Record<string, string> = { input: "input", network: "network", monitor: "this box" };

function Raised({ at }: { at: string }) {
  const ms = instant(at);
  if (ms === null) return <td>–</td>;
  const today = now.value - ms < 86_400_000;
  return (
    <td class="number" title={`${dateTime(ms)} UTC`}>
      {today ? clockTime(ms) : dateTime(ms)}
    </td>
  );
}

function Dealing({ alarm }: { alarm: Alarm }) {
  if (alarm.is_cleared) return <span class="quiet">{alarm.owner}</span>;
  if (isWaiting(alarm)) {
    return (
      <button type="button" disabled={!mayAct.value} title={whyNot.value} onClick={() => askToAcknowledge(alarm)}>
        Acknowledge
      </button>
    );
  }
  return (
    <span class="dealt">
      <span>
        {alarm.operator_state === "shelved" ? "Shelved" : "Acknowledged"} by {alarm.owner || "–"}
      </span>
      {alarm.operator_state === "ack" && (
        <button type="button" class="plain" disabled={!mayAct.value} onClick={() => void unacknowledge(alarm)}>
          Undo
        </button>
      )}
    </span>
  );
}

function Row({ alarm }: { alarm: Alarm }) {
  const channel = channelOf(alarm);
  const raised = instant(alarm.raised_at);
  const end = instant(alarm.cleared_at) ?? now.value;
  return (
    <tr
      data-alarm={alarm.id}
      class={`severity-${alarm.severity}${isWaiting(alarm) ? " waiting" : ""}`}
      aria-selected={selectedAlarm.value === alarm.id}
      onClick={() => (selectedAlarm.value = alarm.id)}
    >
      <td class="level">
        <SeverityIcon severity={alarm.severity} /> <span>{word(alarm.severity)}</span>
      </td>
      <td>{channel ? <a href={`/channels/${channel}`}>{subject(alarm)}</a> : subject(alarm)}</td>
      <td class="text">
        <span>{alarm.text}</span>
        {(alarm.suggested_action || alarm.note) && <small>{alarm.note ? `Note: ${alarm.note}` : alarm.suggested_action}</small>}
      </td>
      <td>{SCOPES[alarm.cause_scope] ?? alarm.cause_scope}</td>
      <Raised at={alarm.raised_at} />
      <td class="number">{raised === null ? "–" : duration(end - raised)}</td>
      <td class="number">{alarm.count}</td>
      <td class="dealing">
        <Dealing alarm={alarm} />
        {alarm.evidence && (
          <button type="button" class="plain" onClick={() => (examined.value = alarm)}>
            Evidence
          </button>
        )}
        {!alarm.is_cleared && (
          <button type="button" class="plain" disabled={!mayAct.value} onClick={() => askToComment(alarm)}>
            Comment
          </button>
        )}
      </td>
    </tr>
  );
}

export function AlarmTable({ alarms }: { alarms: readonly Alarm[] }) {
  const held = useSignal<readonly string[] | null>(null);
  const ids = held.value;
  const rows = ids === null ? alarms : alarms.filter((alarm) => ids.includes(alarm.id)).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const fresh = alarms.length - rows.length;
  return (
    <div class="table" onPointerEnter={() => (held.value = alarms.map((alarm) => alarm.id))} onPointerLeave={() => (held.value = null)}>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={() => (held.value = alarms.map((alarm) => alarm.id))}>
          {fresh} new {fresh === 1 ? "alarm" : "alarms"}
        </button>
      )}
      <table class="alarms">
        <thead>
          <tr>
            <th>Severity</th>
            <th>Channel</th>
            <th>Alarm</th>
            <th>Cause in</th>
            <th>Raised UTC</th>
            <th>Open for</th>
            <th>Count</th>
            <th>Operator</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((alarm) => (
            <Row key={alarm.id} alarm={alarm} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
