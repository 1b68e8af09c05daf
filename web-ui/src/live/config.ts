/* Objects of the inventory over the API: read with their ETags, written under them. */
import { signal } from "@preact/signals";
import { mayConfigure } from "./account";
import { get, send } from "./api";
import { session } from "./state";

export interface Tagged<T> {
  value: T;
  etag: string;
}

export { mayConfigure };
export const isAdmin = (): boolean => session.value?.role === "admin";

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

/* A list that several screens look up names in; read anew whenever a screen is entered. */
export const lists = signal<{ channels: string[]; groups: string[]; profiles: string[]; interfaces: string[] }>({ channels: [], groups: [], profiles: [], interfaces: [] });

interface Named {
  id: string;
  group: string;
  interface: string;
}

const unique = (names: readonly string[]): string[] => [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b));

export async function loadLists(): Promise<void> {
  const [channels, profiles] = await Promise.all([
    get<{ items: Named[] }>("/channel-settings"),
    get<{ items: { profile: { id?: string } }[] }>("/profiles"),
  ]);
  lists.value = {
    channels: channels.items.map(({ id }) => id),
    groups: unique(channels.items.map(({ group }) => group)),
    profiles: profiles.items.flatMap(({ profile }) => profile.id ?? []),
    interfaces: unique(channels.items.map((one) => one.interface)),
  };
}
