/* What to do about each fault, in the site's own words where it has some. */
import { useSignal } from "@preact/signals";
import { type Fields, heading } from "../../model/config";
import { get, reason } from "../../live/api";
import { mayConfigure, remove } from "../../live/config";
import { toast } from "../../live/toasts";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

interface Runbook {
  fault: string;
  text: string;
  own: boolean;
  etag: string | null;
}

const readAll = () => get<{ items: Runbook[] }>("/runbooks");

async function readOne(fault: string): Promise<{ value: Fields; etag: string }> {
  const found = (await readAll()).items.find((one) => one.fault === fault);
  return { value: { text: found?.text ?? "" }, etag: found?.etag ?? "" };
}

function Entry({ one, reload }: { one: Runbook; reload: () => Promise<void> }) {
  const open = useSignal(false);
  const restore = () =>
    remove(`/runbooks/${one.fault}`, one.etag ?? "").then(
      () => {
        toast("The shipped text is back");
        void reload();
      },
      (error: unknown) => toast(reason(error)),
    );
  return (
    <li data-fault={one.fault}>
      <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
        <summary>
          <b>{heading(one.fault)}</b> {one.own && <span class="badge">own text</span>}
          <small>{one.text.split("\n")[0]}</small>
        </summary>
        {open.value && (
          <ObjectForm
            key={`${one.etag}`}
            label={`Run-book of ${one.fault}`}
            specs={[{ name: "text", label: "What to do", kind: "lines", maxLength: 4000 }]}
            start={{ value: { text: one.text }, etag: one.etag ?? "" }}
            locked={mayConfigure() ? null : "Your role may look, not change: an engineer may."}
            write={(all) => ({ method: "PUT", path: `/runbooks/${one.fault}`, body: { text: all["text"] } })}
            read={() => readOne(one.fault)}
            onSaved={() => void reload()}
          >
            {one.own && mayConfigure() && (
              <button type="button" onClick={() => void restore()}>
                Back to the shipped text
              </button>
            )}
          </ObjectForm>
        )}
      </details>
    </li>
  );
}

export function RunbooksConfig(_: { id: string }) {
  const wanted = useSignal("");
  const loaded = useLoaded(readAll);
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
