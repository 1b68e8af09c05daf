/* Lists of channels in and out: every row tells what it would do before anything is done. */
import { useSignal } from "@preact/signals";
import type { components } from "../../../generated/api";
import { heading, words } from "../../model/config";
import { post, reason } from "../../live/api";
import { mayConfigure } from "../../live/config";
import { toast } from "../../live/toasts";

type Report = components["schemas"]["Import"];
type Row = Report["rows"][number];

const MOST_BYTES = 900_000;
const WORDS = { new: "New", changed: "Changed", unchanged: "Unchanged", error: "Cannot be taken" };

function RowLine({ row }: { row: Row }) {
  return (
    <tr data-state={row.state}>
      <td class="number">{row.line || "–"}</td>
      <td class={row.state === "error" ? "notable" : undefined}>{WORDS[row.state]}</td>
      <th scope="row">{row.id ?? "–"}</th>
      <td>
        {row.problem && (
          <span class="failure">
            {row.column && `${heading(row.column)}: `}
            {row.problem}
          </span>
        )}
        {row.state === "changed" &&
          row.fields.map((field) => (
            <div key={field.name}>
              {heading(field.name)}: {words(field.before)} <span aria-label="becomes">→</span> <b>{words(field.after)}</b>
            </div>
          ))}
        {row.state === "new" && <code>{row.fields.find(({ name }) => name === "address")?.after}</code>}
      </td>
    </tr>
  );
}

function Preview({ report, onApply, applying }: { report: Report; onApply: () => void; applying: boolean }) {
  const onlyNews = useSignal(true);
  const rows = [...report.rows].sort((a, b) => a.line - b.line).filter((row) => !onlyNews.value || row.state !== "unchanged");
  const nothing = report.new + report.changed + report.removed.length === 0;
  return (
    <section aria-label="What the list would do">
      <p role="status" class="verdict">
        {report.new} new, {report.changed} changed, {report.unchanged} unchanged, {report.removed.length} to be removed, {report.errors} that cannot be taken
      </p>
      {report.errors > 0 && <p class="failure">A list is taken as a whole: mend the rows below, then look again.</p>}
      {report.removed.length > 0 && <p class="notable">These would be removed: {report.removed.join(", ")}</p>}
      <label class="check">
        <input type="checkbox" checked={onlyNews.value} onChange={(event) => (onlyNews.value = event.currentTarget.checked)} />
        Leave out what stays as it is
      </label>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Rows">
        <table class="objects rows">
          <thead>
            <tr>
              <th scope="col" class="number">
                Line
              </th>
              <th scope="col">Outcome</th>
              <th scope="col">Channel</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <RowLine key={`${row.line}/${i}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="save-bar">
        <button type="button" class="main" disabled={report.errors > 0 || nothing || applying || !report.dry_run} onClick={onApply}>
          {applying ? "Taking it" : "Take this list"}
        </button>
        {nothing && <span class="quiet">There is nothing to do.</span>}
      </div>
    </section>
  );
}

/* @onTaken: the list is in force now */
export function ImportForm({ onTaken }: { onTaken?: () => void }) {
  const list = useSignal("");
  const missing = useSignal("keep");
  const report = useSignal<Report | null>(null);
  const failure = useSignal("");
  const working = useSignal(false);
  const ask = async (dryRun: boolean) => {
    working.value = true;
    failure.value = "";
    try {
      report.value = await post<Report>(`/channels/import?dry_run=${dryRun}`, { list: list.value, missing: missing.value });
      if (!dryRun) {
        toast("The list was taken as one change");
        onTaken?.();
      }
    } catch (error) {
      failure.value = reason(error);
    } finally {
      working.value = false;
    }
  };
  const take = (text: string) => {
    list.value = text;
    report.value = null;
    failure.value = text.length > MOST_BYTES ? "The list is larger than 900 kB" : "";
  };
  const takeFile = (file: File | undefined) => void file?.text().then(take);
  return (
    <>
      <form
        class="object"
        aria-label="Import"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(true);
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          takeFile(event.dataTransfer?.files[0]);
        }}
      >
        <label>
          A file: CSV, M3U or XSPF
          <input type="file" name="file" accept=".csv,.m3u,.m3u8,.xspf,text/csv" onChange={(event) => takeFile(event.currentTarget.files?.[0])} />
        </label>
        <label>
          Or its text
          <textarea name="list" rows={8} spellcheck={false} value={list.value} placeholder={"id,name,address\none,One HD,udp://239.1.1.1:5000"} onInput={(event) => take(event.currentTarget.value)} />
        </label>
        <label>
          Channels that are not in the list
          <select name="missing" value={missing.value} onChange={(event) => ((missing.value = event.currentTarget.value), (report.value = null))}>
            <option value="keep">stay</option>
            <option value="remove">are removed</option>
          </select>
        </label>
        {failure.value && (
          <p class="failure" role="alert">
            {failure.value}
          </p>
        )}
        <div class="save-bar">
          <button type="submit" class={report.value ? undefined : "main"} disabled={!list.value || working.value || list.value.length > MOST_BYTES}>
            {working.value ? "Looking" : "See what it would do"}
          </button>
        </div>
      </form>
      {report.value && !report.value.dry_run && (
        <p role="status" class="verdict">
          Done: generation {report.value.generation}. <a class="filter" href="/config/channels">To the channels</a>
        </p>
      )}
      {report.value?.dry_run && <Preview report={report.value} applying={working.value} onApply={() => void ask(false)} />}
    </>
  );
}

export function ImportConfig(_: { id: string }) {
  return (
    <>
      <div class="title">
        <h1>Import and export</h1>
        <a class="filter" href="/api/v1/channels.csv" download>
          Export as CSV
        </a>
      </div>
      {mayConfigure() ? <ImportForm /> : <p class="locked">Your role may look, not change: an engineer may import.</p>}
    </>
  );
}
