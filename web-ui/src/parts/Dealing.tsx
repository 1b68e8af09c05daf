/* Who deals with an alarm, since when, and the one button that is most likely wanted. */
import { isWaiting } from "../model/alarm-list";
import { clockTime, instant, shortDuration } from "../model/format";
import type { Alarm } from "../model/types";
import { mayAct, whyNot } from "../live/account";
import { ask, perform } from "../live/actions";
import { now } from "../live/state";

/* "by m.ivanova 4 min ago until 12:30". */
function promise(alarm: Alarm, at: number): string {
  const since = instant(alarm.acknowledged_at);
  const until = instant(alarm.until);
  const ago = since === null || alarm.operator_state !== "ack" ? "" : ` ${shortDuration(at - since)} ago`;
  return `by ${alarm.owner || "–"}${ago}${until === null ? "" : ` until ${clockTime(until).slice(0, 5)}`}`;
}

/* @alarms: all that the row stands for, the one that speaks first. */
export function Dealing({ alarms }: { alarms: readonly Alarm[] }) {
  const [alarm] = alarms;
  if (!alarm) return null;
  if (alarm.is_cleared) return <span class="quiet">{alarm.owner || "–"}</span>;
  const waiting = alarms.filter(isWaiting);
  if (waiting.length > 0) {
    const count = waiting.length > 1 ? ` ${waiting.length}` : "";
    return (
      <span class="dealt">
        <button type="button" disabled={!mayAct.value} title={whyNot.value} onClick={() => ask("ack", waiting)}>
          Acknowledge{count}
        </button>
        {alarm.owner && <span>{alarm.owner}</span>}
      </span>
    );
  }
  const shelved = alarm.operator_state === "shelved";
  return (
    <span class="dealt">
      <span>
        {shelved ? "Shelved" : "Ack"} {promise(alarm, now.value)}
      </span>
      <button type="button" class="plain" disabled={!mayAct.value} onClick={() => void perform(alarms, shelved ? "unshelve" : "unack")}>
        {shelved ? "Unshelve" : "Undo"}
      </button>
    </span>
  );
}
