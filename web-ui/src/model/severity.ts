/* Severities as people see them: order, word, letter and shape. Colour never stands alone. */
import type { Severity } from "./types";

export type Shape = "octagon" | "triangle-up" | "diamond" | "triangle-down" | "dot";

export const SEVERITIES: readonly Severity[] = ["critical", "major", "minor", "warning"];

const RANKS: Record<Severity, number> = { cleared: 0, indeterminate: 1, warning: 1, minor: 2, major: 3, critical: 4 };
const WORDS: Record<Severity, string> = {
  cleared: "Normal",
  indeterminate: "Indeterminate",
  warning: "Warning",
  minor: "Minor",
  major: "Major",
  critical: "Critical",
};
const LETTERS: Record<Severity, string> = { cleared: "", indeterminate: "?", warning: "W", minor: "m", major: "M", critical: "C" };
const SHAPES: Record<Severity, Shape> = {
  cleared: "dot",
  indeterminate: "triangle-down",
  warning: "triangle-down",
  minor: "diamond",
  major: "triangle-up",
  critical: "octagon",
};

/* 0 for cleared to 4 for critical; an unknown word ranks as critical, for it must not be overlooked. */
export const rank = (severity: Severity): number => RANKS[severity] ?? RANKS.critical;
export const word = (severity: Severity): string => WORDS[severity] ?? severity;
export const letter = (severity: Severity): string => LETTERS[severity] ?? "?";
export const shape = (severity: Severity): Shape => SHAPES[severity] ?? "octagon";
