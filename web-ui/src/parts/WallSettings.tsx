/* How this wall looks. Everything chosen stands in the address, so that it can be kept, sent and opened on a screen of its own. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { SEVERITIES, word } from "../model/severity";
import { LAYOUTS, type Layout, SIZES, type Size, legiblePx, pxOf, sizeFor } from "../model/wall-options";
import { settingsOpen } from "../live/overlays";
import { allChannels } from "../live/state";
import { recall, remember } from "../live/stored";
import { choose, options, walls } from "../live/wall";
import { Dialog } from "./Dialog";

const SIZE_NAMES: Record<Size, string> = { auto: "As large as fits", s: "S", m: "M", l: "L", xl: "XL" };
const LAYOUT_NAMES: Record<Layout, string> = { auto: "All tiles, as large as fits", fixed: "Fixed grid", penalty: "Only channels in trouble, large", split: "Tiles and the list of alarms" };

function Choice({ name, label, value, to, children }: { name: string; label: string; value: string; to: readonly (readonly [string, string])[]; children?: ComponentChildren }) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {to.map(([key, text]) => (
        <label key={key} class="check">
          <input type="radio" name={name} checked={value === key} onChange={() => choose(name, key)} />
          {text}
        </label>
      ))}
      {children}
    </fieldset>
  );
}

/* The size by the screen's diagonal and how far away people sit. */
function Distance() {
  const inches = useSignal(Number(recall("inches") ?? 55));
  const metres = useSignal(Number(recall("metres") ?? 3));
  const px = legiblePx(inches.value, metres.value, screen.width, screen.height);
  const size = sizeFor(px, screen.height);
  const enough = pxOf(size, screen.height) >= px;
  const put = (signal: { value: number }, name: string) => (event: Event) => {
    signal.value = Number((event.currentTarget as HTMLInputElement).value);
    remember(name, String(signal.value));
  };
  return (
    <div class="distance">
      <label>
        Diagonal, inches
        <input type="number" min="10" max="120" value={inches.value} onInput={put(inches, "inches")} />
      </label>
      <label>
        Farthest viewer, metres
        <input type="number" min="0.4" max="20" step="0.1" value={metres.value} onInput={put(metres, "metres")} />
      </label>
      <p role="status">
        Legible from {px} px on this screen: {enough ? `${size.toUpperCase()} (${pxOf(size, screen.height)} px)` : "no size is; XL comes nearest"}
      </p>
      <button type="button" onClick={() => choose("size", size)}>
        Take {size.toUpperCase()}
      </button>
    </div>
  );
}

function Groups() {
  const all = [...new Set(allChannels.value.map(({ group }) => group))].filter((group) => group !== "");
  const { groups } = options.value;
  const turn = (group: string) => {
    const next = groups.includes(group) ? groups.filter((one) => one !== group) : [...groups, group];
    choose("group", next.length > 0 ? next.join(",") : null);
  };
  if (all.length < 2) return null;
  return (
    <fieldset class="choices">
      <legend>Groups; none: all channels</legend>
      {all.map((group) => (
        <label key={group} class="check">
          <input type="checkbox" checked={groups.includes(group)} onChange={() => turn(group)} />
          {group}
        </label>
      ))}
    </fieldset>
  );
}

function Grid() {
  const { columns, rows } = options.value;
  const put = (wide: string, high: string) => choose("grid", `${wide}x${high}`);
  return (
    <span class="grid-size">
      <input type="number" min="1" max="24" aria-label="Columns" value={columns} onChange={(event) => put(event.currentTarget.value, String(rows))} />
      ×
      <input type="number" min="1" max="24" aria-label="Rows" value={rows} onChange={(event) => put(String(columns), event.currentTarget.value)} />
    </span>
  );
}

function Settings() {
  const { size, layout, rotation, sound } = options.value;
  const close = () => (settingsOpen.value = false);
  const named = walls.value ?? [];
  return (
    <Dialog title="This wall" wide onClose={close}>
      <div class="wall-settings">
        {named.length > 0 && (
          <p>
            Named walls:{" "}
            {named.map(({ id, title }) => (
              <a key={id} href={`/wall/${id}`} onClick={close}>
                {title || id}
              </a>
            ))}
            <a href="/wall" onClick={close}>
              All channels
            </a>
          </p>
        )}
        <Groups />
        <Choice name="size" label="Characters" value={size} to={SIZES.map((one) => [one, SIZE_NAMES[one]])}>
          <Distance />
        </Choice>
        <Choice name="layout" label="Layout" value={layout} to={LAYOUTS.map((one) => [one, LAYOUT_NAMES[one]])}>
          {layout === "fixed" && <Grid />}
        </Choice>
        <fieldset class="choices">
          <legend>Pages turn, where there are several</legend>
          <label class="check">
            every
            <input type="number" min="0" max="3600" value={rotation} onChange={(event) => choose("rotate", event.currentTarget.value === "0" ? null : event.currentTarget.value)} />
            seconds; 0: by hand
          </label>
        </fieldset>
        <Choice name="sound" label="Sound" value={sound ?? ""} to={[["off", "Off"], ...SEVERITIES.map((one) => [one, one === "critical" ? "Critical only" : `${word(one)} and worse`] as const)]} />
        <form method="dialog" class="buttons">
          <button type="button" class="plain" onClick={() => void navigator.clipboard?.writeText(location.href)}>
            Copy the address
          </button>
          <button type="submit" class="main">
            Done
          </button>
        </form>
      </div>
    </Dialog>
  );
}

export const WallSettings = () => (settingsOpen.value ? <Settings /> : null);
