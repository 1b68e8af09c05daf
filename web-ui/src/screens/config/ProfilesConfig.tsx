/* Alarm profiles: which there are and who uses them; one of them as sentences that are edited in place. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import { slugOf } from "../../model/config";
import type { ProfileRules, Setting } from "../../model/profile-words";
import { get, reason, send } from "../../live/api";
import { lists, loadLists, mayConfigure } from "../../live/config";
import { go } from "../../live/navigation";
import { toast } from "../../live/toasts";
import { DeleteButton } from "../../parts/config/DeleteButton";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ProfileEditor } from "../../parts/config/ProfileEditor";

type Profile = components["schemas"]["Profile"];

interface Item {
  shipped: boolean;
  channels: number;
  etag: string | null;
  profile: Profile;
}

interface Answer {
  items: Item[];
  groups: { group: string; profile: string; etag: string }[];
}

const users = (n: number): string => (n === 1 ? "used by 1 channel" : `used by ${n} channels`);

function NewProfile({ items }: { items: readonly Item[] }) {
  const name = useSignal("");
  const base = useSignal("default");
  const failure = useSignal("");
  const make = (event: Event) => {
    event.preventDefault();
    const id = slugOf(name.value);
    send("PUT", `/profiles/${id}`, { base: base.value, text: "", settings: [] }).then(
      () => go(`/config/profiles/${id}`),
      (error: unknown) => (failure.value = reason(error)),
    );
  };
  return (
    <form class="compare" aria-label="New profile" onSubmit={make}>
      <label>
        Name of a new profile
        <input name="profile-name" value={name.value} maxLength={63} autoComplete="off" onInput={(event) => (name.value = event.currentTarget.value)} />
      </label>
      <label>
        Builds upon
        <select name="profile-base" value={base.value} onChange={(event) => (base.value = event.currentTarget.value)}>
          {items.map(({ profile }) => (
            <option key={profile.id} value={profile.id}>
              {profile.id}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={!slugOf(name.value)}>
        Make it
      </button>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
    </form>
  );
}

function Groups({ groups, items, reload }: { groups: Answer["groups"]; items: readonly Item[]; reload: () => Promise<void> }) {
  const set = (group: string, profile: string) =>
    send("PUT", `/group-profiles/${encodeURIComponent(group)}`, { profile }, groups.find((one) => one.group === group)?.etag ?? "").then(
      () => {
        toast("Saved");
        void reload();
      },
      (error: unknown) => {
        toast(reason(error));
        void reload();
      },
    );
  if (lists.value.groups.length === 0) return null;
  return (
    <section aria-label="Profiles of groups">
      <h2>Profiles of groups</h2>
      <p class="quiet">A channel is judged by its own profile, else by that of its group, else by default.</p>
      <table class="objects">
        <tbody>
          {lists.value.groups.map((group) => (
            <tr key={group}>
              <th scope="row">{group}</th>
              <td>
                <select aria-label={`Profile of group ${group}`} disabled={!mayConfigure()} value={groups.find((one) => one.group === group)?.profile ?? ""} onChange={(event) => void set(group, event.currentTarget.value)}>
                  <option value="">default</option>
                  {items
                    .filter(({ profile }) => profile.id !== "default")
                    .map(({ profile }) => (
                      <option key={profile.id} value={profile.id}>
                        {profile.id}
                      </option>
                    ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function List() {
  const loaded = useLoaded(() => get<Answer>("/profiles"));
  return (
    <>
      <h1>Alarm profiles</h1>
      <Loaded from={loaded}>
        {({ items, groups }, reload) => (
          <>
            <table class="objects">
              <thead>
                <tr>
                  <th scope="col">Profile</th>
                  <th scope="col">Builds upon</th>
                  <th scope="col">What it is for</th>
                  <th scope="col">Sets</th>
                  <th scope="col">Used</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ profile, shipped, channels }) => (
                  <tr key={profile.id}>
                    <th scope="row">
                      <a class="filter" href={`/config/profiles/${profile.id}`}>
                        {profile.id}
                      </a>
                      {shipped && <small> shipped</small>}
                    </th>
                    <td>{profile.base || (profile.id === "default" ? "–" : "that of the group")}</td>
                    <td>{profile.text}</td>
                    <td>{profile.settings.length}</td>
                    <td>{users(channels)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {mayConfigure() && <NewProfile items={items} />}
            <Groups groups={groups} items={items} reload={reload} />
          </>
        )}
      </Loaded>
    </>
  );
}

async function readOne(id: string) {
  const [answer, rules, catalogue] = await Promise.all([get<Answer>("/profiles"), get<ProfileRules>(`/profiles/${id}/rules`), get<{ faults: { name: string; sentence: string }[] }>("/catalogue")]);
  const item = answer.items.find(({ profile }) => profile.id === id);
  if (!item) throw new Error("gone");
  return { item, rules, sentences: new Map(catalogue.faults.map(({ name, sentence }) => [name, sentence])), settings: item.profile.settings as Setting[] };
}

function One({ id }: { id: string }) {
  const loaded = useLoaded(() => readOne(id), id);
  return (
    <Loaded from={loaded}>
      {({ item, rules, sentences, settings }, reload) => (
        <>
          <div class="title">
            <h1>{id}</h1>
            <span class="quiet">
              {rules.chain.length > 1 && `upon ${rules.chain.slice(1).join(", ")}; `}
              {users(item.channels)}
            </span>
          </div>
          <ProfileEditor key={item.etag ?? id} id={id} item={item} rules={rules} sentences={sentences} settings={settings} onSaved={reload} />
          {!item.shipped && mayConfigure() && (
            <DeleteButton what="profile" name={id} path={`/profiles/${id}`} etag={item.etag ?? ""} consequence="Only a profile that no channel, group or profile names can be deleted." onGone={() => go("/config/profiles")} />
          )}
        </>
      )}
    </Loaded>
  );
}

export function ProfilesConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  return id ? <One id={id} /> : <List />;
}
