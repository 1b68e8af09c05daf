/* What narrows a list of alarms; every choice is in the address. */
import { type AlarmFilter, filterQuery, isFiltering, withSeverity } from "../model/alarm-filter";
import { SEVERITIES, word } from "../model/severity";
import { go } from "../live/navigation";
import { allChannels } from "../live/state";
import { SeverityIcon } from "./SeverityIcon";

interface Props {
  filter: AlarmFilter;
  at: string; /* path that the filter is added to */
  keep: string; /* the rest of the query, "show=open" */
  past: boolean; /* of the past: nothing waits there */
}

export function AlarmFilters({ filter, at, keep, past }: Props) {
  const channels = allChannels.value;
  const groups = [...new Set(channels.map(({ group }) => group).filter(Boolean))].sort();
  const apply = (next: AlarmFilter) => go(`${at}?${[keep, filterQuery(next)].filter(Boolean).join("&")}`, true);
  return (
    <form class="filters" role="search" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend class="hidden">Severity</legend>
        {SEVERITIES.map((severity) => (
          <label key={severity} class="check">
            <input type="checkbox" checked={filter.severities.includes(severity)} onChange={(event) => apply(withSeverity(filter, severity, event.currentTarget.checked))} />
            <SeverityIcon severity={severity} /> {word(severity)}
          </label>
        ))}
      </fieldset>
      <label>
        <span class="hidden">Group</span>
        <select value={filter.group} onChange={(event) => apply({ ...filter, group: event.currentTarget.value })}>
          <option value="">All groups</option>
          {groups.map((group) => (
            <option key={group} value={group}>
              {group}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="hidden">Channel</span>
        <select value={filter.channel} onChange={(event) => apply({ ...filter, channel: event.currentTarget.value })}>
          <option value="">All channels</option>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="search">
        <span class="hidden">Text</span>
        <input type="search" placeholder="Text" value={filter.text} maxLength={100} onInput={(event) => apply({ ...filter, text: event.currentTarget.value })} />
      </label>
      {!past && (
        <label class="check">
          <input type="checkbox" checked={filter.waiting} onChange={(event) => apply({ ...filter, waiting: event.currentTarget.checked })} />
          Unacknowledged only
        </label>
      )}
      {isFiltering(filter) && (
        <a class="filter" href={keep ? `${at}?${keep}` : at}>
          Show all
        </a>
      )}
    </form>
  );
}
