/* A button for what cannot be taken back: asks, and does it once a name has been typed. */
import { useSignal } from "@preact/signals";
import { Refusal, reason } from "../../live/api";
import { Dialog } from "../Dialog";

interface Props {
  label: string; /* of the button */
  title: string;
  consequence: string;
  verb: string; /* "delete" */
  what: string; /* "channel" */
  name: string; /* to be typed */
  act: () => Promise<void>; /* rejects with what is shown */
}

export function TypedNameButton({ label, title, consequence, verb, what, name, act }: Props) {
  const open = useSignal(false);
  const typed = useSignal("");
  const failure = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    failure.value = "";
    act().then(
      () => (open.value = false),
      (error: unknown) => (failure.value = error instanceof Refusal && error.status === 412 ? `Somebody changed this ${what} meanwhile: close, look, and decide again` : reason(error)),
    );
  };
  return (
    <>
      <button type="button" class="delete" onClick={() => (open.value = true)}>
        {label}
      </button>
      {open.value && (
        <Dialog title={title} onClose={() => (open.value = false)}>
          <p>{consequence}</p>
          <form onSubmit={submit}>
            <label>
              Type {name} to {verb} it
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
                {verb.charAt(0).toUpperCase() + verb.slice(1)}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
