/* The site's time zone, and whether site time or UTC is read first. */
import { signal } from "@preact/signals";
import type { Policy } from "../model/types";
import { get } from "./api";
import { recall, remember } from "./stored";

const ASK_AGAIN_MS = 600_000;

export const siteName = signal(""); /* what people call the site, "" for the name of the box */
export const siteZone = signal(""); /* a name of the IANA database, "" while it is not known */
export const shelfMaxMinutes = signal(480); /* the longest time that an alarm may be put aside */
export const siteFirst = signal(recall("time") === "site");

export function turnTime(): void {
  siteFirst.value = !siteFirst.peek();
  remember("time", siteFirst.peek() ? "site" : "utc");
}

let timer = 0;

/* Asks now, and every ten minutes. */
export async function loadSite(): Promise<void> {
  clearTimeout(timer);
  timer = window.setTimeout(() => void loadSite(), ASK_AGAIN_MS);
  const policy = await get<Policy>("/policy").catch(() => null);
  if (!policy) return;
  siteName.value = policy.name;
  siteZone.value = policy.timezone;
  shelfMaxMinutes.value = policy.shelf_max_minutes;
}
