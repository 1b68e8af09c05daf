/* What a receiver was sent and answered; a test message; and any event of the past once more. */
import { useSignal } from "@preact/signals";
import type { components } from "../../../generated/api";
import { get, post, reason } from "../../live/api";
import { Loaded, useLoaded } from "./Loaded";

type Attempt = components["schemas"]["DeliveryAttempt"];

interface Tried {
  delivered: boolean;
  text: string | null;
}

function Answer({ tried }: { tried: Tried | string }) {
  if (typeof tried === "string") return <p class="failure" role="alert">{tried}</p>;
  return (
    <p role="status" class={tried.delivered ? undefined : "failure"}>
      <b>{tried.delivered ? "Taken" : "Not taken"}</b> <code>{tried.text ?? ""}</code>
    </p>
  );
}

export function DeliveryLog({ id }: { id: string }) {
  const tried = useSignal<Tried | string | null>(null);
  const busy = useSignal(false);
  const loaded = useLoaded(() => get<{ items: Attempt[] }>(`/receivers/${id}/deliveries`), id);
  const attempt = async (path: string, body: Record<string, unknown>) => {
    busy.value = true;
    tried.value = await post<Tried>(`/receivers/${id}/${path}`, body).catch((error: unknown) => reason(error));
    busy.value = false;
    void loaded.value.reload();
  };
  return (
    <section class="deliveries" aria-label="Deliveries">
      <div class="title">
        <h2>Deliveries</h2>
        <button type="button" disabled={busy.value} onClick={() => void attempt("test", {})}>
          {busy.value ? "Sending" : "Send a test message"}
        </button>
        <button type="button" onClick={() => void loaded.value.reload()}>
          Look again
        </button>
      </div>
      {tried.value !== null && <Answer tried={tried.value} />}
      <Loaded from={loaded}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty-line">Nothing was sent since gantryd started.</p>
          ) : (
            <div class="scrolling" tabIndex={0} role="region" aria-label="Attempts">
              <table class="objects">
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">What</th>
                    <th scope="col">Outcome</th>
                    <th scope="col" class="number">
                      Took
                    </th>
                    <th scope="col">Answer</th>
                    <th scope="col">Again</th>
                  </tr>
                </thead>
                <tbody>
                  {items.slice(0, 50).map((one) => (
                    <tr key={one.number}>
                      <td class="number left">{one.at.slice(0, 19).replace("T", " ")}</td>
                      <td>
                        {one.title || one.what} <small>{one.attempt > 1 && `attempt ${one.attempt}`}</small>
                      </td>
                      <td class={one.outcome === "delivered" ? undefined : "failure"}>
                        {one.outcome} {one.status > 0 && one.status}
                      </td>
                      <td class="number">{one.latency_ms} ms</td>
                      <td>
                        <code>{one.answer.slice(0, 120)}</code>
                      </td>
                      <td>
                        {one.seq > 0 && (
                          <button type="button" disabled={busy.value} aria-label={`Send ${one.title} once more`} onClick={() => void attempt("replay", { seq: one.seq })}>
                            Send again
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </section>
  );
}
