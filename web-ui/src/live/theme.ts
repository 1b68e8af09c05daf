/* The theme of the page: remembered, unless the page's address says one. */
import { computed, effect, signal } from "@preact/signals";
import { type Theme, isTheme, nextTheme } from "../model/theme";
import { query } from "./navigation";
import { recall, remember } from "./stored";

const stored = recall("theme");
const chosen = signal<Theme>(isTheme(stored) ? stored : "dark");

/* What a named wall asks for; null where it asks for nothing. */
export const wallTheme = signal<Theme | null>(null);

export const theme = computed<Theme>(() => {
  const asked = query.value.get("theme");
  return isTheme(asked) ? asked : (wallTheme.value ?? chosen.value);
});

/* From now on @to, whatever a wall asked for. */
export function chooseTheme(to: Theme): void {
  chosen.value = to;
  wallTheme.value = null;
  remember("theme", to);
}

export const turnTheme = (): void => chooseTheme(nextTheme(theme.peek()));

/* Whether icons of what waits blink. */
export const blinks = signal(recall("blinks") !== "off");

export function chooseBlinks(on: boolean): void {
  blinks.value = on;
  remember("blinks", on ? "on" : "off");
}

/* Tells the stylesheets. */
export function startTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    document.documentElement.dataset["blink"] = blinks.value ? "on" : "off";
  });
}
