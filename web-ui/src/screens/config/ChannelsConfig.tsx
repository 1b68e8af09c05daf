/* The channels: all of them as a table, one of them as a form, a new one with a look at its input first. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import type { Fields } from "../../model/config";
import { get } from "../../live/api";
import { getTagged, lists, loadLists, lock, mayConfigure } from "../../live/config";
import { go } from "../../live/navigation";
import { Commissioning } from "../../parts/config/Commissioning";
import { DeleteButton } from "../../parts/config/DeleteButton";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";
import { ProbePanel } from "../../parts/config/ProbePanel";

type Settings = components["schemas"]["ChannelSettings"];

const BLANK: Fields = { id: "", name: "", short_name: "", group: "", address: "", interface: "", service_id: 0, profile: "", commissioned: false, enabled: true };

function specsOf(fresh: boolean): FieldSpec[] {
  const { groups, profiles, interfaces } = lists.value;
  const id: FieldSpec = { name: "id", label: "Id", kind: "text", maxLength: 63, hint: "Of addresses and reports; it never changes. Empty: made from the name", placeholder: "das-erste-hd" };
  return [
    { name: "name", label: "Name", kind: "text", required: true, maxLength: 120 },
    { name: "short_name", label: "Short name", kind: "text", maxLength: 8, hint: "At most 8 characters, for tiles. Empty: made from the name" },
    { name: "group", label: "Group", kind: "text", maxLength: 120, suggest: groups },
    { name: "address", label: "Address", kind: "text", required: true, maxLength: 256, placeholder: "udp://239.1.1.1:5000", hint: "udp:// or rtp://, multicast or unicast; udp://SOURCE@GROUP:PORT for source-specific multicast" },
    { name: "interface", label: "Network interface", kind: "text", maxLength: 15, suggest: interfaces, hint: "Empty: the box's choice" },
    { name: "service_id", label: "Service id", kind: "number", min: 0, max: 65535, hint: "0: the first service of the stream" },
    { name: "profile", label: "Alarm profile", kind: "select", options: [{ value: "", label: "That of its group, or default" }, ...profiles.map((one) => ({ value: one, label: one }))] },
    { name: "commissioned", label: "It is as it should be", kind: "check", hint: "Otherwise it is learned for a day, and only what takes it off the air is told" },
    { name: "enabled", label: "It is watched", kind: "check", hint: "Switched off it is not received, its alarms are cleared, and no time counts" },
    ...(fresh ? [id] : [{ name: "position", label: "Place in the order", kind: "number", min: 1, max: 1000, hint: "From 1; walls show channels in this order" } satisfies FieldSpec]),
  ];
}

const filled = (values: Fields): Record<string, unknown> => Object.fromEntries(Object.entries(values).filter(([name, value]) => name !== "managed_by" && !(name === "id" && value === "")));

/* The input is looked at, then named. */
export function NewChannel({ onSaved, children }: { onSaved: (id: string) => void; children?: ComponentChildren }) {
  const values = useSignal<Fields>(BLANK);
  return (
    <>
      <ProbePanel values={values} />
      <h2>2. Name it and save</h2>
      <ObjectForm
        label="New channel"
        specs={specsOf(true)}
        start={{ value: BLANK, etag: "" }}
        values={values}
        write={(all) => ({ method: "POST", path: "/channels", body: filled(all) })}
        onSaved={(saved) => onSaved(String(saved["id"]))}
      >
        {children}
      </ObjectForm>
    </>
  );
}

function AddChannel() {
  return (
    <>
      <div class="title">
        <h1>Add a channel</h1>
      </div>
      <NewChannel onSaved={(id) => go(`/config/channels/${id}`, true)}>
        <a class="button" href="/config/channels">
          Cancel
        </a>
      </NewChannel>
    </>
  );
}

async function readChannel(id: string) {
  const { value, etag } = await getTagged<Settings>(`/channels/${id}/settings`);
  const { items } = await get<{ items: Settings[] }>("/channel-settings");
  return { value: { ...value, position: items.findIndex((one) => one.id === id) + 1 } as Fields, etag };
}

