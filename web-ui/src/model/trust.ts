/* The answer to "Can I trust the measurements?", with its reasons. */
import { count, duration } from "./format";
import type { Channel, SystemReport } from "./types";

const NOTABLE_SKEW_MS = 2000;

export interface Verdict {
  trusted: boolean;
  reasons: string[];
}

/* @skewMs: the appliance's clock minus the browser's. */
export function verdict(report: SystemReport, channels: readonly Channel[], skewMs: number): Verdict {
  const doubts: string[] = [];
  const dropping = channels.filter((channel) => (channel.own_drops ?? 0) > 0);
  const unknown = channels.filter((channel) => channel.state === "unknown");
  if (report.own_drops > 0) {
    const where = dropping.length > 0 ? `, on ${dropping.length} of ${channels.length} channels` : "";
    doubts.push(`This box lost ${count(report.own_drops)} datagrams of its own${where}.`);
  }
  if (unknown.length > 0) doubts.push(`${unknown.length} of ${channels.length} channels cannot be measured now.`);
  if (!report.clock_synced) doubts.push("The clock is not synchronised: times may be wrong, durations are not.");
  if (report.depth?.reduced) doubts.push("This box is too busy to look deeply: short disturbances of picture may be missed.");
  if (doubts.length > 0) return { trusted: false, reasons: doubts };
  const reasons = ["This box lost no datagram.", `All ${channels.length} channels are measured.`, "The clock is synchronised."];
  if (Math.abs(skewMs) > NOTABLE_SKEW_MS) reasons.push(`This computer's clock differs by ${duration(Math.abs(skewMs))}; the page shows the appliance's.`);
  return { trusted: true, reasons };
}
