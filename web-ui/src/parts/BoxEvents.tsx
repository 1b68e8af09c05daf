/* The last lines of the journal about the box itself. It stands still until somebody lets it run. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { clockTime, day, instant } from "../model/format";
import { get, reason } from "../live/api";
import { repeat } from "../live/polling";
import { lastEvent } from "../live/state";

const PERIOD_MS = 3000;
const BACK = 400; /* events that are looked through at first */
const SHOWN = 60;
const OF_BOX = /^(box|audit|login|config|start|stop)/;

interface BoxEvent {
  seq: number;
  id: string;
  kind: string;
  at: string;
  resource?: string;
  actor?: string;
  text?: string;
}

interface Page {
  items: BoxEvent[];
  last_seq: number;
}

const isOfBox = (event: BoxEvent): boolean => OF_BOX.test(event.kind) || event.resource === "box";

export function BoxEvents() {
  const runs = useSignal(false);
  const lines = useSignal<readonly BoxEvent[]>([]);
  const failure = useSignal("");
  const words = useSignal("");
  useEffect(() => {
    let after = Math.max(0, lastEvent.peek() - BACK);
    let gone = false;
    const turn = async () => {
      try {
        const page = await get<Page>(`/events/log?after=${after}&limit=1000`);
        if (gone) return;
        after = page.last_seq;
        lines.value = [...lines.peek(), ...page.items.filter(isOfBox)].slice(-SHOWN);
        failure.value = "";
      } catch (error) {
        if (!gone) failure.value = reason(error);
      }
    };
    lines.value = [];
    const stop = runs.value ? repeat(turn, PERIOD_MS) : null;
    if (!stop) void turn();
    return () => {
      gone = true;
      stop?.();
    };
  }, [runs.value]);
  const wanted = words.value.toLowerCase();
  const shown = lines.value.filter((line) => `${line.kind} ${line.text ?? ""} ${line.actor ?? ""} ${line.resource ?? ""}`.toLowerCase().includes(wanted)).slice().reverse();
  return (
    <section class="panel box-events">
      <div class="title">
        <h2>Journal of the box</h2>
        <button type="button" aria-pressed={runs.value} onClick={() => (runs.value = !runs.value)}>
          {runs.value ? "Pause" : "Let it run"}
        </button>
        <label class="inline">
          <span class="unseen">Only lines with</span>
          <input type="search" placeholder="Only lines with" value={words.value} onInput={(event) => (words.value = event.currentTarget.value)} />
        </label>
        <span class="quiet">{runs.value ? "running" : "paused"}</span>
        {failure.value && <span class="failure">{failure.value}</span>}
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{failure.value ? "" : "Nothing about the box itself among the last events."}</p>
      ) : (
        <div class="table" tabIndex={0} role="region" aria-label="Journal of the box">
          <table>
            <tbody>
              {shown.map((line) => {
                const at = instant(line.at) ?? 0;
                return (
                  <tr key={line.seq}>
                    <td class="number left">
                      {day(at).slice(5)} {clockTime(at)}
                    </td>
                    <td>{line.kind}</td>
                    <td>{line.resource ?? ""}</td>
                    <td>{line.actor ?? ""}</td>
                    <td class="text">{line.text ?? ""}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
