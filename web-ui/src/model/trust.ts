/* The answer to "Can I trust the measurements?": what the appliance says, and what this page knows beside it. */
import { duration } from "./format";
import type { SystemReport } from "./types";

const NOTABLE_SKEW_MS = 2000;

export type TrustReason = SystemReport["trust"]["reasons"][number];

export interface Verdict {
  trusted: boolean;
  reasons: readonly Pick<TrustReason, "text" | "doubt" | "channels">[];
}

/* @skewMs: the appliance's clock minus the browser's; @current: whether the report is not an old one. */
export function verdict(report: SystemReport, skewMs: number, current: boolean): Verdict {
  const reasons: Verdict["reasons"][number][] = [...report.trust.reasons];
  if (!current) reasons.unshift({ text: "The appliance does not answer: what is shown here is old", doubt: true, channels: [] });
  if (Math.abs(skewMs) > NOTABLE_SKEW_MS)
    reasons.push({ text: `This computer's clock differs by ${duration(Math.abs(skewMs))}; the page shows the appliance's`, doubt: false, channels: [] });
  const trusted = report.trust.trusted && current;
  if (trusted && !reasons.some(({ doubt }) => doubt)) {
    reasons.unshift({ text: `This box lost no packet lately, measures all ${report.channels_total ?? 0} channels, and its clock is synchronised`, doubt: false, channels: [] });
  }
  return { trusted, reasons };
}
