/* What is set up first on a new box: which step is done is told by what there is, which was put aside by the site's policy. */

export const STEPS = ["site", "channels", "receivers"] as const;

export type Step = (typeof STEPS)[number];
export type StepState = "done" | "skipped" | "open";

export interface Found {
  name: string; /* of the site, "" for none */
  timezone: string;
  channels: number;
  receivers: number;
  skipped: readonly Step[];
}

const isDone: Record<Step, (found: Found) => boolean> = {
  site: ({ name, timezone }) => name !== "" || timezone !== "UTC",
  channels: ({ channels }) => channels > 0,
  receivers: ({ receivers }) => receivers > 0,
};

/* What is done counts as done, also if it was put aside before. */
export function stateOf(step: Step, found: Found): StepState {
  if (isDone[step](found)) return "done";
  return found.skipped.includes(step) ? "skipped" : "open";
}

/* The step to take next, null where none waits. */
export const nextOf = (found: Found): Step | null => STEPS.find((step) => stateOf(step, found) === "open") ?? null;

/* What is to be put aside when @step is, too. */
export const skippedWith = (step: Step, found: Found): Step[] => STEPS.filter((one) => one === step || found.skipped.includes(one));
