/* User and password, or a one-time code. Paste and password managers work. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { loginWithCode, loginWithPassword, loginWithProvider } from "../live/account";
import { Refusal, reason } from "../live/api";
import { session } from "../live/state";
import { PasswordField } from "../parts/PasswordField";

const SECOND_FACTOR = /second-factor-required$/;

export function LoginForm({ notice, onDone }: { notice: string; onDone: () => void }) {
  const user = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const password = useSignal("");
  const factor = useSignal("");
  const asks = useSignal(false); /* for the second factor */
  const failure = useSignal(notice);
  const busy = useSignal(false);
  const attempt = (how: () => Promise<void>, done: () => void) => async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    failure.value = "";
    try {
      await how();
      done();
    } catch (refusal) {
      if (refusal instanceof Refusal && SECOND_FACTOR.test(refusal.type)) asks.value = true;
      else failure.value = reason(refusal);
    }
    busy.value = false;
  };
  const byPassword = () => loginWithPassword(user.current?.value ?? "", password.value, factor.value.trim());
  const byCode = () => loginWithCode(code.current?.value.trim() ?? "");
  return (
    <div class="login">
      <form onSubmit={attempt(byPassword, onDone)}>
        <label>
          User
          <input ref={user} name="username" autocomplete="username" spellcheck={false} required autofocus />
        </label>
        <PasswordField label="Password" complete="current-password" value={password} />
        {asks.value && (
          <label>
            Code of your telephone, or a recovery code
            <input ref={(input) => input?.focus()} name="totp" autocomplete="one-time-code" spellcheck={false} required value={factor.value} onInput={(event) => (factor.value = event.currentTarget.value)} />
          </label>
        )}
        {failure.value && (
          <p class="failure" role="alert">
            {failure.value}
          </p>
        )}
        <button type="submit" class="main" disabled={busy.value}>
          Log in
        </button>
      </form>
      {session.value?.provider && (
        <button type="button" disabled={busy.value} onClick={attempt(loginWithProvider, () => undefined)}>
          {session.value.provider}
        </button>
      )}
      <details>
        <summary>With a one-time code</summary>
        <form onSubmit={attempt(byCode, onDone)}>
          <label>
            Code
            <input ref={code} name="code" autocomplete="one-time-code" spellcheck={false} required />
          </label>
          <p class="quiet">
            The start of the appliance prints one; <code>gantryctl login-link</code> makes another.
          </p>
          <button type="submit" disabled={busy.value}>
            Use the code
          </button>
        </form>
      </details>
    </div>
  );
}

export function LoginScreen({ notice, onDone }: { notice: string; onDone: () => void }) {
  return (
    <main class="door">
      <h1>Gantry</h1>
      <p class="quiet">Watches channels around the clock.</p>
      <LoginForm notice={notice} onDone={onDone} />
    </main>
  );
}
