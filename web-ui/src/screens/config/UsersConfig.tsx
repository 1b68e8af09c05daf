/* People: who may log in, as what, and what of the box they see. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import type { Fields } from "../../model/config";
import { get, reason, send } from "../../live/api";
import { getTagged, lists, loadLists, mayAdminister } from "../../live/config";
import { go } from "../../live/navigation";
import { session } from "../../live/state";
import { DeleteButton } from "../../parts/config/DeleteButton";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";
import { PersonalData } from "../../parts/config/PersonalData";
import { OnceShown } from "../../parts/OnceShown";

type User = components["schemas"]["User"];

const ROLES = {
  viewer: "Viewer: sees",
  operator: "Operator: deals with alarms and the calendar",
  engineer: "Engineer: configures",
  admin: "Administrator: also people, tokens, audit",
};
const LOCK = "Only an administrator may change accounts.";
const WAYS = { password: "A password of this box", pam: "PAM: the site's directory, such as LDAP" };
const limited = (values: Fields) => values["limited"] === true;
const byPam = (values: Fields) => values["login_by"] === "pam";

const common = (): FieldSpec[] => [
  { name: "full_name", label: "Full name", kind: "text", maxLength: 120 },
  { name: "role", label: "Role", kind: "select", options: Object.entries(ROLES).map(([value, label]) => ({ value, label })) },
  { name: "limited", label: "Sees some channels alone", kind: "check", hint: "A broadcaster's account: it never learns that there are others" },
  { name: "groups", label: "Groups", kind: "names", suggest: lists.value.groups, shown: limited },
  { name: "channels", label: "Channels", kind: "names", suggest: lists.value.channels, hint: "Beside those of the groups", shown: limited },
];
const elsewhere = (): FieldSpec[] => [
  { name: "login_by", label: "Logs in by", kind: "select", options: Object.entries(WAYS).map(([value, label]) => ({ value, label })) },
  { name: "subject", label: "Name in the directory", kind: "text", maxLength: 120, hint: "Where it differs from the name here", shown: byPam },
];
const existing = (user: User): FieldSpec[] => [
  ...common(),
  ...(user.login_by === "pam" ? [{ name: "subject", label: "Name in the directory", kind: "text" as const, maxLength: 120, hint: "Where it differs from the name here" }] : []),
  { name: "disabled", label: "Disabled", kind: "check", hint: "Its sessions end at once" },
  ...(user.login_by === "password" ? [{ name: "must_change_password", label: "Takes a new password at the next login", kind: "check" as const }] : []),
];
const fresh = (): FieldSpec[] => [
  { name: "name", label: "Name", kind: "text", required: true, maxLength: 63, hint: "Small letters, digits and hyphens; it stays" },
  ...common(),
  ...elsewhere(),
];
const BLANK: Fields = { name: "", full_name: "", role: "operator", limited: false, groups: [], channels: [], login_by: "password" };

function NewUser() {
  const made = useSignal<{ name: string; password: string | null } | null>(null);
  if (made.value) {
    return (
      <>
        <h1>{made.value.name} may log in</h1>
        {made.value.password ? (
          <OnceShown label="Password for the first login" secret={made.value.password} about="It is shown here once. The first login asks for another one." />
        ) : (
          <p>By its password of the directory.</p>
        )}
        <a class="button main" href="/config/users">
          To the list
        </a>
      </>
    );
  }
  return (
    <>
      <h1>Add a user</h1>
      <ObjectForm
        label="New user"
        specs={fresh()}
        start={{ value: BLANK, etag: "" }}
        locked={mayAdminister() ? null : LOCK}
        write={(all) => ({ method: "POST", path: "/users", body: all })}
        onSaved={(answer) => {
          const { user, password } = answer as unknown as { user: User; password: string | null };
          made.value = { name: user.name, password };
        }}
      />
    </>
  );
}

/* What is done to an account besides its fields. */
function Acts({ user, etag, reload }: { user: User; etag: string; reload: () => Promise<void> }) {
  const failure = useSignal("");
  const act = async (body: object) => {
    failure.value = "";
    try {
      await send("PATCH", `/users/${user.name}`, body, etag);
      await reload();
    } catch (error) {
      failure.value = reason(error);
    }
  };
  return (
    <section aria-label="Second factor">
      <h2>Second factor</h2>
      <p>
        {user.has_second_factor ? `On; ${user.recovery_codes_left} recovery codes are left.` : "Off. Its holder turns it on under “My account”."}
        {user.has_second_factor && (
          <button type="button" class="beside" onClick={() => void act({ second_factor: false })}>
            Take it away
          </button>
        )}
      </p>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
    </section>
  );
}

function EditUser({ id }: { id: string }) {
  const loaded = useLoaded(() => getTagged<User>(`/users/${id}`), id);
  return (
    <Loaded from={loaded}>
      {({ value, etag }, reload) => (
        <>
          <h1>{value.name}</h1>
          <ObjectForm
            key={etag}
            label={`User ${id}`}
            specs={existing(value)}
            start={{ value: value as unknown as Fields, etag }}
            locked={mayAdminister() ? null : LOCK}
            write={(_, changed) => ({ method: "PATCH", path: `/users/${id}`, body: changed })}
            read={() => getTagged<Fields>(`/users/${id}`)}
            onSaved={() => void reload()}
          >
            <DeleteButton what="user" name={id} path={`/users/${id}`} etag={etag} consequence="Its sessions and the tokens that it made end at once." onGone={() => go("/config/users")} />
          </ObjectForm>
          {value.login_by === "oidc" && (
            <p>
              Logs in through {session.value?.provider ?? "the login provider"}, which tells role and groups anew at each login: <code>{value.subject}</code>
            </p>
          )}
          {value.login_by === "password" && <Acts user={value} etag={etag} reload={reload} />}
          {mayAdminister() && <PersonalData path={`/users/${id}`} erase={{ name: id, etag, onGone: () => go("/config/users") }} />}
        </>
      )}
    </Loaded>
  );
}

function UserList() {
  const loaded = useLoaded(() => get<{ items: User[] }>("/users"));
  return (
    <>
      <div class="title">
        <h1>Users</h1>
        {mayAdminister() && (
          <a class="button main" href="/config/users/+">
            Add a user
          </a>
        )}
      </div>
      <Loaded from={loaded}>
        {({ items }) => items.length === 0 ? <p class="empty-line">No account yet</p> : (
          <table class="objects">
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Full name</th>
                <th scope="col">Role</th>
                <th scope="col">Sees</th>
                <th scope="col">Logs in by</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.name}>
                  <th scope="row">
                    <a class="filter" href={`/config/users/${one.name}`}>
                      {one.name}
                    </a>
                  </th>
                  <td>{one.full_name}</td>
                  <td>{one.role}</td>
                  <td>{one.limited ? [...one.groups, ...one.channels].join(", ") || "nothing" : "everything"}</td>
                  <td>{[one.has_password && "password", one.has_second_factor && "second factor", one.login_by === "oidc" && "provider", one.login_by === "pam" && "directory"].filter(Boolean).join(", ")}</td>
                  <td>{one.disabled ? "disabled" : one.must_change_password ? "new password due" : "active"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </>
  );
}

export function UsersConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  if (id === "") return <UserList />;
  return id === "+" ? <NewUser /> : <EditUser id={id} />;
}
