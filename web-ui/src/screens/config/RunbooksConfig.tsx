/* What to do about each fault, in the site's own words where it has some. */
import { useSignal } from "@preact/signals";
import { heading } from "../../model/config";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { type Runbook, RunbookForm, readRunbooks } from "../../parts/config/RunbookForm";

function Entry({ one, reload }: { one: Runbook; reload: () => Promise<void> }) {
  const open = useSignal(false);
  return (
    <li data-fault={one.fault}>
      <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>
          <b>{heading(one.fault)}</b> {one.own && <span class="badge">own text</span>}
          <small>{one.text.split("\n")[0]}</small>
        </summary>
        {open.value && <RunbookForm one={one} onChanged={() => void reload()} />}
      </details>
    </li>
  );
}

export function RunbooksConfig(_: { id: string }) {
  const wanted = useSignal("");
  const loaded = useLoaded(readRunbooks);
  return (
    <>
      <h1>Run-books</h1>
      <p class="quiet">Shown in every alarm and sent with every message.</p>
      <label class="find">
        Find
        <input type="search" value={wanted.value} onInput={(event) => (wanted.value = event.currentTarget.value)} />
      </label>
      <Loaded from={loaded}>
        {({ items }, reload) => (
          <ul class="runbooks">
            {items
              .filter(({ fault, text }) => `${fault} ${text}`.toLowerCase().includes(wanted.value.toLowerCase()))
              .map((one) => (
                <Entry key={one.fault} one={one} reload={reload} />
              ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
