/* What the stream told: splices, changes of tables, of the sender and of the format. */
import { useSignal } from "@preact/signals";
import { NONE, instant, pid } from "../model/format";
import { type Zone, momentText } from "../model/time-text";
import type { Note } from "../model/types";
import { usePolled } from "../live/polling";

const PERIOD_MS = 3000;
const KINDS: readonly { kind: string; name: string; none: string }[] = [
  { kind: "", name: "All", none: "The stream has told nothing since the box watches it." },
  { kind: "splice", name: "SCTE 35", none: "No SCTE 35 message came since the box watches this channel." },
  { kind: "tables", name: "Tables", none: "No table changed since the box watches this channel." },
  { kind: "format", name: "Format", none: "The format did not change since the box watches this channel." },
  { kind: "sender", name: "Sender", none: "The sender did not change since the box watches this channel." },
];

interface Props {
  id: string;
  zone: Zone;
  kinds?: readonly string[]; /* those that can be chosen; all of them where it is not given */
  heading?: string;
}

export function NotesTable({ id, zone, kinds, heading = "What the stream told" }: Props) {
  const offered = KINDS.filter(({ kind }) => !kinds || kinds.includes(kind));
  const chosen = useSignal(offered[0]?.kind ?? "");
  const kind = chosen.value;
  const polled = usePolled<{ items: Note[] }>(() => `/channels/${id}/notes?limit=200${kind ? `&kind=${kind}` : ""}`, `${id} ${kind}`, PERIOD_MS);
  const items = polled.data?.items ?? [];
  return (
    <section>
      <div class="title">
        <h2>{heading}</h2>
        {offered.length > 1 && (
          <div class="tabs" role="group" aria-label="Kind of news">
            {offered.map((one) => (
              <button key={one.kind} type="button" aria-pressed={kind === one.kind} onClick={() => (chosen.value = one.kind)}>
                {one.name}
              </button>
            ))}
          </div>
        )}
        {polled.failure && <span class="failure">{polled.failure}</span>}
      </div>
      {items.length === 0 ? (
        <p class="quiet">{polled.data ? KINDS.find((one) => one.kind === kind)?.none : "Loading"}</p>
      ) : (
        <div class="table" tabIndex={0} role="region" aria-label={heading}>
          <table class="notes">
            <thead>
              <tr>
                <th>Time, {zone.label}</th>
                <th>Kind</th>
                <th>PID</th>
                <th class="number">PTS</th>
                <th>What</th>
              </tr>
            </thead>
            <tbody>
              {items.map((note) => (
                <tr key={note.number}>
                  <td class="number left">{momentText((instant(note.at) ?? 0) / 1000, zone)}</td>
                  <td>{note.kind}</td>
                  <td class="number left">{note.pid === null ? NONE : pid(note.pid)}</td>
                  <td class="number">{note.pts ?? NONE}</td>
                  <td class="text">{note.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
