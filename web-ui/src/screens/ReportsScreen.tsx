/* What a channel was worth: availability with its coverage, response times, alarms an operator got, loudness; on paper, too. */
import { dateTime, duration, instant } from "../model/format";
import { type AlarmFigures, spanName, spanSentence } from "../model/handover";
import { HEAT_WORDS, type Heat, budget, choiceOf, choiceQuery, periodName, share } from "../model/report";
import type { Availability, AvailabilityReport, ChannelAvailability } from "../model/types";
import { query } from "../live/navigation";
import { usePolled } from "../live/polling";
import { useReport } from "../live/report";
import { HeatStrip } from "../parts/HeatStrip";
import { ReportChoices } from "../parts/ReportChoices";
import { Skeleton } from "../parts/Skeleton";

const FIGURES_MS = 30_000;

function Cells({ one, target }: { one: Availability; target: number }) {
  const missed = one.availability !== null && one.availability < target;
  return (
    <>
      <td class={missed ? "number notable" : "number"}>
        {share(one.availability)}
        {missed && <span class="hidden"> below the target</span>}
      </td>
      <td class="number">{share(one.coverage, 1)}</td>
      <td class="number">{one.down_seconds > 0 ? duration(one.down_seconds * 1000) : "0 s"}</td>
      <td class="number">{one.outages}</td>
      <td class={one.budget_left_seconds < 0 ? "number notable" : "number"}>{one.counted_seconds > 0 ? budget(one.budget_left_seconds) : "–"}</td>
      <td class="number">{one.error_seconds}</td>
      <td class="number">{one.planned_seconds > 0 ? duration(one.planned_seconds * 1000) : "–"}</td>
    </>
  );
}

