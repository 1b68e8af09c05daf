/* The wall that is looked at: its name, its options, its channels, and the page of it that is shown. */
import { computed, effect, signal } from "@preact/signals";
import { channelOf, isWaiting } from "../model/alarm-list";
import { type Turning, attend, pagesWith, turned } from "../model/paging";
import type { NamedWall } from "../model/types";
import { chosenIds, isWanted, optionsOf, withOption } from "../model/wall-options";
import { get } from "./api";
import { go, query, route } from "./navigation";
import { alarms, channelIds, channelSignal } from "./state";
import { wallTheme } from "./theme";

const ASK_AGAIN_MS = 60_000;

/* The walls that have names; null while they are not known. */
export const walls = signal<readonly NamedWall[] | null>(null);
export const wallName = computed(() => (route.value.page === "wall" ? route.value.name : ""));
const named = computed(() => walls.value?.find(({ id }) => id === wallName.value) ?? null);
export const isMissing = computed(() => wallName.value !== "" && walls.value !== null && named.value === null);
export const wallTitle = computed(() => named.value?.title ?? wallName.value);

export const options = computed(() => optionsOf(query.value, named.value));
export const wallIds = computed(() => chosenIds(options.value, channelIds.value, (id) => channelSignal(id)?.peek()));
/* Alarms that are to be seen on it: of its severity and its channels; the box's own are everybody's. */
export const wallAlarms = computed(() => {
  const ids = new Set(wallIds.value);
  return alarms.value.filter((alarm) => {
    const channel = channelOf(alarm);
    return isWanted(options.value, alarm.severity) && (channel === null || ids.has(channel));
  });
});

/* Asks for the walls now and each minute, for as long as a page wants them. Returns how to stop. */
export function followWalls(): () => void {
  const ask = () => void get<{ items: NamedWall[] }>("/walls").then((found) => (walls.value = found.items), () => undefined);
  ask();
  const timer = setInterval(ask, ASK_AGAIN_MS);
  return () => clearInterval(timer);
}

/* Everything that is chosen stands in the address, so that it can be kept and sent. */
export function choose(name: string, value: string | null): void {
  go(location.pathname + withOption(query.peek(), name, value), true);
}

export function startWallTheme(): void {
  effect(() => {
    wallTheme.value = route.value.page === "wall" && named.value?.night ? "night" : null;
  });
}

/* Pages of the tiles, as the grid lays them. */
export const pages = signal<readonly string[][]>([]);
export const paused = signal(false); /* somebody stopped the turning */
const turning = signal<Turning>({ page: 0, urgent: [] });
export const page = computed(() => turning.value.page);
export const urgent = computed(() => turning.value.urgent);

export function turnTo(to: number): void {
  turning.value = { ...turning.peek(), page: Math.max(0, Math.min(pages.peek().length - 1, to)) };
}

export const turnBy = (by: number): void => turnTo(turning.peek().page + by);

export function turnOn(): void {
  if (!paused.peek()) turnTo(turned(turning.peek(), pages.peek().length));
}

const critical = computed(() => {
  const found = alarms.value.filter((alarm) => alarm.severity === "critical" && isWaiting(alarm)).map(channelOf);
  return new Set(found.filter((id): id is string => id !== null));
});

/* Shows a page that became urgent, for as long as the wall is shown. Returns how to stop. */
export function followUrgency(): () => void {
  return effect(() => {
    const next = attend(turning.peek(), pagesWith(pages.value as string[][], critical.value), pages.value.length);
    const { page: at, urgent: held } = turning.peek();
    if (next.page !== at || next.urgent.join() !== held.join()) turning.value = next;
  });
}
