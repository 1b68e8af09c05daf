/* Receivers: who hears of what, a test with the real answer, and what was delivered. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import type { Fields } from "../../model/config";
import { get } from "../../live/api";
import { isAdmin, lists, loadLists } from "../../live/config";
import { go } from "../../live/navigation";
import { DeleteButton } from "../../parts/config/DeleteButton";
import { DeliveryLog } from "../../parts/config/DeliveryLog";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

type Receiver = components["schemas"]["Receiver"];

const KINDS: Readonly<Record<string, { name: string; url: string; secret: string; to: string }>> = {
  webhook: { name: "Webhook (signed JSON)", url: "https://example.org/hook", secret: "Signing key", to: "" },
  slack: { name: "Slack", url: "", secret: "Address of the incoming webhook", to: "" },
  teams: { name: "Microsoft Teams (Workflows)", url: "", secret: "Address of the workflow", to: "" },
  pagerduty: { name: "PagerDuty", url: "", secret: "Routing key", to: "" },
  jsm: { name: "Jira Service Management", url: "", secret: "API key", to: "" },
  alertmanager: { name: "Alertmanager", url: "http://alertmanager:9093", secret: "", to: "" },
  telegram: { name: "Telegram", url: "", secret: "Token of the bot", to: "Chat" },
  email: { name: "E-mail", url: "smtps://mail.example.org:465", secret: "Password of the mail server", to: "Recipients, with commas between" },
  syslog: { name: "Syslog (RFC 5424)", url: "tls://log.example.org:6514", secret: "", to: "" },
};
const STATES = { ok: "Takes what it is sent", behind: "Behind", failing: "Does not take it", refusing: "Refuses: its settings are wrong", paused: "Paused" };
const SEVERITIES = ["warning", "minor", "major", "critical"];
const IMPACTS = ["off-air", "component-missing", "quality", "non-conformant", "none"];
const BLANK: Fields = {
  kind: "webhook", url: "", secret: "", to: "", from: "", user: "", title: "", text: "", allow_private: false, paused: false,
  heartbeat_s: 0, per_minute: 0, min_severity: "warning", level: 0, scoped: false, groups: [], channels: [], impacts: [], hours: [], time_zone: "",
};

function specsOf(values: Fields, fresh: boolean): FieldSpec[] {
  const kind = KINDS[String(values["kind"])] ?? KINDS["webhook"];
  const email = (all: Fields) => all["kind"] === "email";
  return [
    ...(fresh ? [{ name: "id", label: "Id", kind: "text", required: true, maxLength: 63, placeholder: "on-call" } satisfies FieldSpec] : []),
    { name: "kind", label: "Kind", kind: "select", options: Object.entries(KINDS).map(([value, { name }]) => ({ value, label: name })) },
    { name: "url", label: "Address", kind: "text", placeholder: kind?.url ?? "", hint: "Empty: the kind's own", shown: (all) => !["slack", "teams"].includes(String(all["kind"])) },
    { name: "secret", label: kind?.secret || "Secret", kind: "secret", hint: values["has_secret"] ? "One is kept. It is never shown; write a new one to replace it" : "Written once, never shown again", shown: () => Boolean(kind?.secret) },
    { name: "to", label: kind?.to || "To", kind: "text", shown: () => Boolean(kind?.to) },
    { name: "from", label: "Sender", kind: "text", shown: email },
    { name: "user", label: "User of the mail server", kind: "text", shown: email },
    { name: "min_severity", label: "Hears of this severity and worse", kind: "select", options: SEVERITIES.map((value) => ({ value, label: value })) },
    { name: "groups", label: "Groups", kind: "names", suggest: lists.value.groups },
    { name: "channels", label: "Channels", kind: "names", suggest: lists.value.channels },
    { name: "scoped", label: "A broadcaster's: its own channels alone, nothing of the box", kind: "check" },
    { name: "impacts", label: "Only what viewers lose", kind: "names", suggest: IMPACTS },
    { name: "hours", label: "Hours", kind: "texts", placeholder: "mon-fri 08:00-18:00", hint: "One span a line; none: always" },
    { name: "time_zone", label: "Time zone of these hours", kind: "text", hint: "Empty: that of the site" },
    { name: "level", label: "Only from this reminder on", kind: "number", min: 0, max: 9, hint: "0: everything; others hear when nobody acknowledges" },
    { name: "heartbeat_s", label: "A sign of life each, in seconds", kind: "number", min: 0, hint: "0: none; so that silence is noticed" },
    { name: "per_minute", label: "Messages a minute at most", kind: "number", min: 0, hint: "0: the kind's own" },
    { name: "title", label: "First line", kind: "text", placeholder: "{where}: {text}", hint: "A template; empty: the kind's own" },
    { name: "text", label: "The rest", kind: "lines", hint: "A template; empty: the kind's own" },
    { name: "allow_private", label: "It may be at a loopback or private address", kind: "check" },
    { name: "paused", label: "Paused: nothing is sent, everything waits", kind: "check" },
  ];
}

const valuesOf = (one: Receiver): Fields => ({ ...BLANK, ...Object.fromEntries(Object.entries(one.settings).filter(([name]) => name in BLANK || name === "has_secret")) });

async function readOne(id: string) {
  const one = await get<Receiver>(`/receivers/${id}`);
  return { one, tagged: { value: valuesOf(one), etag: one.etag } };
}

/* Only what the API takes; an empty secret is the one that is kept. */
function bodyOf(changed: Fields): Fields {
  const given = Object.entries(changed).filter(([name, value]) => name in BLANK && !(name === "secret" && value === ""));
  return Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? value.map((line) => String(line).trim()).filter(Boolean) : value]));
}

