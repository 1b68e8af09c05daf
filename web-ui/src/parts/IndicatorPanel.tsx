/* TR 101 290 by priority: state, count, last time. What cannot be judged says so. */
import { count } from "../model/format";
import { type IndicatorRow, type Priority, prioritiesOf } from "../model/indicators";
import { type Zone, momentText } from "../model/time-text";
import type { ChannelDetail } from "../model/types";
import { indicatorNames } from "../live/catalogue";

const STATES = { ok: "ok", error: "error", "not-applicable": "not applicable" } as const;

function Row({ row, zone }: { row: IndicatorRow; zone: Zone }) {
  return (
    <tr data-state={row.state}>
      <td class="number left">{row.number}</td>
      <td>{row.name}</td>
      <td class={row.state === "error" ? "notable" : "quiet"}>{STATES[row.state]}</td>
      <td class="number">{row.state === "not-applicable" ? "" : count(row.count)}</td>
      <td class="number quiet">{row.lastAt === null ? "" : momentText(row.lastAt / 1000, zone).slice(5)}</td>
    </tr>
  );
}

function Panel({ priority, zone }: { priority: Priority; zone: Zone }) {
  return (
    <section class="panel indicators">
      <h2>
        {priority.title} <span class={priority.errors > 0 ? "notable" : "quiet"}>{priority.errors > 0 ? `${priority.errors} in error` : "no error"}</span>
      </h2>
      <div class="table" tabIndex={0} role="region" aria-label={priority.title}>
        <table>
          <thead>
            <tr>
              <th>No.</th>
              <th>Indicator</th>
              <th>State</th>
              <th class="number">Errors</th>
              <th class="number">Last, {zone.label}</th>
            </tr>
          </thead>
          <tbody>
            {priority.rows.map((row) => (
              <Row key={row.number} row={row} zone={zone} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function IndicatorPanel({ channel, zone }: { channel: ChannelDetail | null; zone: Zone }) {
  if (!channel) return <p class="quiet">Loading</p>;
  return (
    <div class="cards three">
      {prioritiesOf(channel.tr101290, indicatorNames.value).map((priority) => (
        <Panel key={priority.priority} priority={priority} zone={zone} />
      ))}
    </div>
  );
}
