/* All that is kept of a person: to be taken away, and, of an account, to be erased once its name has been typed. */
import { useSignal } from "@preact/signals";
import { Refusal, reason, send } from "../../live/api";
import { toast } from "../../live/toasts";
import { Dialog } from "../Dialog";

interface EraseProps {
  name: string;
  etag: string;
  onGone: () => void;
}

function EraseButton({ name, etag, onGone }: EraseProps) {
  const open = useSignal(false);
  const typed = useSignal("");
  const failure = useSignal("");
  const submit = async (event: Event) => {
    event.preventDefault();
    failure.value = "";
    try {
      const { value } = await send<{ pseudonym: string }>("POST", `/users/${name}/erase`, {}, etag);
      open.value = false;
      toast(`Erased; what this person did is told of “${value.pseudonym}” from now on`);
      onGone();
    } catch (error) {
      failure.value = error instanceof Refusal && error.status === 412 ? "Somebody changed this account meanwhile: close, look, and decide again" : reason(error);
    }
  };
  return (
    <>
      <button type="button" class="delete" onClick={() => (open.value = true)}>
        Erase this person
      </button>
      {open.value && (
        <Dialog title={`Erase ${name} for good?`} onClose={() => (open.value = false)}>
          <p>The account, its sessions and its tokens end. In alarms, audit and history a pseudonym takes the place of the name, and the addresses it acted from are forgotten. What people wrote in notes stays. It cannot be taken back, and the name is never given again.</p>
          <form onSubmit={(event) => void submit(event)}>
            <label>
              Type {name} to erase it
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
                Erase
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

export function PersonalData({ path, erase }: { path: string; erase?: EraseProps }) {
  return (
    <section class={erase ? undefined : "panel"} aria-labelledby="personal-data">
      <h2 id="personal-data">Personal data</h2>
      <p>Account, sessions, tokens, and what was done and written under this name, as far back as the journal reaches; no secret is in it.</p>
      <div class="personal-acts">
        <a class="button" href={`/api/v1${path}/personal-data`} download>
          Save it as JSON
        </a>
        {erase && <EraseButton {...erase} />}
      </div>
    </section>
  );
}
