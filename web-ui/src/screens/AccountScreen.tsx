/* One's own account: password, second factor, where one is logged in. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../generated/api";
import { enter } from "../live/account";
import { get, post, reason, send } from "../live/api";
import { session } from "../live/state";
import { toast } from "../live/toasts";
import { OnceShown } from "../parts/OnceShown";
import { PasswordField } from "../parts/PasswordField";
import { PersonalData } from "../parts/config/PersonalData";

type User = components["schemas"]["User"];
type SessionInfo = components["schemas"]["SessionInfo"];

function Failure({ words }: { words: string }) {
  return words ? (
    <p class="failure" role="alert">
      {words}
    </p>
  ) : null;
}

function Password() {
  const present = useSignal("");
  const fresh = useSignal("");
  const failure = useSignal("");
  const submit = async (event: Event) => {
    event.preventDefault();
    failure.value = "";
    try {
      await post("/account/password", { password: present.value, new_password: fresh.value });
      present.value = fresh.value = "";
      await enter();
      toast("The password is changed; other sessions have ended");
    } catch (error) {
      failure.value = reason(error);
    }
  };
  return (
    <form class="panel" aria-labelledby="account-password" onSubmit={submit}>
      <h2 id="account-password">Password</h2>
      <PasswordField label="Present password" complete="current-password" value={present} />
      <PasswordField label="New password, 8 characters or more; 15 are better" complete="new-password" value={fresh} />
      <Failure words={failure.value} />
      <button type="submit">Change it</button>
    </form>
  );
}

function SecondFactor({ user, reload }: { user: User; reload: () => void }) {
  const begun = useSignal<{ secret: string; picture: string } | null>(null);
  const code = useSignal("");
  const codes = useSignal<string[]>([]);
  const password = useSignal("");
  const failure = useSignal("");
  const attempt = async (how: () => Promise<void>) => {
    failure.value = "";
    try {
      await how();
    } catch (error) {
      failure.value = reason(error);
    }
  };
  const begin = () => attempt(async () => void (begun.value = await post("/account/second-factor", {})));
  const confirm = () =>
    attempt(async () => {
      const answer = await post<{ recovery_codes: string[] }>("/account/second-factor/confirm", { code: code.value });
      codes.value = answer.recovery_codes;
      begun.value = null;
      await enter();
      reload();
    });
  const remove = () =>
    attempt(async () => {
      await post("/account/second-factor/remove", { password: password.value });
      password.value = "";
      codes.value = [];
      await enter();
      reload();
    });
  const submit = (how: () => Promise<void>) => (event: Event) => {
    event.preventDefault();
    void how();
  };
  return (
    <section class="panel" aria-labelledby="account-factor">
      <h2 id="account-factor">Second factor</h2>
      <p>{user.has_second_factor ? `On; ${user.recovery_codes_left} recovery codes are left.` : "Off. With it a login also takes a code that your telephone shows."}</p>
      {codes.value.length > 0 && <OnceShown label="Recovery codes" secret={codes.value.join("\n")} about="For when the telephone is lost; each is good once. They are shown here once." />}
      {!user.has_second_factor && !begun.value && (
        <button type="button" onClick={() => void begin()}>
          Turn it on
        </button>
      )}
      {begun.value && (
        <form onSubmit={submit(confirm)}>
          <p>Read this with the telephone's authenticator, or type the secret into it:</p>
          <img class="code" src={begun.value.picture} width="220" height="220" alt="The secret as a QR code" />
          <p>
            <code>{begun.value.secret}</code>
          </p>
          <label>
            The 6 digits that it shows
            <input inputMode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required value={code.value} onInput={(event) => (code.value = event.currentTarget.value)} />
          </label>
          <button type="submit">Confirm</button>
        </form>
      )}
      {user.has_second_factor && (
        <form onSubmit={submit(remove)}>
          <PasswordField label="Password, to turn it off" complete="current-password" value={password} />
          <button type="submit">Turn it off</button>
        </form>
      )}
      <Failure words={failure.value} />
    </section>
  );
}

function Elsewhere({ user }: { user: User }) {
  return (
    <section class="panel" aria-labelledby="account-elsewhere">
      <h2 id="account-elsewhere">Password</h2>
      <p>{user.login_by === "oidc" ? "You log in through " + (session.value?.provider ?? "the login provider") : "You log in by your password of the directory"}. Password and second factor are changed there.</p>
    </section>
  );
}

function Sessions({ user }: { user: string }) {
  const items = useSignal<SessionInfo[]>([]);
  const failure = useSignal("");
  const load = () =>
    get<{ items: SessionInfo[] }>("/sessions").then(
      (answer) => (items.value = answer.items),
      (error: unknown) => (failure.value = reason(error)),
    );
  useEffect(() => void load(), []);
  const end = async (id: string) => {
    try {
      await send("DELETE", `/sessions/${id}`);
    } catch (error) {
      failure.value = reason(error);
    }
    await load();
  };
  return (
    <section class="panel" aria-labelledby="account-sessions">
      <h2 id="account-sessions">{items.value.some((one) => one.user !== user) ? "Everybody's sessions" : "Where you are logged in"}</h2>
      <Failure words={failure.value} />
      <table>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">From</th>
            <th scope="col">By</th>
            <th scope="col">Last used (UTC)</th>
            <th scope="col">
              <span class="unseen">End</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.value.map((one) => (
            <tr key={one.id}>
              <td title={one.agent}>{one.user}</td>
              <td>{one.address}</td>
              <td>{one.via}</td>
              <td>{one.last_used_at.slice(0, 16).replace("T", " ")}</td>
              <td>
                {one.own ? (
                  "this one"
                ) : (
                  <button type="button" aria-label={`End the session of ${one.user} from ${one.address}`} onClick={() => void end(one.id)}>
                    End
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function AccountScreen() {
  const user = useSignal<User | null>(null);
  const failure = useSignal("");
  const load = () => {
    get<User>("/account").then(
      (answer) => (user.value = answer),
      (error: unknown) => (failure.value = reason(error)),
    );
  };
  useEffect(load, []);
  return (
    <main class="screen">
      <div class="title">
        <h1>My account</h1>
        {user.value && (
          <span>
            {user.value.name} · {user.value.role}
            {user.value.limited ? " · sees some channels alone" : ""}
          </span>
        )}
      </div>
      <Failure words={failure.value} />
      <div class="cards account">
        {user.value && user.value.login_by !== "password" && <Elsewhere user={user.value} />}
        {user.value?.login_by === "password" && <Password />}
        {user.value?.login_by === "password" && <SecondFactor user={user.value} reload={load} />}
        <Sessions user={user.value?.name ?? ""} />
        {user.value && <PersonalData path="/account" />}
      </div>
    </main>
  );
}
