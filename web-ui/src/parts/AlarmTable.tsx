/* Alarms as rows, one an incident. While somebody points at it or has the focus in it, no row moves: new ones wait above. */
import { useSignal } from "@preact/signals";
import { type Held, hold, membersOf, rowsOf } from "../model/alarm-rows";
import type { Incident } from "../model/alarm-list";
import type { Alarm } from "../model/types";
import { tick, ticked } from "../live/actions";
import { AlarmRow } from "./AlarmRow";

const PAGE = 200; /* rows that are shown at once */

function Head({ shown, past }: { shown: readonly Alarm[]; past: boolean }) {
  const ids = shown.map(({ id }) => id);
  return (
    <thead>
      <tr>
        <th class="tick">
          {past ? <span class="hidden">Tick</span> : <input type="checkbox" aria-label="Tick all that are shown" checked={ids.length > 0 && ids.every((id) => ticked.value.has(id))} onChange={(event) => tick(ids, event.currentTarget.checked)} />}
        </th>
        <th>Severity</th>
        <th>Channel</th>
        <th>Alarm</th>
        <th class="number">Raised UTC</th>
        <th class="number">{past ? "Stood for" : "Open for"}</th>
        <th class="number">Count</th>
        <th>Operator</th>
        <th>Last comment</th>
      </tr>
    </thead>
  );
}

function Rows({ incident }: { incident: Incident }) {
  const open = useSignal(false);
  const toggle = () => (open.value = !open.value);
  return (
    <>
      <AlarmRow alarm={incident.lead} others={incident.others} open={open.value} member={false} onToggle={toggle} />
      {open.value && incident.others.map((alarm) => <AlarmRow key={alarm.id} alarm={alarm} others={[]} open={false} member onToggle={toggle} />)}
    </>
  );
}

interface Props {
  alarms: readonly Alarm[];
  flat?: boolean; /* of the past: each by itself, in this order; else one row an incident, the most urgent first */
}

export function AlarmTable({ alarms, flat }: Props) {
  const held = useSignal<Held | null>(null);
  const pages = useSignal(1);
  const { rows, fresh } = flat ? { rows: alarms.map((lead) => ({ id: lead.id, lead, others: [] })), fresh: 0 } : rowsOf(alarms, held.value);
  const shown = rows.slice(0, pages.value * PAGE);
  const take = () => (held.value = hold(rowsOf(alarms, null).rows));
  const keep = () => held.value ?? take();
  const release = (event: { currentTarget: HTMLElement; relatedTarget: EventTarget | null }) => {
    const stays = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!stays && !event.currentTarget.matches(":hover, :focus-within")) held.value = null;
  };
  return (
    <div class="table" onPointerEnter={keep} onPointerLeave={release} onFocusIn={keep} onFocusOut={release}>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={take}>
          {fresh} new {fresh === 1 ? "alarm" : "alarms"}
        </button>
      )}
      <table class="alarms">
        <Head shown={shown.flatMap(membersOf)} past={flat ?? false} />
        <tbody>
          {shown.map((incident) => (
            <Rows key={incident.id} incident={incident} />
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <button type="button" class="fresh" onClick={() => (pages.value += 1)}>
          Show {Math.min(PAGE, rows.length - shown.length)} of {rows.length - shown.length} more
        </button>
      )}
    </div>
  );
}
