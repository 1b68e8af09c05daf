/* Walls: what each shows, how large, and what it does by itself. */
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import { type Fields, slugOf } from "../../model/config";
import { get } from "../../live/api";
import { getTagged, lists, loadLists, lock, mayConfigure } from "../../live/config";
import { go } from "../../live/navigation";
import { DeleteButton } from "../../parts/config/DeleteButton";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

type Wall = components["schemas"]["Wall"];

const BLANK: Fields = { title: "", groups: [], channels: [], size: "m", layout: "auto", columns: 0, rows: 0, rotation_seconds: 0, sound: false, night: false };
const SIZES = { s: "S, at a desk", m: "M, 2 m away", l: "L, 3 m away", xl: "XL, 5 m away" };
const LAYOUTS = { auto: "As many tiles as fit", fixed: "Fixed columns and rows", penalty: "Only channels with alarms, large", split: "Tiles, and the list of alarms" };
const optionsOf = (words: Readonly<Record<string, string>>) => Object.entries(words).map(([value, label]) => ({ value, label }));

function specsOf(): FieldSpec[] {
  const fixed = (values: Fields) => values["layout"] === "fixed";
  return [
    { name: "title", label: "Title", kind: "text", required: true, maxLength: 120 },
    { name: "groups", label: "Groups", kind: "names", suggest: lists.value.groups },
    { name: "channels", label: "Channels", kind: "names", suggest: lists.value.channels, hint: "Beside those of the groups" },
    { name: "size", label: "Size of characters", kind: "select", options: optionsOf(SIZES) },
    { name: "layout", label: "Layout", kind: "select", options: optionsOf(LAYOUTS) },
    { name: "columns", label: "Columns", kind: "number", min: 1, max: 24, shown: fixed },
    { name: "rows", label: "Rows", kind: "number", min: 1, max: 24, shown: fixed },
    { name: "rotation_seconds", label: "Turn the page after, in seconds", kind: "number", min: 0, max: 3600, hint: "0: pages are not turned; at least 5. A page with a new critical alarm stays" },
    { name: "sound", label: "Sound at new alarms", kind: "check" },
    { name: "night", label: "Night: pictures dimmed", kind: "check" },
  ];
}

/* Only a fixed grid has columns and rows. */
function bodyOf(values: Fields): Fields {
  return values["layout"] === "fixed" ? values : { ...values, columns: 0, rows: 0 };
}

function EditWall({ id }: { id: string }) {
  const loaded = useLoaded(() => getTagged<Fields>(`/walls/${id}`), id);
  return (
    <Loaded from={loaded}>
      {({ value, etag }, reload) => (
        <>
          <div class="title">
            <h1>{String(value["title"])}</h1>
            <a class="filter" href={`/wall/${id}`}>
              Open it
            </a>
          </div>
          <ObjectForm
            key={etag}
            label={`Wall ${id}`}
            specs={specsOf()}
            start={{ value, etag }}
            locked={lock(mayConfigure())}
            write={(all) => ({ method: "PUT", path: `/walls/${id}`, body: bodyOf(all) })}
            read={() => getTagged<Fields>(`/walls/${id}`)}
            onSaved={() => void reload()}
          >
            {mayConfigure() && <DeleteButton what="wall" name={id} path={`/walls/${id}`} etag={etag} consequence="Screens that show it say that it is gone." onGone={() => go("/config/walls")} />}
          </ObjectForm>
        </>
      )}
    </Loaded>
  );
}

function WallList() {
  const loaded = useLoaded(() => get<{ items: Wall[] }>("/walls"));
  return (
    <>
      <div class="title">
        <h1>Walls</h1>
        {mayConfigure() && (
          <a class="button main" href="/config/walls/+">
            Add a wall
          </a>
        )}
      </div>
      <Loaded from={loaded}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty-line">No wall has a name yet. The plain wall shows every channel.</p>
          ) : (
            <table class="objects">
              <thead>
                <tr>
                  <th scope="col">Wall</th>
                  <th scope="col">Shows</th>
                  <th scope="col">Size</th>
                  <th scope="col">Layout</th>
                  <th scope="col">Address</th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <a class="filter" href={`/config/walls/${one.id}`}>
                        {one.title}
                      </a>
                    </th>
                    <td>{[...one.groups, ...one.channels].join(", ") || "every channel"}</td>
                    <td>{one.size.toUpperCase()}</td>
                    <td>{one.layout === "fixed" ? `${one.columns} by ${one.rows}` : LAYOUTS[one.layout]}</td>
                    <td>
                      <a class="filter" href={`/wall/${one.id}`}>
                        /wall/{one.id}
                      </a>
                    </td>
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

export function WallsConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  if (id === "") return <WallList />;
  if (id !== "+") return <EditWall id={id} />;
  return (
    <>
      <h1>Add a wall</h1>
      <ObjectForm
        label="New wall"
        specs={specsOf()}
        start={{ value: BLANK, etag: "" }}
        locked={lock(mayConfigure())}
        write={(all) => ({ method: "POST", path: "/walls", body: { ...bodyOf(all), id: slugOf(String(all["title"])) } })}
        onSaved={(saved) => go(`/config/walls/${String(saved["id"])}`, true)}
      />
    </>
  );
}
