/* Rules of profiles as sentences, with what can be changed in them. */
import type { components } from "../../generated/api";

export type ProfileRules = components["schemas"]["ProfileRules"];
export type Rule = ProfileRules["rules"][number];
export type Value = number | boolean | string;

/* A sentence: words, and between them fields that have a value. */
export type Part = { text: string } | { field: string; value: Value; unit: string };

const of = (rule: Rule, field: string): Value => rule.values[field] ?? 0;
const part = (rule: Rule, field: string, unit = ""): Part => ({ field, value: of(rule, field), unit });
const text = (words: string): Part => ({ text: words });

function counted(rule: Rule): Part[] {
  const parts = [text("Raise"), part(rule, "severity"), text("when"), part(rule, "errors"), text("s with errors come within"), part(rule, "errors_span_s", "s")];
  if (of(rule, "worse_errors") !== 0) {
    parts.push(text(", and"), part(rule, "escalated"), text("when"), part(rule, "worse_errors"), text("come within"), part(rule, "worse_span_s", "s"));
  }
  if (of(rule, "long_errors") !== 0) {
    parts.push(text(", or"), part(rule, "long_errors"), text("within"), part(rule, "long_span_s", "s"));
  }
  return [...parts, text("; clear after"), part(rule, "clear_s", "s")];
}

function lasting(rule: Rule): Part[] {
  const parts = [text("Raise"), part(rule, "severity"), text("when it lasts"), part(rule, "raise_s", "s")];
  if (of(rule, "needed") !== 0) parts.push(text("and"), part(rule, "needed"), text("of the last"), part(rule, "window"), text("looks show it"));
  if (of(rule, "escalate_s") !== 0) parts.push(text(", and"), part(rule, "escalated"), text("after"), part(rule, "escalate_s", "s"));
  return [...parts, text("; clear after"), part(rule, "clear_s", "s")];
}

export function sentence(rule: Rule): Part[] {
  if (of(rule, "enabled") === false) return [text("Never raised")];
  return rule.counted ? counted(rule) : lasting(rule);
}

export interface Setting {
  key: string;
  value: Value;
  why?: string;
}

/* @settings with @key set to @value, or without it where @value is null. */
export function withSetting(settings: readonly Setting[], key: string, value: Value | null, why = ""): Setting[] {
  const others = settings.filter((one) => one.key !== key);
  if (value === null) return others;
  return [...others, why ? { key, value, why } : { key, value }].sort((a, b) => a.key.localeCompare(b.key));
}

/* @rule as the draft @settings change it. */
export function withDraft(rule: Rule, settings: readonly Setting[], id: string): Rule {
  const own = settings.filter(({ key }) => key.startsWith(`${rule.fault}.`)).map(({ key, value, why }) => ({ field: key.slice(rule.fault.length + 1), value, why }));
  if (own.length === 0) return rule;
  return {
    ...rule,
    values: { ...rule.values, ...Object.fromEntries(own.map(({ field, value }) => [field, value])) },
    from: { ...rule.from, ...Object.fromEntries(own.map(({ field }) => [field, id])) },
    why: { ...rule.why, ...Object.fromEntries(own.flatMap(({ field, why }) => (why ? [[field, why]] : []))) },
  };
}
