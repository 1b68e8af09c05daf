/* How a wall is to look: what its address says, else what the named wall says, else the default. */
import { SEVERITIES, rank } from "./severity";
import { type Theme, isTheme } from "./theme";
import type { Channel, NamedWall, Severity } from "./types";

export type Size = "auto" | "s" | "m" | "l" | "xl";
export type Layout = "auto" | "fixed" | "penalty" | "split";

export interface WallOptions {
  groups: readonly string[]; /* with no group and no channel: everything */
  channels: readonly string[];
  size: Size;
  layout: Layout;
  columns: number; /* of a fixed grid */
  rows: number;
  rotation: number; /* seconds that a page stays; 0: nobody turns it */
  sound: Severity | "off" | null; /* from this severity on; null: as the browser has it */
  theme: Theme | null;
  box: boolean; /* channels in trouble are shown large beside the tiles */
  least: Severity | null; /* alarms below it are left out */
}

export const SIZES: readonly Size[] = ["auto", "s", "m", "l", "xl"];
export const LAYOUTS: readonly Layout[] = ["auto", "fixed", "penalty", "split"];
export const MIN_ROTATION_S = 5;
const MAX_ROTATION_S = 3600;
const MAX_CELLS = 24;

/* Height of the characters in CSS pixels on a screen of 1080 lines; 0: as large as the tiles let them be. */
const PX: Record<Size, number> = { auto: 0, s: 16, m: 24, l: 32, xl: 48 };

/* @screenHeight: of the whole screen, in CSS pixels. */
export const pxOf = (size: Size, screenHeight: number): number => Math.round(PX[size] * Math.max(1, screenHeight / 1080));

const pick = <T extends string>(text: string | null | undefined, known: readonly T[]): T | null => known.find((one) => one === text?.toLowerCase()) ?? null;

function whole(text: string | null, most: number): number | null {
  return text !== null && /^\d{1,5}$/.test(text) ? Math.min(most, Number(text)) : null;
}

function soundOf(text: string | null): WallOptions["sound"] {
  if (text === "on") return "warning";
  return text === "off" ? "off" : pick(text, SEVERITIES);
}

const namedSound = (wall: NamedWall | null): WallOptions["sound"] => (wall === null ? null : wall.sound ? "warning" : "off");

function listOf(query: URLSearchParams, name: string): string[] | null {
  const all = query.getAll(name).flatMap((text) => text.split(","));
  return all.length > 0 ? all.filter((text) => text !== "") : null;
}

function fixedOf(query: URLSearchParams, wall: NamedWall | null): { columns: number; rows: number } {
  const [, columns, rows] = /^(\d{1,2})x(\d{1,2})$/.exec(query.get("grid") ?? "") ?? [];
  const held = (n: number): number => Math.min(MAX_CELLS, Math.max(1, n));
  return { columns: held(Number(columns ?? (wall?.columns || 10))), rows: held(Number(rows ?? (wall?.rows || 6))) };
}

export function optionsOf(query: URLSearchParams, wall: NamedWall | null): WallOptions {
  const rotation = whole(query.get("rotate"), MAX_ROTATION_S) ?? wall?.rotation_seconds ?? 0;
  const theme = query.get("theme");
  return {
    groups: listOf(query, "group") ?? wall?.groups ?? [],
    channels: listOf(query, "channel") ?? wall?.channels ?? [],
    size: pick(query.get("size"), SIZES) ?? wall?.size ?? "auto",
    layout: pick(query.get("layout"), LAYOUTS) ?? (query.has("grid") ? "fixed" : (wall?.layout ?? "auto")),
    ...fixedOf(query, wall),
    rotation: rotation === 0 ? 0 : Math.max(MIN_ROTATION_S, rotation),
    sound: query.has("sound") ? soundOf(query.get("sound")) : namedSound(wall),
    theme: isTheme(theme) ? theme : wall?.night ? "night" : null,
    box: query.get("box") === "on",
    least: pick(query.get("severity"), SEVERITIES),
  };
}

/* The query with that option set, or gone where @value is null. */
export function withOption(query: URLSearchParams, name: string, value: string | null): string {
  const changed = new URLSearchParams(query);
  if (value === null) changed.delete(name);
  else changed.set(name, value);
  const text = changed.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

/* The channels of the wall, in the site's order. */
export function chosenIds(options: WallOptions, ids: readonly string[], channelOf: (id: string) => Channel | undefined): readonly string[] {
  if (options.groups.length === 0 && options.channels.length === 0) return ids;
  return ids.filter((id) => options.channels.includes(id) || options.groups.includes(channelOf(id)?.group ?? ""));
}

/* Whether an alarm of that severity is to be seen. */
export const isWanted = (options: WallOptions, severity: Severity): boolean => options.least === null || rank(severity) >= rank(options.least);

/* Millimetres of a character's height over its size in CSS pixels (capitals are 0.72 of it), and 16 minutes of arc (NUREG-0700). */
const CAPITALS = 0.72;
const SIXTEEN_MINUTES = 0.00465;

/* The smallest legible characters, in CSS pixels: a screen of that diagonal and resolution, seen from that distance. */
export function legiblePx(diagonalInches: number, metres: number, width: number, height: number): number {
  const mmPerPx = (diagonalInches * 25.4) / Math.hypot(width, height);
  return Math.ceil((metres * 1000 * SIXTEEN_MINUTES) / CAPITALS / mmPerPx);
}

/* The smallest size that is legible; the largest where none is. */
export function sizeFor(px: number, screenHeight: number): Size {
  return SIZES.find((size) => size !== "auto" && pxOf(size, screenHeight) >= px) ?? "xl";
}