function lockOf(one: Receiver): string | null {
  if (one.settings.from_settings) return `Locked: this receiver stands in a settings file, under [receiver ${one.id}]. Change it there and reload gantryd.`;
  return isAdmin() ? null : "Your role may look and test, not change: an administrator may.";
}

function Status({ one }: { one: Receiver }) {
  if (!one.status) return <span class="failure">It could not be started</span>;
  const good = one.status.state === "ok" || one.status.state === "paused";
  return (
    <span class={good ? undefined : "failure"}>
      {STATES[one.status.state]} <small>{one.status.text}</small>
    </span>
  );
}

function Editor({ id, values, tagged, one, reload }: { id: string; values: Signal<Fields>; tagged: { value: Fields; etag: string }; one: Receiver; reload: () => Promise<void> }) {
  const locked = lockOf(one);
  return (
    <ObjectForm
      label={`Receiver ${id}`}
      specs={specsOf(values.value, false)}
      start={tagged}
      values={values}
      locked={locked}
      write={(_, changed) => ({ method: "PUT", path: `/receivers/${id}`, body: bodyOf(changed) })}
      read={async () => (await readOne(id)).tagged}
      onSaved={() => void reload()}
    >
      {!locked && <DeleteButton what="receiver" name={id} path={`/receivers/${id}`} etag={tagged.etag} consequence="It is told no more, and its secret is forgotten." onGone={() => go("/config/receivers")} />}
    </ObjectForm>
  );
}

function Opened({ id, one, tagged, reload }: { id: string; one: Receiver; tagged: { value: Fields; etag: string }; reload: () => Promise<void> }) {
  const values = useSignal<Fields>(tagged.value);
  return (
    <>
      <div class="title">
        <h1>{id}</h1>
        <Status one={one} />
      </div>
      <Editor id={id} values={values} tagged={tagged} one={one} reload={reload} />
      <DeliveryLog id={id} />
    </>
  );
}

function EditReceiver({ id }: { id: string }) {
  const loaded = useLoaded(() => readOne(id), id);
  return <Loaded from={loaded}>{({ one, tagged }, reload) => <Opened key={tagged.etag} id={id} one={one} tagged={tagged} reload={reload} />}</Loaded>;
}

export function NewReceiver({ onSaved }: { onSaved: (id: string) => void }) {
  const values = useSignal<Fields>({ ...BLANK, id: "" });
  return (
    <ObjectForm
      label="New receiver"
      specs={specsOf(values.value, true)}
      start={{ value: { ...BLANK, id: "" }, etag: "" }}
      values={values}
      locked={isAdmin() ? null : "Your role may not add receivers: an administrator may."}
      write={(all) => ({ method: "PUT", path: `/receivers/${encodeURIComponent(String(all["id"]) || "-")}`, body: bodyOf(all) })}
      onSaved={() => onSaved(String(values.peek()["id"]))}
    />
  );
}

function AddReceiver() {
  return (
    <>
      <h1>Add a receiver</h1>
      <NewReceiver onSaved={(id) => go(`/config/receivers/${id}`, true)} />
    </>
  );
}

function List() {
  const loaded = useLoaded(() => get<{ items: Receiver[] }>("/receivers"));
  return (
    <>
      <div class="title">
        <h1>Receivers</h1>
        {isAdmin() && (
          <a class="button main" href="/config/receivers/+">
            Add a receiver
          </a>
        )}
      </div>
      <Loaded from={loaded}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty-line">Nobody is told of alarms yet.</p>
          ) : (
            <table class="objects">
              <thead>
                <tr>
                  <th scope="col">Receiver</th>
                  <th scope="col">Kind</th>
                  <th scope="col">Hears of</th>
                  <th scope="col">State</th>
                  <th scope="col" class="number">
                    Delivered
                  </th>
                  <th scope="col" class="number">
                    Waiting
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <a class="filter" href={`/config/receivers/${one.id}`}>
                        {one.id}
                      </a>
                      {one.settings.from_settings && <small> locked by file</small>}
                    </th>
                    <td>{KINDS[one.settings.kind ?? ""]?.name ?? one.settings.kind}</td>
                    <td>
                      {one.settings.min_severity} and worse{(one.settings.groups ?? []).length + (one.settings.channels ?? []).length > 0 && `, ${[...(one.settings.groups ?? []), ...(one.settings.channels ?? [])].join(", ")}`}
                    </td>
                    <td>
                      <Status one={one} />
                    </td>
                    <td class="number">{one.status?.delivered ?? "–"}</td>
                    <td class="number">{one.status?.pending ?? "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </>
  );
}

export function ReceiversConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  if (id === "+") return <AddReceiver />;
  return id ? <EditReceiver id={id} /> : <List />;
}
