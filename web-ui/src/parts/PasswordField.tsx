/* A password: pasting and password managers work, and it can be shown. */
import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  complete: "current-password" | "new-password";
  value: Signal<string>;
}

export function PasswordField({ label, complete, value }: Props) {
  const id = useId();
  const shown = useSignal(false);
  const words = {
    id,
    name: complete,
    autocomplete: complete,
    required: true,
    spellcheck: false,
    value: value.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      value.value = event.currentTarget.value;
    },
  };
  return (
    <div class="password">
      <label for={id}>{label}</label>
      {shown.value ? <input {...words} type="text" /> : <input {...words} type="password" />}
      <button type="button" aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
        Show<span class="unseen"> {label.toLowerCase()}</span>
      </button>
    </div>
  );
}
