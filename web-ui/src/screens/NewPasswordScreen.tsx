/* A password that somebody else has given is replaced before anything else. */
import { useSignal } from "@preact/signals";
import { logout, replacePassword } from "../live/account";
import { reason } from "../live/api";
import { PasswordField } from "../parts/PasswordField";

export function NewPasswordScreen({ user }: { user: string }) {
  const present = useSignal("");
  const fresh = useSignal("");
  const failure = useSignal("");
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    failure.value = "";
    try {
      await replacePassword(present.value, fresh.value);
    } catch (refusal) {
      failure.value = reason(refusal);
    }
    busy.value = false;
  };
  return (
    <main class="door">
      <h1>A new password</h1>
      <p class="quiet">Somebody else knows the one of {user}. Choose another one; any characters, 8 or more, 15 are better.</p>
      <form class="login" onSubmit={submit}>
        <input class="unseen" name="username" autocomplete="username" value={user} readOnly tabIndex={-1} aria-hidden="true" />
        <PasswordField label="The password you were given" complete="current-password" value={present} />
        <PasswordField label="Your new password" complete="new-password" value={fresh} />
        {failure.value && (
          <p class="failure" role="alert">
            {failure.value}
          </p>
        )}
        <button type="submit" class="main" disabled={busy.value}>
          Take the new one
        </button>
        <button type="button" onClick={() => void logout()}>
          Log out
        </button>
      </form>
    </main>
  );
}
