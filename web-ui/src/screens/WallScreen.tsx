/* Every channel at once; ?group=NAME shows one group. */
import { useEffect } from "preact/hooks";
import { go, query } from "../live/navigation";
import { bindKeys } from "../live/keys";
import { channelIds, channelSignal, counts, loaded, newBuild } from "../live/state";
import { AlarmStrip } from "../parts/AlarmStrip";
import { Wall } from "../parts/Wall";

const RELOAD_AFTER_MS = 20_000;

const tiles = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".tile")];
const focused = (all: HTMLElement[]): number => all.findIndex((tile) => tile === document.activeElement);

function move(by: (at: number, all: HTMLElement[]) => number): void {
  const all = tiles();
  const to = by(focused(all), all);
  all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
}

/* Tiles in one row share their top edge. */
function columns(all: HTMLElement[]): number {
  const top = all[0]?.offsetTop;
  const second = all.findIndex((tile) => tile.offsetTop !== top);
  return second > 0 ? second : Math.max(1, all.length);
}

function moveToAbnormal(direction: 1 | -1): void {
  move((at, all) => {
    for (let i = 1; i <= all.length; i += 1) {
      const index = (at + direction * i + 2 * all.length) % all.length;
      if (all[index]?.dataset["look"] !== "normal") return index;
    }
    return at;
  });
}

function useTileKeys(): void {
  useEffect(
    () =>
      bindKeys({
        ArrowRight: () => move((at) => at + 1),
        ArrowLeft: () => move((at) => at - 1),
        ArrowDown: () => move((at, all) => (at < 0 ? 0 : at + columns(all))),
        ArrowUp: () => move((at, all) => at - columns(all)),
        Home: () => move(() => 0),
        End: () => move((_, all) => all.length - 1),
        n: () => moveToAbnormal(1),
        p: () => moveToAbnormal(-1),
      }),
    [],
  );
}

/* A wall has nobody at its keyboard: it takes a new version by itself, at a quiet moment. */
function useFreshVersion(): void {
  const quiet = counts.value.critical === 0;
  const fresh = newBuild.value;
  useEffect(() => {
    if (!fresh || !quiet) return undefined;
    const timer = setTimeout(() => location.reload(), RELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [fresh, quiet]);
}

function shownIds(): readonly string[] {
  const group = query.value.get("group");
  if (!group) return channelIds.value;
  return channelIds.value.filter((id) => channelSignal(id)?.peek().group === group);
}

export function WallScreen() {
  useTileKeys();
  useFreshVersion();
  const ids = shownIds();
  const empty = loaded.value && ids.length === 0;
  return (
    <>
      <main class="screen-wall">
        {empty ? (
          <div class="empty">
            <h1>{channelIds.value.length === 0 ? "No channels yet" : "No channel is in this group"}</h1>
            <p>{channelIds.value.length === 0 ? "Start with ./run --channels FILE to watch your own." : ""}</p>
            {channelIds.value.length > 0 && (
              <button type="button" onClick={() => go("/wall")}>
                Show all
              </button>
            )}
          </div>
        ) : (
          <Wall ids={ids} />
        )}
      </main>
      <AlarmStrip />
    </>
  );
}
