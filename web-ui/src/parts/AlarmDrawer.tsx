/* One alarm beside the list: what it is, what happened, what was seen, what to do. Its address can be passed on. */
import { channelOf, isWaiting, subject } from "../model/alarm-list";
import { dateTime, duration, instant } from "../model/format";
import { word } from "../model/severity";
import type { Alarm, AlarmDetail } from "../model/types";
import { mayAct, whyNot } from "../live/account";
import { type Act, ask, perform } from "../live/actions";
import { query } from "../live/navigation";
import { usePolled } from "../live/polling";
import { alarms, now, session } from "../live/state";
import { toast } from "../live/toasts";
import { AlarmChart } from "./AlarmChart";
import { Kept } from "./EvidenceDialog";
import { RunbookPanel } from "./RunbookPanel";
import { SeverityIcon } from "./SeverityIcon";
import { Timeline } from "./Timeline";

const AGAIN_MS = 5000;
const LATER_MS = 1000;

function Acts({ alarm }: { alarm: Alarm }) {
  const disabled = !mayAct.value;
  const button = (name: string, run: () => void) => (
    <button key={name} type="button" disabled={disabled} title={whyNot.value} onClick={run}>
      {name}
    </button>
  );
  const dialog = (act: Act, name: string) => button(name, () => ask(act, [alarm]));
  const copy = () => navigator.clipboard?.writeText(location.href).then(() => toast("The link is copied"), () => toast("This browser does not let pages copy"));
  const me = session.value?.user ?? "";
  return (
    <div class="acts">
      {isWaiting(alarm) && dialog("ack", "Acknowledge")}
      {alarm.operator_state === "ack" && button("Un-acknowledge", () => void perform([alarm], "unack"))}
      {alarm.operator_state === "shelved" ? button("Unshelve", () => void perform([alarm], "unshelve")) : dialog("shelve", "Shelve")}
      {alarm.owner !== me && alarm.operator_state !== "shelved" && button("Assign to me", () => void perform([alarm], "assign", { note: "", minutes: 0, user: me }))}
      {dialog("assign", "Assign")}
      {dialog("comment", "Comment")}
      <button type="button" onClick={() => void copy()}>
        Copy link
      </button>
    </div>
  );
}

function State({ alarm }: { alarm: Alarm }) {
  const raised = instant(alarm.raised_at);
  const cleared = instant(alarm.cleared_at);
  const until = instant(alarm.until);
  const end = cleared ?? now.value;
  return (
    <dl class="facts">
      <div>
        <dt>Raised</dt>
        <dd>{raised === null ? "–" : `${dateTime(raised)} UTC`}</dd>
      </div>
      <div>
        <dt>{cleared === null ? "Open for" : "Cleared"}</dt>
        <dd>
          {cleared !== null && `${dateTime(cleared)} UTC, after `}
          {raised === null ? "–" : duration(end - raised)}
        </dd>
      </div>
      <div>
        <dt>Operator</dt>
        <dd>
          {{ none: alarm.owner ? `Assigned to ${alarm.owner}` : "Nobody yet", ack: `Acknowledged by ${alarm.owner}`, shelved: `Shelved by ${alarm.owner}` }[alarm.operator_state]}
          {until !== null && ` until ${dateTime(until)} UTC`}
        </dd>
      </div>
      <div>
        <dt>Cause in</dt>
        <dd>{{ input: "the input", network: "the network", monitor: "this box" }[alarm.cause_scope] ?? alarm.cause_scope}</dd>
      </div>
    </dl>
  );
}

/* "3 s later": how far behind @since an alarm came, where that is worth a word. */
function laterText(alarm: Alarm, since: number | null): string {
  const raised = instant(alarm.raised_at);
  return since === null || raised === null || raised - since < LATER_MS ? "" : `${duration(raised - since)} later`;
}

