/* What to do about one fault, in the site's own words or the shipped ones: changed where it is read. */
import { get, reason } from "../../live/api";
import { lock, mayConfigure, remove } from "../../live/config";
import { toast } from "../../live/toasts";
import type { Fields } from "../../model/config";
import { ObjectForm } from "./ObjectForm";

export interface Runbook {
  fault: string;
  text: string;
  own: boolean;
  etag: string | null;
}

export const readRunbooks = () => get<{ items: Runbook[] }>("/runbooks");

async function readOne(fault: string): Promise<{ value: Fields; etag: string }> {
  const found = (await readRunbooks()).items.find((one) => one.fault === fault);
  return { value: { text: found?.text ?? "" }, etag: found?.etag ?? "" };
}

export function RunbookForm({ one, onChanged }: { one: Runbook; onChanged: () => void }) {
  const restore = () =>
    remove(`/runbooks/${one.fault}`, one.etag ?? "").then(
      () => {
        toast("The shipped text is back");
        onChanged();
      },
      (error: unknown) => toast(reason(error)),
    );
  return (
    <ObjectForm
      key={`${one.etag}`}
      label={`Run-book of ${one.fault}`}
      specs={[{ name: "text", label: "What to do", kind: "lines", maxLength: 4000 }]}
      start={{ value: { text: one.text }, etag: one.etag ?? "" }}
      locked={lock(mayConfigure())}
      write={(all) => ({ method: "PUT", path: `/runbooks/${one.fault}`, body: { text: all["text"] } })}
      read={() => readOne(one.fault)}
      onSaved={onChanged}
    >
      {one.own && mayConfigure() && (
        <button type="button" onClick={() => void restore()}>
          Back to the shipped text
        </button>
      )}
    </ObjectForm>
  );
}
