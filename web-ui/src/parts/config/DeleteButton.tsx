/* Takes an object away, once its name has been typed. */
import { useSignal } from "@preact/signals";
import { Refusal, reason } from "../../live/api";
import { remove } from "../../live/config";
import { Dialog } from "../Dialog";

interface Props {
  what: string; /* "channel" */
  name: string; /* to be typed */
  path: string;
  etag: string;
  consequence: string;
  onGone: () => void;
}

export function DeleteButton({ what, name, path, etag, consequence, onGone }: Props) {
  const open = useSignal(false);
  const typed = useSignal("");
  const failure = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    remove(path, etag).then(
      () => {
        open.value = false;
        onGone();
      },
      (error: unknown) => (failure.value = error instanceof Refusal && error.status === 412 ? `Somebody changed this ${what} meanwhile: close, look, and decide again` : reason(error)),
    );
  };
  return (
    <>
      <button type="button" class="delete" onClick={() => (open.value = true)}>
        Delete {what}
      </button>
      {open.value && (
        <Dialog title={`Delete ${what} ${name}?`} onClose={() => (open.value = false)}>
          <p>{consequence}</p>
          <form onSubmit={submit}>
            <label>
              Type {name} to delete it
              <input name="confirm" value={typed.value} autoComplete="off" spellcheck={false} onInput={(event) => (typed.value = event.currentTarget.value)} />
            </label>
            {failure.value && (
              <p class="failure" role="alert">
                {failure.value}
              </p>
            )}
            <div class="buttons">
              <button type="button" onClick={() => (open.value = false)}>
                Keep it
              </button>
              <button type="submit" class="main" disabled={typed.value !== name}>
                Delete
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