function Heads({ first }: { first: string }) {
  return (
    <thead>
      <tr>
        <th>{first}</th>
        {["Availability", "Measured", "Lost", "Outages", "Budget", "Error-seconds", "Planned work"].map((name) => (
          <th key={name} class="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Channels({ report }: { report: AvailabilityReport }) {
  return (
    <table class="report">
      <Heads first="Channel" />
      <tbody>
        {report.channels.map((channel) => (
          <tr key={channel.id}>
            <td>
              <a href={`/channels/${channel.id}`}>{channel.name}</a>
              <HeatStrip days={channel.days} target={report.target} />
            </td>
            <Cells one={channel} target={report.target} />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          <Cells one={report.total} target={report.target} />
        </tr>
      </tfoot>
    </table>
  );
}

function Groups({ report }: { report: AvailabilityReport }) {
  if (report.groups.length < 2) return null;
  return (
    <section class="panel">
      <h2>By group</h2>
      <table class="report">
        <Heads first="Group" />
        <tbody>
          {report.groups.map((group) => (
            <tr key={group.group}>
              <td>{group.group || "No group"}</td>
              <Cells one={group} target={report.target} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Response({ response }: Pick<AvailabilityReport, "response">) {
  const mean = (seconds: number | null) => (seconds === null ? "–" : duration(seconds * 1000));
  return (
    <section class="panel">
      <h2>Response</h2>
      <dl class="facts">
        <div>
          <dt>Alarms told</dt>
          <dd>
            {response.alarms}
            {response.cut && " and more: only the newest are counted"}
          </dd>
        </div>
        <div>
          <dt>Mean time to acknowledge</dt>
          <dd>
            {mean(response.mean_acknowledge_seconds)} over {response.acknowledged}; {response.alarms - response.acknowledged} were never acknowledged
          </dd>
        </div>
        <div>
          <dt>Mean time to repair</dt>
          <dd>
            {mean(response.mean_repair_seconds)} over {response.cleared}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Health() {
  const polled = usePolled<AlarmFigures & { top: { resource: string; type: string; count: number }[] }>(() => "/alarm-figures", "alarm-figures", FIGURES_MS);
  const figures = polled.data;
  return (
    <section class="panel">
      <h2>Health of the alarm system</h2>
      {!figures && <p class="quiet">{polled.failure || "Loading"}</p>}
      {figures && (
        <ul>
          {figures.spans.map((span) => (
            <li key={span.span} class={span.per_hour.met ? undefined : "notable"}>
              {spanName(span.span)}: {spanSentence(span)}
            </li>
          ))}
          <li class={figures.stale.met ? undefined : "notable"}>{figures.stale.value} stand for more than 24 hours</li>
        </ul>
      )}
      {figures && figures.top.length > 0 && (
        <>
          <h3>Most frequent, 7 days</h3>
          <ol class="top">
            {figures.top.map(({ resource, type, count }) => (
              <li key={`${resource} ${type}`}>
                {count} × {type} · {resource}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Loud({ channel }: { channel: ChannelAvailability }) {
  const { hours, compliant_hours, mean_lufs, failed } = channel.loudness;
  return (
    <tr>
      <td>{channel.name}</td>
      <td class="number">{hours}</td>
      <td class={compliant_hours < hours ? "number notable" : "number"}>{compliant_hours}</td>
      <td class="number">{mean_lufs === null ? "–" : `${mean_lufs.toFixed(1)} LUFS`}</td>
      <td>
        {failed.length > 0 && (
          <details>
            <summary>{failed.length} hours off</summary>
            <ul>
              {failed.map(({ at, lufs, true_peak_dbtp }) => (
                <li key={at}>
                  {dateTime(instant(at) ?? 0).slice(0, 16)} UTC: {lufs?.toFixed(1)} LUFS{true_peak_dbtp === null ? "" : `, ${true_peak_dbtp.toFixed(1)} dBTP`}
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}

function Loudness({ report }: { report: AvailabilityReport }) {
  const measured = report.channels.filter(({ loudness }) => loudness.hours > 0);
  return (
    <section class="panel">
      <h2>Loudness by the hour</h2>
      <p class="quiet">{report.loudness_standard}. Whole hours of the first sound; {report.total.compliant_hours} of {report.total.loudness_hours} hours comply.</p>
      {measured.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Channel</th>
              <th class="number">Hours</th>
              <th class="number">Comply</th>
              <th class="number">Mean</th>
              <th>Off</th>
            </tr>
          </thead>
          <tbody>
            {measured.map((channel) => (
              <Loud key={channel.id} channel={channel} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Legend() {
  return (
    <ul class="legend heat">
      {(Object.keys(HEAT_WORDS) as Heat[]).map((heat) => (
        <li key={heat}>
          <span data-heat={heat} /> {HEAT_WORDS[heat]}
        </li>
      ))}
    </ul>
  );
}

function Report({ report }: { report: AvailabilityReport }) {
  const made = instant(report.made_at);
  return (
    <>
      <p class="summary">
        <b>{periodName(report)}</b> ({report.timezone}) · target {(report.target * 100).toFixed(3)} % · planned work {report.maintenance}
        {report.provisional && <strong class="provisional">Provisional: the period is not over</strong>}
      </p>
      <Channels report={report} />
      <Legend />
      <Groups report={report} />
      <div class="cards">
        <Response response={report.response} />
        <Health />
      </div>
      <Loudness report={report} />
      <section class="panel rules">
        <h2>How it is counted</h2>
        <ul>
          {report.rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
        <p class="quiet">Made {made === null ? "" : `${dateTime(made)} UTC`} by Gantry.</p>
      </section>
    </>
  );
}

export function ReportsScreen() {
  const choice = choiceOf(query.value);
  const { report, busy, failure } = useReport(choice);
  const asked = choiceQuery(choice);
  return (
    <main class={report && (busy || failure) ? "screen reports greyed" : "screen reports"}>
      <div class="title">
        <h1>Availability</h1>
        <a class="filter" href={`/api/v1/reports/availability.csv?${asked}`} download>
          CSV
        </a>
        <a class="filter" href={`/api/v1/reports/availability?${asked}`} download="availability.json">
          JSON
        </a>
        <button type="button" onClick={() => print()}>
          Print or save as PDF
        </button>
      </div>
      <ReportChoices choice={choice} />
      {failure && <p class="failure">{failure}</p>}
      {busy && <p role="status">{report ? "The new report is being made" : "The report is being made"}</p>}
      {busy && !report && <Skeleton />}
      {report && report.channels.length === 0 && <p class="empty-line">No channel fits.</p>}
      {report && report.channels.length > 0 && <Report report={report} />}
    </main>
  );
}
