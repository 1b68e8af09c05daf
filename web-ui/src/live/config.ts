/* Objects of the inventory over the API: read with their ETags, written under them. */
import { signal } from "@preact/signals";
import { isEngineer, isLimited, mayAct, mayConfigure } from "./account";
import { get, send } from "./api";
import { allChannels, session } from "./state";

export interface Tagged<T> {
  value: T;
  etag: string;
}

export { isEngineer, isLimited, mayConfigure };
export const isAdmin = (): boolean => session.value?.role === "admin";
export const mayAdminister = (): boolean => isAdmin() && !isLimited();
export const mayPlan = (): boolean => mayAct.value && !isLimited();

/* Why something is not to be changed: null if it @may; @otherwise where the role is too small. */
export function lock(may: boolean, otherwise = "Your role may look, not change: an engineer may."): string | null {
  if (may) return null;
  return isLimited() ? "This is of the whole box. Your account sees some channels alone: it may look, not change." : otherwise;
}

export function getTagged<T>(path: string): Promise<Tagged<T>> {
  return send<T>("GET", path);
}

/* @etag: "" for something new. */
export function save<T>(method: "POST" | "PUT" | "PATCH", path: string, body: object, etag: string): Promise<Tagged<T>> {
  return send<T>(method, path, body, etag);
}

export async function remove(path: string, etag: string): Promise<void> {
  await send("DELETE", path, undefined, etag);
}

/* Names to choose from, on several screens; read anew whenever one is entered. */
export const lists = signal<{ channels: string[]; groups: string[]; profiles: string[]; interfaces: string[] }>({ channels: [], groups: [], profiles: [], interfaces: [] });

interface Named {
  id: string;
  group: string;
  interface: string;
}

const unique = (names: readonly string[]): string[] => [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b));

/* Where there are channels that an account does not see, settings are not shown to it. */
const channelNames = async (): Promise<{ items: readonly Named[] }> => (isLimited() ? { items: allChannels.value } : get("/channel-settings"));

/* Names that do not come are not there to choose from; they can still be typed. */
export async function loadLists(): Promise<void> {
  const [channels, profiles] = await Promise.all([
    channelNames().catch(() => ({ items: [] })),
    get<{ items: { profile: { id?: string } }[] }>("/profiles").catch(() => ({ items: [] })),
  ]);
  lists.value = {
    channels: channels.items.map(({ id }) => id),
    groups: unique(channels.items.map(({ group }) => group)),
    profiles: profiles.items.flatMap(({ profile }) => profile.id ?? []),
    interfaces: unique(channels.items.map((one) => one.interface)),
  };
}
