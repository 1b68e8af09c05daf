/* What a profile would have raised over the last day, before it is saved. */
import { useSignal } from "@preact/signals";
import type { components } from "../../../generated/api";
import { heading } from "../../model/config";
import { duration } from "../../model/format";
import { post, reason } from "../../live/api";
import { isLimited, lists } from "../../live/config";

type Simulation = components["schemas"]["Simulation"];

interface Props {
  id: string;
  draft: object | null; /* null: the stored one */
}

function Result({ told }: { told: Simulation }) {
  const most = [...told.items].sort((a, b) => b.alarms - a.alarms).filter(({ alarms }) => alarms > 0);
  return (
    <div role="status">
      <p class="verdict">
        Would have raised {told.alarms} {told.alarms === 1 ? "alarm" : "alarms"} on {told.channels} {told.channels === 1 ? "channel" : "channels"}; what is in force raised {told.present_alarms}.
      </p>
      <p class="quiet">
        {told.by_severity.critical} critical, {told.by_severity.major} major, {told.by_severity.minor} minor, {told.by_severity.warning} warning. Known of every channel: the last {duration(told.covers_s * 1000)}.
        {told.measures_otherwise && " Limits of measuring cannot be tried on the past: these figures are with the present ones."}
      </p>
      {most.length > 0 && (
        <table class="objects">
          <tbody>
            {most.slice(0, 20).map((one) => (
              <tr key={one.channel}>
                <th scope="row">{one.channel}</th>
                <td class="number">{one.alarms}</td>
                <td>{one.faults.map(({ fault, alarms }) => `${heading(fault)} ${alarms}`).join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

export function SimulationPanel({ id, draft }: Props) {
  const group = useSignal("");
  const told = useSignal<Simulation | null>(null);
  const failure = useSignal("");
  const busy = useSignal(false);
  const ask = async () => {
    busy.value = true;
    failure.value = "";
    try {
      told.value = await post<Simulation>(`/profiles/${id}/simulate`, { ...(group.value ? { group: group.value } : {}), ...(draft ? { profile: draft } : {}) });
    } catch (error) {
      failure.value = reason(error);
    } finally {
      busy.value = false;
    }
  };
  if (isLimited()) return null; /* it looks at every channel's record */
  return (
    <section class="simulation" aria-label="Try it on the last 24 hours">
      <h2>Try it on the last 24 hours</h2>
      <div class="compare">
        <label>
          On
          <select value={group.value} onChange={(event) => (group.value = event.currentTarget.value)}>
            <option value="">all channels</option>
            {lists.value.groups.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={busy.value} onClick={() => void ask()}>
          {busy.value ? "Working it out" : draft ? "Try the changes" : "Try it"}
        </button>
      </div>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {told.value && <Result told={told.value} />}
    </section>
  );
}