function EditChannel({ id }: { id: string }) {
  const loaded = useLoaded(() => readChannel(id), id);
  return (
    <Loaded from={loaded}>
      {({ value, etag }, reload) => (
        <>
          <div class="title">
            <h1>{String(value["name"])}</h1>
            <span class="quiet">{id}</span>
            <a class="filter" href={`/channels/${id}`}>
              See it live
            </a>
          </div>
          <ObjectForm
            key={etag}
            label={`Channel ${id}`}
            specs={specsOf(false)}
            start={{ value, etag }}
            locked={lockOf(value["managed_by"])}
            write={(_, changed) => ({ method: "PATCH", path: `/channels/${id}`, body: changed })}
            read={() => readChannel(id)}
            onSaved={() => void reload()}
          >
            {!value["managed_by"] && mayConfigure() && (
              <DeleteButton what="channel" name={id} path={`/channels/${id}`} etag={etag} consequence="It is watched no more and its alarms are cleared. What is recorded of it stays until its time is over." onGone={() => go("/config/channels")} />
            )}
          </ObjectForm>
          <Commissioning id={id} onAccepted={() => void reload()} />
        </>
      )}
    </Loaded>
  );
}

function lockOf(file: unknown): string | null {
  if (typeof file === "string" && file !== "") return `Locked: this channel stands in ${file}. Change it there and reload gantryd.`;
  return lock(mayConfigure());
}

function Rows({ items }: { items: readonly Settings[] }) {
  const wanted = useSignal("");
  const word = wanted.value.toLowerCase();
  const shown = items.filter((one) => `${one.id} ${one.name} ${one.group} ${one.address} ${one.profile}`.toLowerCase().includes(word));
  return (
    <>
      <label class="find">
        Find
        <input type="search" value={wanted.value} placeholder="Name, group, address or profile" onInput={(event) => (wanted.value = event.currentTarget.value)} />
      </label>
      <p role="status" class="quiet">
        {shown.length === items.length ? `${items.length} channel${items.length === 1 ? "" : "s"}` : `${shown.length} of ${items.length} channels`}
      </p>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Channels">
        <table class="objects">
          <thead>
            <tr>
              <th scope="col" class="number">
                No.
              </th>
              <th scope="col">Name</th>
              <th scope="col">Tile</th>
              <th scope="col">Group</th>
              <th scope="col">Address</th>
              <th scope="col" class="number">
                Service
              </th>
              <th scope="col">Profile</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.id}>
                <td class="number">{items.indexOf(one) + 1}</td>
                <th scope="row">
                  <a class="filter" href={`/config/channels/${one.id}`}>
                    {one.name}
                  </a>
                </th>
                <td>{one.short_name}</td>
                <td>{one.group || "–"}</td>
                <td>
                  <code>{one.address}</code>
                  {one.interface && <small> on {one.interface}</small>}
                </td>
                <td class="number">{one.service_id || "first"}</td>
                <td>{one.profile || <span class="quiet">inherited</span>}</td>
                <td>
                  {!one.enabled ? <b>Switched off</b> : one.managed_by ? <span title={one.managed_by}>Locked by file</span> : one.commissioned ? "In use" : "Commissioning"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function ChannelList() {
  const loaded = useLoaded(() => get<{ items: Settings[] }>("/channel-settings"));
  return (
    <>
      <div class="title">
        <h1>Channels</h1>
        {mayConfigure() && (
          <a class="button main" href="/config/channels/+">
            Add a channel
          </a>
        )}
        <a class="filter" href="/config/import">
          Import a list
        </a>
        <a class="filter" href="/api/v1/channels.csv" download>
          Export as CSV
        </a>
      </div>
      <Loaded from={loaded}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty-line">
              No channels yet. <a class="filter" href="/config/channels/+">Add the first one</a>, or <a class="filter" href="/config/import">import a list</a>.
            </p>
          ) : (
            <Rows items={items} />
          )
        }
      </Loaded>
    </>
  );
}

export function ChannelsConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  if (id === "+") return <AddChannel />;
  return id ? <EditChannel id={id} /> : <ChannelList />;
}
