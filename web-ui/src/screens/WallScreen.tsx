/* Every channel at once, as the address and the named wall want it. */
import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { SEVERITIES } from "../model/severity";
import type { Severity } from "../model/types";
import { pxOf } from "../model/wall-options";
import { mayConfigure } from "../live/account";
import { stayAwake, turnFull } from "../live/full-screen";
import { bindKeys } from "../live/keys";
import { namesBefore } from "../live/names";
import { reloadInQuiet } from "../live/self-reload";
import { channelIds, loaded } from "../live/state";
import { choose, followUrgency, followWalls, isMissing, options, page, pages, turnBy, turnOn, wallIds, wallName } from "../live/wall";
import { AlarmStrip } from "../parts/AlarmStrip";
import { Pager } from "../parts/Pager";
import { PenaltyBox } from "../parts/PenaltyBox";
import { TileDetail } from "../parts/TileDetail";
import { TileGrid } from "../parts/TileGrid";

/* The tiles of the grid that has the focus, else of the first. */
function tiles(): HTMLElement[] {
  const grid = document.activeElement?.closest(".tiles") ?? document.querySelector(".tiles");
  return [...(grid?.querySelectorAll<HTMLElement>("a.tile") ?? [])];
}

function move(by: (at: number, all: HTMLElement[]) => number): void {
  const all = tiles();
  const to = by(all.findIndex((tile) => tile === document.activeElement), all);
  all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
}

/* Tiles in one row share their top edge. */
function columns(all: HTMLElement[]): number {
  const top = all[0]?.offsetTop;
  const second = all.findIndex((tile) => tile.offsetTop !== top);
  return second > 0 ? second : Math.max(1, all.length);
}

const CALM = new Set(["normal", "loading", "disabled"]);

function moveToAbnormal(direction: 1 | -1): void {
  move((at, all) => {
    for (let i = 1; i <= all.length; i += 1) {
      const index = (Math.max(at, direction < 0 ? 0 : -1) + direction * i + 2 * all.length) % all.length;
      if (!CALM.has(all[index]?.dataset["look"] ?? "")) return index;
    }
    return at;
  });
}

const turnLeast = (to: Severity): void => choose("severity", options.peek().least === to ? null : to);

function useTileKeys(): void {
  useLayoutEffect(
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
        PageDown: () => turnBy(1),
        PageUp: () => turnBy(-1),
        b: () => choose("box", options.peek().box ? null : "on"),
        f: turnFull,
        ...Object.fromEntries(SEVERITIES.map((severity, i) => [String(i + 1), () => turnLeast(severity)])),
      }),
    [],
  );
}

/* Pages turn by themselves where the wall wants it. */
function useTurning(): void {
  const { rotation } = options.value;
  useEffect(() => {
    if (rotation === 0) return undefined;
    const timer = setInterval(turnOn, rotation * 1000);
    return () => clearInterval(timer);
  }, [rotation]);
}

/* Head and strip grow with the characters of the wall. */
function useSize(): void {
  useSignalEffect(() => {
    const root = document.documentElement;
    root.dataset["size"] = options.value.size;
    root.style.setProperty("--factor", String(Math.max(1, screen.height / 1080)));
  });
  useEffect(() => () => void delete document.documentElement.dataset["size"], []);
}

function Begin() {
  if (!mayConfigure()) return <p>An engineer adds them.</p>;
  return (
    <p class="begin">
      <a class="button main" href="/config/channels/+">
        Add a channel
      </a>
      <a class="button" href="/config/import">
        Import a list
      </a>
      <a class="button" href="/config/start">
        First steps
      </a>
    </p>
  );
}

function Nothing() {
  if (isMissing.value) {
    return (
      <div class="empty">
        <h1>No wall is called {wallName.value}</h1>
        <a href="/wall">Show every channel</a>
      </div>
    );
  }
  const none = channelIds.value.length === 0;
  return (
    <div class="empty">
      <h1>{none ? "No channels yet" : "No channel is on this wall"}</h1>
      {none ? <Begin /> : <a href="/wall">Show every channel</a>}
    </div>
  );
}

function Tiles() {
  const { size, layout, columns: wide, rows, box } = options.value;
  const px = pxOf(size, screen.height);
  const wish = layout === "fixed" ? { px, columns: wide, rows } : { px };
  const before = wallName.value === "" ? namesBefore.map(({ id }) => id) : [];
  const ids = loaded.value ? wallIds.value : before;
  if (loaded.value && (ids.length === 0 || isMissing.value)) return <Nothing />;
  if (layout === "penalty") return <PenaltyBox whole px={px} />;
  return (
    <>
      <TileGrid ids={ids} wish={wish} label="Channels" page={page} onPages={(found) => (pages.value = found)} />
      {box && <PenaltyBox whole={false} px={px} />}
    </>
  );
}

export function WallScreen() {
  useTileKeys();
  useTurning();
  useSize();
  useEffect(() => {
    const ends = [followWalls(), followUrgency(), stayAwake(), reloadInQuiet()];
    return () => ends.forEach((end) => end());
  }, []);
  const upright = options.value.layout === "split";
  return (
    <>
      <div class="wall-body">
        <main class="screen-wall">
          <Tiles />
        </main>
        {upright && (
          <AlarmStrip upright>
            <Pager />
          </AlarmStrip>
        )}
      </div>
      {!upright && (
        <AlarmStrip>
          <Pager />
        </AlarmStrip>
      )}
      <TileDetail />
    </>
  );
}