/* When the first of them was raised, in ms; null where none says. */
function firstOf(list: readonly Alarm[]): number | null {
  const times = list.flatMap((alarm) => instant(alarm.raised_at) ?? []);
  return times.length > 0 ? Math.min(...times) : null;
}

/* @since: when the first of them was raised */
function Others({ heading, list, since = null }: { heading: string; list: readonly Alarm[]; since?: number | null }) {
  if (list.length === 0) return null;
  return (
    <section>
      <h3>{heading}</h3>
      <ul class="others">
        {list.map((alarm) => (
          <li key={alarm.id}>
            <SeverityIcon severity={alarm.severity} />
            <a href={`/alarms/${encodeURIComponent(alarm.id)}?${query.value.toString()}`}>
              <b>{subject(alarm)}</b> {alarm.text}
            </a>
            <span class="quiet">{alarm.first_out ? "failed first" : laterText(alarm, since)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rule({ detail }: { detail: AlarmDetail }) {
  const { rule, runbook } = detail;
  return (
    <section>
      <h3>The rule that fired</h3>
      {rule ? (
        <p>
          {rule.text} <span class="quiet">By the profile “{rule.profile}”.</span>
        </p>
      ) : (
        <p class="quiet">The rule is not known now.</p>
      )}
      {rule && rule.limits.length > 0 && (
        <ul class="quiet">
          {rule.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
      <p class="quiet">
        {runbook.sentence}
        {runbook.standard !== "-" && ` (${runbook.standard})`}
      </p>
    </section>
  );
}

function Body({ detail, alarm }: { detail: AlarmDetail; alarm: Alarm }) {
  const channel = channelOf(alarm);
  const raised = instant(alarm.raised_at);
  return (
    <>
      <Acts alarm={alarm} />
      <State alarm={alarm} />
      <RunbookPanel detail={detail} />
      <section>
        <h3>What happened</h3>
        <Timeline id={alarm.id} />
      </section>
      {alarm.evidence && (
        <section>
          <h3>What was seen</h3>
          <Kept alarm={alarm} />
        </section>
      )}
      {channel && (
        <section>
          <h3>
            Around the moment · <a href={`/channels/${channel}${raised === null ? "" : `?at=${new Date(raised).toISOString()}`}`}>open the channel</a>
            {!alarm.evidence && (
              <>
                {" · "}
                <a href={`/api/v1/alarms/${encodeURIComponent(alarm.id)}/clip.ts`} download>
                  download the clip
                </a>
              </>
            )}
          </h3>
          <AlarmChart alarm={alarm} />
        </section>
      )}
      <Rule detail={detail} />
      <Others heading="Also in this incident" list={detail.members} since={firstOf([alarm, ...detail.members])} />
      <Others heading="Raised within a minute of it" list={detail.near} />
    </>
  );
}

export function AlarmDrawer({ id }: { id: string }) {
  const polled = usePolled<AlarmDetail>(() => `/alarms/${encodeURIComponent(id)}`, id, AGAIN_MS);
  const detail = polled.data;
  const alarm = alarms.value.find((one) => one.id === id) ?? detail?.alarm;
  return (
    <aside class={polled.failure && detail ? "drawer greyed" : "drawer"} aria-label="Alarm">
      <header class={alarm ? `severity-${alarm.severity}` : undefined}>
        {alarm && <SeverityIcon severity={alarm.severity} />}
        <h2>{alarm ? subject(alarm) : "Alarm"}</h2>
        <a class="close" href={`/alarms?${query.value.toString()}`} aria-label="Close">
          ✕
        </a>
      </header>
      {alarm && (
        <p class="sentence">
          <b>{alarm.is_cleared ? "Cleared" : word(alarm.severity)}</b> {alarm.text}
        </p>
      )}
      {polled.failure && <p class="failure">{polled.failure}</p>}
      {detail && alarm ? <Body key={id} detail={detail} alarm={alarm} /> : !polled.failure && <p class="quiet">Loading</p>}
    </aside>
  );
}
