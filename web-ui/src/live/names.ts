/* Names of the channels as they were last, so that a wall that starts shows its places before its figures. */
import { effect } from "@preact/signals";
import type { Channel } from "../model/types";
import { channelIds, channelSignal, loaded } from "./state";
import { recall, remember } from "./stored";

const MOST = 300;

export type Named = Pick<Channel, "id" | "short_name" | "name" | "group">;

function read(): readonly Named[] {
  try {
    const kept: unknown = JSON.parse(recall("names") ?? "[]");
    return Array.isArray(kept) ? (kept as Named[]).filter((one) => typeof one?.id === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const namesBefore = read();

export function keepNames(): void {
  effect(() => {
    if (!loaded.value) return;
    const names = channelIds.value.slice(0, MOST).flatMap((id) => channelSignal(id)?.peek() ?? []);
    remember("names", JSON.stringify(names.map(({ id, short_name, name, group }) => ({ id, short_name, name, group }))));
  });
}
