/* Figures and times as text: UTC, ISO 8601, durations in words. A figure that is not known is an en dash. */

export const NONE = "–";

const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");

/* Milliseconds since 1970 of an RFC 3339 time; null where there is none or it cannot be read. */
export function instant(text: string | null | undefined): number | null {
  if (!text) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/* "10:39:08", UTC. */
export function clockTime(ms: number): string {
  const at = new Date(ms);
  return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
}

/* "2026-11-20", UTC. */
export function day(ms: number): string {
  const at = new Date(ms);
  return `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`;
}

export const dateTime = (ms: number): string => `${day(ms)} ${clockTime(ms)}`;

const formatters = new Map<string, Intl.DateTimeFormat | null>();

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat | null = null;
  try {
    made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  } catch {
    made = null; /* a zone that this browser does not know */
  }
  formatters.set(zone, made);
  return made;
}

const IS_UTC = /^(?:|UTC|Etc\/UTC|Zulu|GMT|Etc\/GMT)$/;

/* "11:39:08" in the zone of that name; "" for UTC itself, and for a zone that nobody knows. */
export const zoneTime = (ms: number, zone: string): string => (IS_UTC.test(zone) ? "" : (formatterOf(zone)?.format(ms) ?? ""));

/* "Buenos Aires" for "America/Argentina/Buenos_Aires". */
export const zoneName = (zone: string): string => (zone.split("/").pop() ?? "").replaceAll("_", " ");

/* "8 s", "3 min 12 s", "2 h 5 min", "4 d 3 h": two units at most, never below 0. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/* One unit, for narrow places: "8 s", "3 min", "2 h", "4 d". */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/* "8.02 Mb/s"; kilobits below one megabit. */
export function bitrate(bps: number | null | undefined): string {
  if (bps === null || bps === undefined || !Number.isFinite(bps)) return NONE;
  if (bps >= 1e6) return `${(bps / 1e6).toFixed(2)} Mb/s`;
  if (bps >= 1e3) return `${(bps / 1e3).toFixed(0)} kb/s`;
  return `${bps.toFixed(0)} b/s`;
}

/* "12 345 678" with thin spaces. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

/* At most three significant places after the point, none where the figure is large. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return count(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

/* A figure with its unit, as the appliance names units: "37 %", "1.26 kb/s", "54.3 °C". */
export function quantity(value: number | null, unit: string): string {
  if (value === null) return NONE;
  switch (unit) {
    case "ratio":
      return `${figure(Math.round(value * 1000) / 10)} %`;
    case "bps":
      return bitrate(value);
    case "seconds":
      return `${figure(value)} s`;
    case "celsius":
      return `${figure(value)} °C`;
    default:
      return `${figure(value)} ${unit}`.trim();
  }
}

/* "0x1011", as broadcast people write a PID. */
export const pid = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(4, "0")}`;
