/* Along the foot of the wall, or beside it: what is open, worst and unacknowledged first, one card an incident. */
import type { ComponentChildren } from "preact";
import { channelOf, incidents, isShown, isWaiting, subject } from "../model/alarm-list";
import { instant, shortDuration } from "../model/format";
import type { Incident } from "../model/alarm-list";
import { word } from "../model/severity";
import { mayAct, whyNot } from "../live/account";
import { askToAcknowledge, selectedAlarm } from "../live/actions";
import { allChannels, loaded, now } from "../live/state";
import { choose, options, wallAlarms } from "../live/wall";
import { SeverityIcon } from "./SeverityIcon";

const MOST = 12;
const MOST_UPRIGHT = 40;

function Card({ incident }: { incident: Incident }) {
  const { lead, others } = incident;
  const channel = channelOf(lead);
  const open = instant(lead.raised_at);
  const chosen = selectedAlarm.value === lead.id;
  return (
    <li class={`card-alarm severity-${lead.severity}${isWaiting(lead) ? " waiting" : ""}`} data-alarm={lead.id} aria-current={chosen ? "true" : undefined}>
      <SeverityIcon severity={lead.severity} />
      <a class="what" href={channel ? `/channels/${channel}` : "/alarms"} title={`${subject(lead)}: ${lead.text}`}>
        <b>
          {subject(lead)}
          {others.length > 0 && <span class="more"> +{others.length}</span>}
        </b>
        <span>{lead.text}</span>
      </a>
      <span class="since">{open === null ? "" : shortDuration(now.value - open)}</span>
      {isWaiting(lead) ? (
        <button type="button" disabled={!mayAct.value} title={whyNot.value} onClick={() => askToAcknowledge(lead)}>
          Ack
        </button>
      ) : (
        <span class="owner" title={lead.note}>
          {lead.owner}
        </span>
      )}
    </li>
  );
}

function Calm() {
  const channels = allChannels.value;
  const count = (state: string) => channels.filter((channel) => channel.state === state).length;
  const parts = [`${channels.length} channel${channels.length === 1 ? "" : "s"}`, `${count("ok")} ok`];
  for (const [state, name] of [["fault", "in fault"], ["unknown", "not known"], ["planned", "planned"], ["starting", "starting"], ["disabled", "switched off"]] as const) {
    if (count(state) > 0) parts.push(`${count(state)} ${name}`);
  }
  return (
    <p class="calm-line">
      <b>No open alarms</b> {parts.join(" · ")}
    </p>
  );
}

/* Alarms below the chosen severity are out of sight: it is said, with the way back. */
function Filter() {
  const { least } = options.value;
  if (!least) return null;
  return (
    <button type="button" class="filter-chip" onClick={() => choose("severity", null)}>
      {least === "critical" ? "Critical only" : `${word(least)} and worse`} ✕
    </button>
  );
}

/* @upright: beside the tiles, with room for more. */
export function AlarmStrip({ upright, children }: { upright?: boolean; children?: ComponentChildren }) {
  const shown = incidents(wallAlarms.value.filter(isShown));
  const most = upright ? MOST_UPRIGHT : MOST;
  return (
    <footer class={upright ? "strip upright" : "strip"} aria-label="Open alarms">
      <Filter />
      {!loaded.value ? (
        <p class="calm-line">Connecting</p>
      ) : shown.length === 0 ? (
        <Calm />
      ) : (
        <ul>
          {shown.slice(0, most).map((incident) => (
            <Card key={incident.id} incident={incident} />
          ))}
          {shown.length > most && (
            <li>
              <a href="/alarms">{shown.length - most} more</a>
            </li>
          )}
        </ul>
      )}
      {children}
    </footer>
  );
}
