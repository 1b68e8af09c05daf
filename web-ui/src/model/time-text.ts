/* Times on charts: 24 hours, ISO days, in UTC or the site's zone. */

export interface Zone {
  name: string; /* of the IANA database */
  label: string; /* "UTC", "site" */
}

export const UTC: Zone = { name: "UTC", label: "UTC" };

const pad = (value: number): string => String(value).padStart(2, "0");

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}

function partsOf(at: number, zone: Zone): Parts {
  const parts = formatOf(zone.name).formatToParts(new Date(at * 1000));
  const value = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return { year: value("year"), month: value("month"), day: value("day"), hour: value("hour"), minute: value("minute"), second: value("second") };
}

/* "2026-11-26 10:39:08"; @at in seconds. */
export function momentText(at: number, zone: Zone): string {
  const { year, month, day, hour, minute, second } = partsOf(at, zone);
  return `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
}

/* Labels of an axis: no more than tells neighbours apart, and the day where it changes. */
export function tickTexts(ticks: readonly number[], zone: Zone): string[] {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  let before = "";
  return ticks.map((at) => {
    const { month, day, hour, minute, second } = partsOf(at, zone);
    const date = `${pad(month)}-${pad(day)}`;
    const time = step >= 60 ? `${pad(hour)}:${pad(minute)}` : `${pad(hour)}:${pad(minute)}:${pad(second)}`;
    const isNewDay = before !== "" && date !== before;
    before = date;
    if (step >= 86_400) return date;
    return isNewDay ? date : time;
  });
}
