/* Acknowledge, comment, assign or shelve, one alarm or many: what the act needs, and who it is about. */
import { useSignal } from "@preact/signals";
import { subject } from "../model/alarm-list";
import { customMinutes, minutesText, shelfChoices } from "../model/shelf";
import { type Act, type Asking, asking, perform, ticked } from "../live/actions";
import { shelfMaxMinutes } from "../live/site";
import { session } from "../live/state";
import { Dialog } from "./Dialog";
import { SeverityIcon } from "./SeverityIcon";

const MAX_NOTE = 500;
const MOST_NAMED = 5;
const ACK_ENDS: readonly (readonly [number, string])[] = [[0, "Until it clears"], [30, "30 minutes"], [60, "1 hour"], [240, "4 hours"], [480, "8 hours"]];
const CUSTOM = "custom";

const TITLES: Record<Act, string> = {
  ack: "Acknowledge",
  unack: "Take the acknowledgement back",
  comment: "Comment",
  assign: "Assign",
  shelve: "Shelve",
  unshelve: "Take off the shelf",
};

function About({ alarms }: Pick<Asking, "alarms">) {
  return (
    <ul class="about">
      {alarms.slice(0, MOST_NAMED).map((alarm) => (
        <li key={alarm.id}>
          <SeverityIcon severity={alarm.severity} />
          <b>{subject(alarm)}</b> {alarm.text}
        </li>
      ))}
      {alarms.length > MOST_NAMED && <li class="quiet">and {alarms.length - MOST_NAMED} more</li>}
    </ul>
  );
}

function Ends({ act }: { act: Act }) {
  const chosen = useSignal("0");
  const max = shelfMaxMinutes.value;
  const choices = act === "ack" ? ACK_ENDS : shelfChoices(max).map(({ minutes, name }) => [minutes, name] as const);
  return (
    <div class="ends">
      <label>
        {act === "ack" ? "It is mine" : "Put aside"}
        <select name="minutes" value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
          {choices.map(([minutes, name]) => (
            <option key={minutes} value={String(minutes)}>
              {name}
            </option>
          ))}
          {act === "shelve" && <option value={CUSTOM}>Another time</option>}
        </select>
      </label>
      {chosen.value === CUSTOM && (
        <label>
          Minutes, {minutesText(max)} at most
          <input name="custom" type="number" min="1" max={max} step="1" required />
        </label>
      )}
    </div>
  );
}

function Whom() {
  return (
    <label>
      To whom, by the name of the account
      <input name="user" required pattern="[a-z0-9][a-z0-9-]{0,62}" defaultValue={session.value?.user ?? ""} autocomplete="off" />
    </label>
  );
}

function minutesIn(form: FormData): number {
  const chosen = String(form.get("minutes") ?? "0");
  return chosen === CUSTOM ? (customMinutes(String(form.get("custom")), shelfMaxMinutes.peek()) ?? 0) : Number(chosen);
}

export function ActDialog() {
  const about = asking.value;
  if (!about) return null;
  const { act, alarms } = about;
  const close = () => (asking.value = null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    close();
    ticked.value = new Set();
    void perform(alarms, act, { note: String(form.get("note") ?? "").trim(), minutes: minutesIn(form), user: String(form.get("user") ?? "") });
  };
  const needsNote = act === "comment" || act === "shelve";
  const count = alarms.length > 1 ? ` ${alarms.length} alarms` : "";
  return (
    <Dialog title={TITLES[act] + count} onClose={close}>
      <About alarms={alarms} />
      {act === "ack" && alarms.length === 1 && alarms[0]?.suggested_action && <p class="quiet">{alarms[0].suggested_action}</p>}
      <form onSubmit={submit}>
        {act === "assign" && <Whom />}
        {(act === "ack" || act === "shelve") && <Ends act={act} />}
        <label>
          {act === "shelve" ? "Why (needed)" : needsNote ? "Comment (needed)" : "Note, for those after you"}
          <textarea name="note" rows={3} maxLength={MAX_NOTE} required={needsNote} autofocus={act !== "assign"} />
        </label>
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="main">
            {TITLES[act] + count}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
