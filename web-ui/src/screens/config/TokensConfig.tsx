/* Tokens: what programs and walls come with instead of a password. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import { type Fields } from "../../model/config";
import { get } from "../../live/api";
import { lists, loadLists, mayAdminister } from "../../live/config";
import { DeleteButton } from "../../parts/config/DeleteButton";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";
import { OnceShown } from "../../parts/OnceShown";

type Token = components["schemas"]["Token"];
interface Made {
  info: Token;
  token: string;
  url: string | null;
}

const LOCK = "Only an administrator may make tokens.";
const USES = [
  { value: "wall", label: "A wall: shows, and never logs out" },
  { value: "wall ack", label: "A wall that may also acknowledge" },
  { value: "status", label: "A status page: shows its channels to whoever has the link" },
  { value: "read", label: "A program that reads" },
  { value: "read ack", label: "A program that reads and deals with alarms" },
  { value: "read config", label: "A program that reads and configures" },
  { value: "read ack config admin", label: "A program that may do everything" },
];
const URL_WORDS = {
  wall: { label: "Address that opens the wall", about: "Open it once in the wall's browser. It is shown here once." },
  status: { label: "Address of the status page", about: "Whoever has it sees the page, until the token ends or is revoked. It is shown here once." },
};
const limited = (values: Fields) => values["limited"] === true;
const BLANK: Fields = { id: "", name: "", use: "wall", expires_in_days: 0, limited: false, groups: [], channels: [] };

const specs = (): FieldSpec[] => [
  { name: "id", label: "Id", kind: "text", required: true, maxLength: 63, hint: "Small letters, digits and hyphens; audit and alarms show it as token:ID" },
  { name: "name", label: "What it is for", kind: "text", maxLength: 120 },
  { name: "use", label: "May", kind: "select", options: USES },
  { name: "expires_in_days", label: "Ends after, in days", kind: "number", min: 0, max: 3660, hint: "0: never by itself" },
  { name: "limited", label: "Sees some channels alone", kind: "check" },
  { name: "groups", label: "Groups", kind: "names", suggest: lists.value.groups, shown: limited },
  { name: "channels", label: "Channels", kind: "names", suggest: lists.value.channels, shown: limited },
];

function bodyOf({ use, expires_in_days: days, ...rest }: Fields): object {
  return { ...rest, scopes: String(use).split(" "), expires_in_days: Number(days) > 0 ? Number(days) : null };
}

function NewToken() {
  const made = useSignal<Made | null>(null);
  if (made.value) {
    return (
      <>
        <h1>Token {made.value.info.id}</h1>
        {made.value.url && <OnceShown {...URL_WORDS[/\/status\//.test(made.value.url) ? "status" : "wall"]} secret={made.value.url} />}
        <OnceShown label="The token itself" secret={made.value.token} about="For “Authorization: Bearer”. It is shown here once; the box keeps only a hash." />
        <a class="button main" href="/config/tokens">
          To the list
        </a>
      </>
    );
  }
  return (
    <>
      <h1>Make a token</h1>
      <ObjectForm
        label="New token"
        specs={specs()}
        start={{ value: BLANK, etag: "" }}
        locked={mayAdminister() ? null : LOCK}
        write={(all) => ({ method: "POST", path: "/tokens", body: bodyOf(all) })}
        onSaved={(answer) => {
          made.value = answer as unknown as Made;
        }}
      />
    </>
  );
}

const day = (time: string | null, otherwise: string) => (time ? time.slice(0, 16).replace("T", " ") : otherwise);

export function TokensConfig({ id }: { id: string }) {
  const loaded = useLoaded(() => get<{ items: Token[] }>("/tokens"), id);
  useEffect(() => void loadLists(), []);
  if (id === "+") return <NewToken />;
  return (
    <>
      <div class="title">
        <h1>Tokens</h1>
        {mayAdminister() && (
          <a class="button main" href="/config/tokens/+">
            Make a token
          </a>
        )}
      </div>
      <Loaded from={loaded}>
        {({ items }, reload) =>
          items.length === 0 ? (
            <p class="empty-line">No program and no wall has a token yet.</p>
          ) : (
            <table class="objects">
              <thead>
                <tr>
                  <th scope="col">Token</th>
                  <th scope="col">For</th>
                  <th scope="col">May</th>
                  <th scope="col">Sees</th>
                  <th scope="col">Last used (UTC)</th>
                  <th scope="col">Ends (UTC)</th>
                  <th scope="col">Made by</th>
                  <th scope="col">
                    <span class="unseen">Revoke</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{one.id}</th>
                    <td>{one.name}</td>
                    <td>{one.scopes.join(", ")}</td>
                    <td>{one.limited ? [...one.groups, ...one.channels].join(", ") || "nothing" : "everything"}</td>
                    <td>{day(one.last_used_at, "not since the start")}</td>
                    <td>{day(one.expires_at, "never")}</td>
                    <td>{one.owner}</td>
                    <td>{mayAdminister() && <DeleteButton what="token" name={one.id} path={`/tokens/${one.id}`} etag="*" consequence="Its wall or program stops within a second." onGone={() => void reload()} />}</td>
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
