/* How many alarms of each severity are open; a click lists them. Without a connection nobody knows: a dash. */
import { isTrusted } from "../model/connection";
import { NONE, clockTime } from "../model/format";
import { SEVERITIES, word } from "../model/severity";
import { connection, counts, loaded, phase, skew } from "../live/state";
import { SeverityIcon } from "./SeverityIcon";

export function CountBar() {
  const all = counts.value;
  const known = loaded.value && (isTrusted(phase.value) || phase.value === "stale");
  const asOf = known || !loaded.value ? "" : `, as of ${clockTime(connection.peek().lastHeard + skew.peek())} UTC`;
  return (
    <div class="counts" role="status" aria-label="Open alarms">
      <ul>
        {SEVERITIES.map((severity) => (
          <li key={severity}>
            <a class={all[severity] > 0 && known ? "count some" : "count"} href={`/alarms?severity=${severity}`} title={`${word(severity)}: ${all[severity]} open${asOf}`}>
              <SeverityIcon severity={severity} />
              <b>{known ? all[severity] : NONE}</b>
              <span class="wide">{word(severity)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
