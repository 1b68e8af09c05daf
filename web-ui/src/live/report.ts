/* A report that is asked for until it is there. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { choiceQuery } from "../model/report";
import type { ReportChoice } from "../model/report";
import type { AvailabilityReport } from "../model/types";
import { get, reason } from "./api";

const AGAIN_MS = 2000;

export interface Asked {
  report: AvailabilityReport | null; /* the last that came */
  busy: boolean;
  failure: string;
}

const isRunning = (answer: AvailabilityReport | { state: string }): answer is { state: string } => "state" in answer;

export function useReport(choice: ReportChoice): Asked {
  const asked = useSignal<Asked>({ report: null, busy: true, failure: "" });
  const query = choiceQuery(choice);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    asked.value = { ...asked.peek(), busy: true, failure: "" };
    const turn = async () => {
      try {
        const answer = await get<AvailabilityReport | { state: string }>(`/reports/availability?${query}`);
        if (gone) return;
        if (isRunning(answer)) timer = window.setTimeout(() => void turn(), AGAIN_MS);
        else asked.value = { report: answer, busy: false, failure: "" };
      } catch (failure) {
        if (!gone) asked.value = { ...asked.peek(), busy: false, failure: reason(failure) };
      }
    };
    void turn();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [query]);
  return asked.value;
}
