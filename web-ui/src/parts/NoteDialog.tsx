/* Acknowledge with an optional note, or comment with a note that is none. */
import { useRef } from "preact/hooks";
import { subject } from "../model/alarm-list";
import { acknowledge, comment, noting } from "../live/actions";
import { Dialog } from "./Dialog";
import { SeverityIcon } from "./SeverityIcon";

const MAX_NOTE = 500;

export function NoteDialog() {
  const note = useRef<HTMLTextAreaElement>(null);
  const about = noting.value;
  if (!about) return null;
  const { alarm, acknowledges } = about;
  const title = acknowledges ? "Acknowledge" : "Comment";
  const close = () => {
    if (noting.peek() === about) noting.value = null; /* the next may be open already */
  };
  const submit = (event: Event) => {
    event.preventDefault();
    close();
    const text = note.current?.value.trim() ?? "";
    void (acknowledges ? acknowledge(alarm, text) : comment(alarm, text));
  };
  return (
    <Dialog key={`${title} ${alarm.id}`} title={title} onClose={close}>
      <p class="about">
        <SeverityIcon severity={alarm.severity} />
        <b>{subject(alarm)}</b> {alarm.text}
      </p>
      {alarm.suggested_action && <p class="quiet">{alarm.suggested_action}</p>}
      <form onSubmit={submit}>
        <label>
          Note, for those after you
          <textarea ref={note} rows={3} maxLength={MAX_NOTE} required={!acknowledges} autofocus />
        </label>
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="main">
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
