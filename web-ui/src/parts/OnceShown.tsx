/* Something that is shown once: to be copied now. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

export function OnceShown({ label, secret, about }: { label: string; secret: string; about: string }) {
  const id = useId();
  const copied = useSignal("");
  const lines = secret.split("\n").length;
  const copy = () => {
    navigator.clipboard?.writeText(secret).then(
      () => (copied.value = "Copied"),
      () => (copied.value = "Select it and copy by hand"),
    );
  };
  return (
    <div class="once">
      <label for={id}>{label}</label>
      {lines > 1 ? (
        <textarea id={id} rows={lines} readOnly spellcheck={false} value={secret} onFocus={(event) => event.currentTarget.select()} />
      ) : (
        <input id={id} readOnly spellcheck={false} value={secret} onFocus={(event) => event.currentTarget.select()} />
      )}
      {"clipboard" in navigator && (
        <button type="button" onClick={copy}>
          Copy
        </button>
      )}
      <p class="quiet" role="status">
        {copied.value || about}
      </p>
    </div>
  );
}
