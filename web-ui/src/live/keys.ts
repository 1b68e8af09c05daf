/* Single keys, which a person can switch off. Never while something is being typed. */
import { signal } from "@preact/signals";
import { recall, remember } from "./stored";

const CHORD_MS = 1200;

export const keysOn = signal(recall("keys") !== "off");

export function switchKeys(on: boolean): void {
  keysOn.value = on;
  remember("keys", on ? "on" : "off");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;
}

/* @keys: "j" or "g w" to what it does; false: nothing, the browser is to go on. Returns how to stop. */
export function bindKeys(keys: Readonly<Record<string, () => unknown>>): () => void {
  let first = "";
  let at = 0;
  const onKey = (event: KeyboardEvent) => {
    if (!keysOn.peek() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const chord = first !== "" && event.timeStamp - at < CHORD_MS ? `${first} ${event.key}` : event.key;
    first = event.key === "g" ? "g" : "";
    at = event.timeStamp;
    const action = keys[chord];
    if (!action) return;
    if (action() !== false) event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
