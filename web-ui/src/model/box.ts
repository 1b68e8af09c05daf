/* The box on its own page: sensors by what they are about, in words. */
import { count, quantity } from "./format";
import type { Sensor, SystemReport, Trend } from "./types";

export interface SensorGroup {
  title: string;
  sensors: Sensor[];
}

/* In the order of the page; a kind that is not named stands last under its own name. */
const GROUPS: readonly { title: string; kinds: readonly string[] }[] = [
  { title: "CPU", kinds: ["cpu"] },
  { title: "Memory", kinds: ["memory"] },
  { title: "Network interfaces", kinds: ["nic"] },
  { title: "Disk", kinds: ["disk", "storage"] },
  { title: "Clock", kinds: ["clock"] },
  { title: "Certificates", kinds: ["certificate"] },
  { title: "Temperatures, fans, voltages", kinds: ["temperature", "fan", "voltage"] },
];

export function groupsOf(sensors: readonly Sensor[]): SensorGroup[] {
  const known = new Set(GROUPS.flatMap(({ kinds }) => kinds));
  const others = [...new Set(sensors.map(({ kind }) => kind).filter((kind) => !known.has(kind)))];
  return [...GROUPS, ...others.map((kind) => ({ title: kind.replaceAll("-", " "), kinds: [kind] }))].map(({ title, kinds }) => ({
    title,
    sensors: sensors.filter(({ kind }) => kinds.includes(kind)),
  })).filter((group) => group.sensors.length > 0);
}

const GIGA = 1e9;
const LONG_DAYS = 400;

function bytes(value: number): string {
  if (value >= GIGA) return `${(value / GIGA).toFixed(value >= 100 * GIGA ? 0 : 1)} GB`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(0)} kB`;
}

export function valueText(value: number | null, unit: string): string {
  if (value === null) return "–";
  if (unit === "bytes") return bytes(value);
  if (unit === "bytes/s") return `${bytes(value)}/s`;
  if (unit === "days") return value >= LONG_DAYS ? "more than a year" : `${value.toFixed(1)} days`;
  if (unit === "seconds" && value !== 0 && Math.abs(value) < 0.01) return `${(value * 1e3).toFixed(3)} ms`;
  return quantity(value, unit);
}

/* "up", "37 %": what a sensor says now. */
export function sensorText(sensor: Sensor): string {
  if (sensor.state === "not-fitted") return "";
  if (sensor.kind === "nic" && sensor.name.endsWith(" link")) return sensor.value ? "up" : "down";
  return valueText(sensor.value, sensor.unit);
}

export const stateText = (state: string): string => state.replaceAll("-", " ");
export const isFine = (state: string): boolean => ["ok", "not-fitted"].includes(state);

export const trendOf = (trends: readonly Trend[], sensor: Sensor): readonly (number | null)[] =>
  trends.find(({ kind, name }) => kind === sensor.kind && name === sensor.name)?.values ?? [];

/* "room for 14 more channels", "3 channels too many". */
export function roomText(channels: number | null): string {
  if (channels === null) return "not measured yet";
  if (channels < 0) return `${count(-channels)} channels too many`;
  return channels === 0 ? "full" : `room for ${count(channels)} more`;
}

/* Of the depth that every channel is to have. */
export function headroomAtKeys(report: SystemReport): number | null {
  return report.headroom.find(({ depth }) => depth === "every-key")?.channels ?? null;
}
