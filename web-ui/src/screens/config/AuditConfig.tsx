/* The audit trail: who did what, from where; looked through, paged, taken along as a table. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, reason } from "../../live/api";

interface Entry {
  seq: number;
  at: string;
  actor: string;
  from: string | null;
  text: string;
  before: string | null;
  after: string | null;
}
interface Page {
  items: Entry[];
  next_cursor: string | null;
}

const query = (actor: string, text: string) => `${actor ? `&actor=${encodeURIComponent(actor)}` : ""}${text ? `&q=${encodeURIComponent(text)}` : ""}`;

export function AuditConfig(_: { id: string }) {
  const actor = useSignal("");
  const text = useSignal("");
  const items = useSignal<Entry[]>([]);
  const cursor = useSignal<string | null>("");
  const failure = useSignal("");
  const load = async (from: string) => {
    failure.value = "";
    try {
      const page = await get<Page>(`/audit?limit=100${query(actor.value, text.value)}${from ? `&cursor=${from}` : ""}`);
      items.value = from ? [...items.value, ...page.items] : page.items;
      cursor.value = page.next_cursor;
    } catch (error) {
      failure.value = reason(error);
    }
  };
  useEffect(() => void load(""), []);
  const search = (event: Event) => {
    event.preventDefault();
    void load("");
  };
  return (
    <>
      <div class="title">
        <h1>Audit</h1>
        <a class="button" href={`/api/v1/audit.csv?limit=1000${query(actor.value, text.value)}`} download>
          As a table (CSV)
        </a>
      </div>
      <form class="audit-search" role="search" onSubmit={search}>
        <label>
          Who
          <input value={actor.value} spellcheck={false} onInput={(event) => (actor.value = event.currentTarget.value.trim())} />
        </label>
        <label>
          What
          <input value={text.value} spellcheck={false} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
        <button type="submit">Look</button>
      </form>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {items.value.length === 0 && !failure.value && <p role="status">{cursor.value === "" ? "Loading" : "Nothing was found."}</p>}
      {items.value.length > 0 && (
        <table class="objects">
          <thead>
            <tr>
              <th scope="col">When (UTC)</th>
              <th scope="col">Who</th>
              <th scope="col">From</th>
              <th scope="col">What</th>
              <th scope="col">Inventory before, after</th>
            </tr>
          </thead>
          <tbody>
            {items.value.map((one) => (
              <tr key={one.seq}>
                <td>{one.at.slice(0, 19).replace("T", " ")}</td>
                <td>{one.actor}</td>
                <td>{one.from ?? ""}</td>
                <td>{one.text}</td>
                <td>{one.before ? `${one.before.slice(0, 8)}, ${(one.after ?? "").slice(0, 8)}` : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {cursor.value && items.value.length > 0 && (
        <button type="button" onClick={() => void load(cursor.value ?? "")}>
          Older
        </button>
      )}
    </>
  );
}
