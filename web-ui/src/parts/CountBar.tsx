/* How many alarms of each severity are open; a click lists them. */
import { SEVERITIES, word } from "../model/severity";
import { counts } from "../live/state";
import { SeverityIcon } from "./SeverityIcon";

export function CountBar() {
  const all = counts.value;
  return (
    <ul class="counts" role="status" aria-label="Open alarms">
      {SEVERITIES.map((severity) => (
        <li key={severity}>
          <a class={all[severity] > 0 ? "count some" : "count"} href={`/alarms?severity=${severity}`} title={`${word(severity)}: ${all[severity]} open`}>
            <SeverityIcon severity={severity} />
            <b>{all[severity]}</b>
            <span class="wide">{word(severity)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
