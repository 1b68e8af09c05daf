/* What happened to an alarm, oldest first: what the box saw, what people did, whom it told. */
import { dateTime, clockTime, day } from "../model/format";
import { entriesOf } from "../model/story";
import type { Story } from "../model/types";
import { usePolled } from "../live/polling";

const AGAIN_MS = 5000;

export function Timeline({ id }: { id: string }) {
  const polled = usePolled<Story>(() => `/alarms/${encodeURIComponent(id)}/events`, id, AGAIN_MS);
  if (!polled.data) return <p class="quiet">{polled.failure || "Loading"}</p>;
  const entries = entriesOf(polled.data);
  const first = entries[0]?.at ?? 0;
  return (
    <>
      {polled.failure && <p class="failure">{polled.failure}</p>}
      {!polled.data.complete && <p class="quiet">From the journal: who was told, and what is older, is in the history database.</p>}
      <ol class="timeline">
        {entries.map(({ key, at, who, title, text }) => (
          <li key={key} data-who={who}>
            <time dateTime={new Date(at).toISOString()}>{day(at) === day(first) && at !== first ? clockTime(at) : dateTime(at)}</time>
            <span>
              <b>{title}</b>
              {text && <span>{text}</span>}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
