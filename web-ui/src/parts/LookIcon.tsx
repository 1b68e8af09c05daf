/* The icon of a tile: the severity's own while something is wrong, else clock, wrench, tick or dot. */
import type { Look } from "../model/tile";
import type { Severity } from "../model/types";
import { SeverityIcon } from "./SeverityIcon";

const WORDS: Record<Look, string> = {
  loading: "Loading",
  normal: "Normal",
  alarm: "Alarm",
  acked: "Acknowledged",
  shelved: "Shelved",
  planned: "Planned",
  unknown: "Not known",
  stale: "No data",
  starting: "Starting",
  recovered: "Recovered",
  disabled: "Switched off",
};

function drawing(look: Look) {
  switch (look) {
    case "shelved":
      return <path d="M2 4h12v9.5H2zM2 8.5h12M6 8.5v2h4v-2" />;
    case "planned":
      return <path d="M13.6 4.4a3.6 3.6 0 0 1-4.8 4.5L4.4 13.4a1.5 1.5 0 0 1-2-2L7 7a3.6 3.6 0 0 1 4.5-4.7L9.3 4.6l2.1 2z" />;
    case "recovered":
      return <path d="M2.5 8.5l3.5 4 7.5-9" />;
    case "disabled":
      return <path d="M8 2v6M4.6 4.2a5.4 5.4 0 1 0 6.8 0" />;
    case "normal":
      return <circle class="solid" cx="8" cy="8" r="2.5" />;
    default:
      return <path d="M8 1.5a6.5 6.5 0 1 0 .01 0zM8 4.5V8l2.6 2" />;
  }
}

export function LookIcon({ look, severity }: { look: Look; severity: Severity }) {
  if ((look === "alarm" || look === "acked") && severity !== "cleared") return <SeverityIcon severity={severity} />;
  return (
    <svg class="icon outline" viewBox="0 0 16 16" role="img" aria-label={WORDS[look]}>
      {drawing(look)}
    </svg>
  );
}
