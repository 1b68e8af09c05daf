/* The first start: the printed code proves that one stands at the appliance; then the first account is made. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { createFirstAccount } from "../live/account";
import { reason } from "../live/api";

const MIN_PASSWORD = 8;

export function SetupScreen({ notice, onDone }: { notice: string; onDone: () => void }) {
  const code = useRef<HTMLInputElement>(null);
  const user = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const failure = useSignal(notice);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    failure.value = "";
    try {
      await createFirstAccount(code.current?.value.trim() ?? "", user.current?.value ?? "", password.current?.value ?? "");
      onDone();
    } catch (refusal) {
      failure.value = reason(refusal);
    }
    busy.value = false;
  };
  return (
    <main class="door">
      <h1>Gantry</h1>
      <p class="quiet">First start: make the account of the administrator. There is no default password.</p>
      <form class="login" onSubmit={submit}>
        <label>
          Code that the start printed
          <input ref={code} name="code" autocomplete="one-time-code" spellcheck={false} required autofocus />
        </label>
        <label>
          User
          <input ref={user} name="username" autocomplete="username" pattern="[a-z0-9][a-z0-9\-]{0,62}" title="Small letters, digits and hyphens" required />
        </label>
        <label>
          Password, {MIN_PASSWORD} characters or more
          <input ref={password} name="password" type="password" autocomplete="new-password" minLength={MIN_PASSWORD} required />
        </label>
        {failure.value && (
          <p class="failure" role="alert">
            {failure.value}
          </p>
        )}
        <button type="submit" class="main" disabled={busy.value}>
          Create the account
        </button>
      </form>
    </main>
  );
}
