/* Every change of the configuration: who, when, what; what differs; and the way back. */
import { useSignal } from "@preact/signals";
import type { components } from "../../../generated/api";
import { Refusal, get, reason, send } from "../../live/api";
import { mayConfigure } from "../../live/config";
import { toast } from "../../live/toasts";
import { Dialog } from "../../parts/Dialog";
import { type Change, ChangeTable } from "../../parts/config/ChangeTable";
import { Loaded, useLoaded } from "../../parts/config/Loaded";

type Generation = components["schemas"]["Generation"];
type Foretold = components["schemas"]["Foretold"];

interface Page {
  items: Generation[];
  next_cursor: string | null;
  current: number;
}

const when = (at: string | null): string => (at ? `${at.slice(0, 10)} ${at.slice(11, 19)} UTC` : "at an unknown time");
const who = (by: string): string => (by === "" ? "the box itself" : by === "local" ? "the command line" : by);

function Differences({ from, to }: { from: number; to: number }) {
  const loaded = useLoaded(() => get<{ changes: Change[] }>(`/generations/${from}/diff?against=${to}`), `${from}/${to}`);
  return <Loaded from={loaded}>{({ changes }) => <ChangeTable changes={changes} />}</Loaded>;
}

function RevertDialog({ to, etag, onDone, onCancel }: { to: Generation; etag: string; onDone: () => void; onCancel: () => void }) {
  const failure = useSignal("");
  const foretold = useLoaded(async () => (await send<Foretold>("POST", `/generations/${to.generation}/revert?dry_run=true`, {}, etag)).value, etag);
  const revert = () =>
    send("POST", `/generations/${to.generation}/revert`, {}, etag).then(
      () => {
        toast(`Back to generation ${to.generation}`);
        onDone();
      },
      (error: unknown) => (failure.value = error instanceof Refusal && error.status === 412 ? "Somebody changed the configuration meanwhile: close this and look again" : reason(error)),
    );
  return (
    <Dialog title={`Back to generation ${to.generation}`} wide onClose={onCancel}>
      <p>This is what would change. It becomes a new generation, so it can be taken back as well. Accounts stay as they are.</p>
      <Loaded from={foretold}>
        {({ changes, restarts }) => (
          <>
            <ChangeTable changes={changes} />
            {restarts.length > 0 && <p class="notable">These inputs are joined anew: {restarts.join(", ")}</p>}
          </>
        )}
      </Loaded>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      <div class="buttons">
        <button type="button" onClick={onCancel}>
          Leave it as it is
        </button>
        <button type="button" class="main" disabled={foretold.value.value === null} onClick={() => void revert()}>
          Go back
        </button>
      </div>
    </Dialog>
  );
}

function Entry({ one, before, etag, reload }: { one: Generation; before: number | null; etag: string; reload: () => void }) {
  const open = useSignal(false);
  const reverting = useSignal(false);
  return (
    <li class="generation" data-generation={one.generation}>
      <p class="quiet">
        <b>{one.generation}</b> {when(one.at)} by <b>{who(one.by)}</b> {one.current && <span class="badge">in force</span>}
      </p>
      <p>{one.what || "The list of the settings file"}</p>
      <div class="tools">
        {before !== null && (
          <button type="button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
            {open.value ? "Hide what changed" : "What changed"}
          </button>
        )}
        {!one.current && mayConfigure() && (
          <button type="button" onClick={() => (reverting.value = true)}>
            Go back to this
          </button>
        )}
      </div>
      {open.value && before !== null && <Differences from={before} to={one.generation} />}
      {reverting.value && (
        <RevertDialog
          to={one}
          etag={etag}
          onCancel={() => (reverting.value = false)}
          onDone={() => {
            reverting.value = false;
            reload();
          }}
        />
      )}
    </li>
  );
}

function Compare({ items }: { items: readonly Generation[] }) {
  const from = useSignal(items.at(-1)?.generation ?? 1);
  const to = useSignal(items[0]?.generation ?? 1);
  const shown = useSignal<{ from: number; to: number } | null>(null);
  const choice = (label: string, chosen: typeof from) => (
    <label>
      {label}
      <select value={String(chosen.value)} onChange={(event) => (chosen.value = Number(event.currentTarget.value))}>
        {items.map(({ generation, at }) => (
          <option key={generation} value={String(generation)}>
            {generation}, {when(at)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form
      class="compare"
      aria-label="Compare two generations"
      onSubmit={(event) => {
        event.preventDefault();
        shown.value = { from: from.value, to: to.value };
      }}
    >
      {choice("From", from)}
      {choice("To", to)}
      <button type="submit">Compare</button>
      {shown.value && <Differences from={shown.value.from} to={shown.value.to} />}
    </form>
  );
}

export function GenerationsConfig(_: { id: string }) {
  const more = useSignal(20);
  const loaded = useLoaded(() => send<Page>("GET", `/generations?limit=${more.value}`), String(more.value));
  return (
    <>
      <div class="title">
        <h1>Changes</h1>
        <a class="filter" href="/config/audit">
          Audit
        </a>
      </div>
      <Loaded from={loaded}>
        {({ value, etag }, reload) => (
          <>
            <details>
              <summary>Compare any two</summary>
              <Compare items={value.items} />
            </details>
            <ul class="generations">
              {value.items.map((one, i) => (
                <Entry key={one.generation} one={one} before={value.items[i + 1]?.generation ?? null} etag={etag} reload={() => void reload()} />
              ))}
            </ul>
            {value.next_cursor && more.value < 100 && (
              <button type="button" onClick={() => (more.value = 100)}>
                Show all that are kept
              </button>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}
