/* What to do, in an alarm: the text, and for whoever may change it a way to do so without leaving the alarm. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AlarmDetail } from "../model/types";
import { mayConfigure } from "../live/account";
import { get } from "../live/api";
import { lazy } from "../live/lazy";
import { Later } from "./Later";

const RunbookEditor = lazy(async () => (await import("./config/RunbookEditor")).RunbookEditor);

export function RunbookPanel({ detail }: { detail: AlarmDetail }) {
  const editing = useSignal(false);
  const fresh = useSignal<AlarmDetail | null>(null); /* read behind a change, until the drawer reads it itself */
  useEffect(() => void (fresh.value = null), [detail]);
  const { runbook, alarm } = fresh.value ?? detail;
  const done = () => {
    editing.value = false;
    void get<AlarmDetail>(`/alarms/${encodeURIComponent(alarm.id)}`).then(
      (found) => (fresh.value = found),
      () => undefined,
    );
  };
  return (
    <section>
      <h3>What to do</h3>
      {editing.value ? (
        <Later screen={RunbookEditor} with={{ fault: alarm.type, onDone: done }} />
      ) : (
        <p class="runbook">{runbook.text}</p>
      )}
      <p class="quiet runbook-whose">
        {runbook.own ? "The site's own words." : "Shipped with Gantry."}
        {mayConfigure() && (
          <button type="button" class="plain" aria-expanded={editing.value} onClick={() => (editing.value = !editing.value)}>
            {editing.value ? "Leave it as it is" : "Change the text"}
          </button>
        )}
      </p>
    </section>
  );
}
