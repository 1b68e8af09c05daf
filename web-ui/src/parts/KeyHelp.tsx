/* The keys, and the switch that turns them off. */
import { KEYS } from "../model/keys";
import { helpOpen } from "../live/overlays";
import { keysOn, switchKeys } from "../live/keys";
import { Dialog } from "./Dialog";

export function KeyHelp() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Keys" onClose={() => (helpOpen.value = false)}>
      {KEYS.map(({ where, keys }) => (
        <section key={where}>
          <h3>{where}</h3>
          <dl class="keys">
            {keys.map(({ keys: pressed, what }) => (
              <div key={pressed}>
                <dt>
                  <kbd>{pressed}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
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
