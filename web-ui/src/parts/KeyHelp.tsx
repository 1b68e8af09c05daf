/* The keys, and the switch that turns them off. */
import { signal } from "@preact/signals";
import { keysOn, switchKeys } from "../live/keys";
import { Dialog } from "./Dialog";

export const helpOpen = signal(false);

const KEYS: readonly (readonly [string, string])[] = [
  ["g w · g a · g h · g r · g s", "Go to wall, alarms, hand-over, reports, system"],
  ["j · k", "Next, previous alarm"],
  ["a · z · c", "Acknowledge, shelve, comment: ticked or selected alarms"],
  ["Shift+a", "Acknowledge all that are shown"],
  ["n · p", "Next, previous tile that is not normal"],
  ["Arrows, Home, End", "Move between tiles"],
  ["Enter · Esc", "Open · back to the wall"],
  ["?", "This list"],
];

export function KeyHelp() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (helpOpen.value = false)}>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={keysOn.value} onChange={(event) => switchKeys(event.currentTarget.checked)} />
        Single keys are on
      </label>
      <form method="dialog" class="buttons">
        <button type="submit" class="main">
          Close
        </button>
      </form>
    </Dialog>
  );
}
