/* The tree of a transport stream: what the tables say, what comes on the PIDs, and what changed. */
import { instant } from "./format";
import type { PidRow, Structure } from "./types";

export type Component = NonNullable<Structure["components"]>[number];
export type Table = NonNullable<Structure["tables"]>[number];

const TABLES: readonly [first: number, last: number, name: string][] = [
  [0x00, 0x00, "PAT"], [0x01, 0x01, "CAT"], [0x02, 0x02, "PMT"], [0x03, 0x03, "TSDT"], [0x40, 0x40, "NIT actual"], [0x41, 0x41, "NIT other"],
  [0x42, 0x42, "SDT actual"], [0x46, 0x46, "SDT other"], [0x4a, 0x4a, "BAT"], [0x4e, 0x4e, "EIT present/following"], [0x4f, 0x4f, "EIT present/following other"],
  [0x70, 0x70, "TDT"], [0x71, 0x71, "RST"], [0x72, 0x72, "Stuffing"], [0x73, 0x73, "TOT"], [0x74, 0x74, "AIT"], [0xc7, 0xc7, "MGT"], [0xc8, 0xc8, "TVCT"],
  [0xc9, 0xc9, "CVCT"], [0xcd, 0xcd, "STT"], [0xfc, 0xfc, "SCTE 35"], [0x3a, 0x3f, "DSM-CC"], [0x80, 0x8f, "CA message"],
];

export function tableName(id: number): string {
  return TABLES.find(([first, last]) => id >= first && id <= last)?.[2] ?? `Table 0x${id.toString(16).toUpperCase().padStart(2, "0")}`;
}

const WELL_KNOWN: Record<number, string> = { 0x00: "PAT", 0x01: "CAT", 0x10: "NIT", 0x11: "SDT, BAT", 0x12: "EIT", 0x13: "RST", 0x14: "TDT, TOT", 0x15: "Network synchronisation", 0x1ffb: "PSIP", 0x1fff: "Null packets" };

export interface OtherPid {
  row: PidRow;
  carries: string;
}

/* PIDs that are no component of the service: tables, PMTs of others, and what nobody refers to. */
export function otherPids(structure: Structure, pids: readonly PidRow[]): OtherPid[] {
  const mine = new Set([structure.pmt_pid, ...(structure.components ?? []).map(({ pid }) => pid)]);
  const maps = new Map((structure.services ?? []).map((service) => [service.pmt_pid, service]));
  return pids
    .filter(({ pid }) => !mine.has(pid))
    .map((row) => {
      const service = maps.get(row.pid);
      const carries = service ? `PMT of service ${service.service_id}` : (WELL_KNOWN[row.pid] ?? (row.pid === structure.pcr_pid ? "PCR" : "Not referred to by this service"));
      return { row, carries };
    });
}

/* How old a change may be to be marked; null marks everything that changed since the box knows the stream. */
export function isMarked(component: Component, sinceMs: number): boolean {
  const at = instant(component.changed_at);
  return at !== null && at >= sinceMs;
}

/* "video", "audio, German" ... */
export function componentTitle(component: Component): string {
  const codec = component.codec || `type 0x${component.stream_type.toString(16).toUpperCase().padStart(2, "0")}`;
  return `${codec} ${component.kind}`;
}

/* "not scrambled", "scrambled", "CA signalled, in the clear" */
export function scrambling(component: Component): string {
  if (component.scrambled_packets > 0) return "scrambled";
  return component.conditional_access ? "CA signalled, in the clear" : "in the clear";
}

/* Repetition as it is: "0.10 s (0.09 to 0.12)". */
export function repetition(table: Table): string {
  const { interval_mean_seconds: mean, interval_min_seconds: min, interval_max_seconds: max } = table;
  if (mean === null) return "once so far";
  const text = (value: number | null) => (value ?? 0).toFixed((value ?? 0) < 10 ? 2 : 1);
  return `${text(mean)} s (${text(min)} to ${text(max)})`;
}

/* Longest interval that TR 101 290 lets a table have, in seconds; null where it says none. */
export function longest(table: Table): number | null {
  if (table.table_id <= 0x02) return 0.5;
  const limits: Record<number, number> = { 0x40: 10, 0x41: 10, 0x42: 2, 0x46: 10, 0x4a: 10, 0x4e: 2, 0x4f: 10, 0x70: 30, 0x73: 30 };
  return limits[table.table_id] ?? null;
}
