/* Acknowledge with an optional note. */
import { useRef } from "preact/hooks";
import { subject } from "../model/alarm-list";
import { acknowledge, acknowledging } from "../live/actions";
import { Dialog } from "./Dialog";
import { SeverityIcon } from "./SeverityIcon";

const MAX_NOTE = 500;

export function AckDialog() {
  const note = useRef<HTMLTextAreaElement>(null);
  const alarm = acknowledging.value;
  if (!alarm) return null;
  const close = () => (acknowledging.value = null);
  const submit = (event: Event) => {
    event.preventDefault();
    close();
    void acknowledge(alarm, note.current?.value.trim() ?? "");
  };
  return (
    <Dialog title="Acknowledge" onClose={close}>
      <p class="about">
        <SeverityIcon severity={alarm.severity} />
        <b>{subject(alarm)}</b> {alarm.text}
      </p>
      {alarm.suggested_action && <p class="quiet">{alarm.suggested_action}</p>}
      <form onSubmit={submit}>
        <label>
          Note, for those after you
          <textarea ref={note} rows={3} maxLength={MAX_NOTE} autofocus />
        </label>
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="main">
            Acknowledge
          </button>
        </div>
      </form>
    </Dialog>
  );
}
