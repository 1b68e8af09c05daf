/* The icon of a tile: the severity's own while something is wrong, else clock, wrench, tick or dot. */
import type { Look } from "../model/tile";
import type { Severity } from "../model/types";
import { SeverityIcon } from "./SeverityIcon";

const WORDS: Record<Look, string> = {
  normal: "Normal",
  alarm: "Alarm",
  acked: "Acknowledged",
  planned: "Planned",
  unknown: "Not known",
  stale: "No data",
  starting: "Starting",
  recovered: "Recovered",
};

function drawing(look: Look) {
  switch (look) {
    case "planned":
      return <path d="M2 4h12v9H2zM5 4V2h6v2" />;
    case "recovered":
      return <path d="M2.5 8.5l3.5 4 7.5-9" />;
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
