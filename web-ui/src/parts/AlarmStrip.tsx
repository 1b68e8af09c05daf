/* Along the foot of the wall: what is open, worst and unacknowledged first, one card an incident. */
import { channelOf, incidents, isShown, isWaiting, subject } from "../model/alarm-list";
import { instant, shortDuration } from "../model/format";
import type { Incident } from "../model/alarm-list";
import { mayAct, whyNot } from "../live/account";
import { askToAcknowledge, selectedAlarm } from "../live/actions";
import { alarms, allChannels, loaded, now } from "../live/state";
import { SeverityIcon } from "./SeverityIcon";

const MOST = 12;

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
  const parts = [`${channels.length} channels`, `${count("ok")} ok`];
  for (const [state, name] of [["fault", "in fault"], ["unknown", "not known"], ["planned", "planned"], ["starting", "starting"]] as const) {
    if (count(state) > 0) parts.push(`${count(state)} ${name}`);
  }
  return (
    <p class="calm-line">
      <b>No open alarms</b> {parts.join(" · ")}
    </p>
  );
}

export function AlarmStrip() {
  const shown = incidents(alarms.value.filter(isShown));
  if (!loaded.value) return <footer class="strip" />;
  return (
    <footer class="strip" aria-label="Open alarms">
      {shown.length === 0 ? (
        <Calm />
      ) : (
        <ul>
          {shown.slice(0, MOST).map((incident) => (
            <Card key={incident.id} incident={incident} />
          ))}
          {shown.length > MOST && (
            <li>
              <a href="/alarms">{shown.length - MOST} more</a>
            </li>
          )}
        </ul>
      )}
    </footer>
  );
}
