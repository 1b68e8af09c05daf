/* Which report: everything chosen is in the address. */
import { PERIODS, type ReportChoice, choiceQuery } from "../model/report";
import { go } from "../live/navigation";
import { allChannels } from "../live/state";

const NAMES = { day: "Day", week: "Week", month: "Month", custom: "Other" };
const isoOf = (typed: string): string => (Number.isNaN(Date.parse(`${typed}T00:00:00Z`)) ? "" : `${typed}T00:00:00Z`);

export function ReportChoices({ choice }: { choice: ReportChoice }) {
  const apply = (changes: Partial<ReportChoice>) => go(`/reports?${choiceQuery({ ...choice, ...changes })}`, true);
  const groups = [...new Set(allChannels.value.map(({ group }) => group).filter(Boolean))].sort();
  const date = (name: string, value: string, set: (typed: string) => void) => (
    <label>
      {name}
      <input type="text" pattern="\d{4}-\d{2}-\d{2}" placeholder="2026-11-26" value={value} onChange={(event) => set(event.currentTarget.value)} />
    </label>
  );
  return (
    <form class="choices" aria-label="Which report" onSubmit={(event) => event.preventDefault()}>
      <div class="tabs" role="group" aria-label="Period">
        {PERIODS.map((period) => (
          <button key={period} type="button" aria-pressed={choice.period === period} onClick={() => apply({ period })}>
            {NAMES[period]}
          </button>
        ))}
      </div>
      {choice.period !== "custom" && date("Date in it", choice.date, (typed) => apply({ date: typed }))}
      {choice.period === "custom" && date("From (UTC)", choice.from.slice(0, 10), (typed) => apply({ from: isoOf(typed) }))}
      {choice.period === "custom" && date("To (UTC)", choice.to.slice(0, 10), (typed) => apply({ to: isoOf(typed) }))}
      <label>
        Group
        <select value={choice.group} onChange={(event) => apply({ group: event.currentTarget.value })}>
          <option value="">All</option>
          {groups.map((group) => (
            <option key={group} value={group}>
              {group}
            </option>
          ))}
        </select>
      </label>
      <label>
        Target %
        <input type="number" min="50" max="100" step="0.001" value={choice.target} onChange={(event) => apply({ target: event.currentTarget.value || "99.9" })} />
      </label>
      <label>
        Planned work
        <select value={choice.maintenance} onChange={(event) => apply({ maintenance: event.currentTarget.value === "include" ? "include" : "exclude" })}>
          <option value="exclude">Excluded</option>
          <option value="include">Included</option>
        </select>
      </label>
      <label>
        Loudness by
        <select value={choice.loudness} onChange={(event) => apply({ loudness: event.currentTarget.value === "a85" ? "a85" : "r128" })}>
          <option value="r128">EBU R 128</option>
          <option value="a85">ATSC A/85</option>
        </select>
      </label>
    </form>
  );
}
