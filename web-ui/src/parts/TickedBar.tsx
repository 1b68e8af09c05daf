/* What can be done to the alarms that are ticked. */
import type { Alarm } from "../model/types";
import { mayAct, whyNot } from "../live/account";
import { type Act, ask, perform, ticked } from "../live/actions";
import { session } from "../live/state";

const ACTS: readonly (readonly [Act, string])[] = [["ack", "Acknowledge"], ["assign", "Assign"], ["shelve", "Shelve"], ["comment", "Comment"]];

/* @shown: the alarms of the list. */
export function TickedBar({ shown }: { shown: readonly Alarm[] }) {
  const chosen = shown.filter(({ id }) => ticked.value.has(id));
  if (chosen.length === 0) return null;
  const taken = chosen.filter(({ operator_state }) => operator_state === "ack");
  const shelved = chosen.filter(({ operator_state }) => operator_state === "shelved");
  const untick = () => (ticked.value = new Set());
  const disabled = !mayAct.value;
  return (
    <div class="ticked" role="group" aria-label="What to do with the ticked alarms">
      <b>{chosen.length} ticked</b>
      {ACTS.map(([act, name]) => (
        <button key={act} type="button" disabled={disabled} title={whyNot.value} onClick={() => ask(act, chosen)}>
          {name}
        </button>
      ))}
      <button type="button" disabled={disabled} title={whyNot.value} onClick={() => void perform(chosen, "assign", { note: "", minutes: 0, user: session.peek()?.user ?? "" })}>
        Assign to me
      </button>
      {taken.length > 0 && (
        <button type="button" disabled={disabled} onClick={() => void perform(taken, "unack")}>
          Un-acknowledge
        </button>
      )}
      {shelved.length > 0 && (
        <button type="button" disabled={disabled} onClick={() => void perform(shelved, "unshelve")}>
          Unshelve
        </button>
      )}
      <button type="button" class="plain" onClick={untick}>
        Untick
      </button>
    </div>
  );
}
