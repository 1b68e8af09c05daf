/* In one word, whether what the page shows is of now. */
import { duration } from "../model/format";
import { connection, now, skew } from "../live/state";

function words(): string {
  const { phase, lastHeard } = connection.value;
  const quiet = duration(now.value - skew.value - lastHeard);
  switch (phase) {
    case "connecting":
      return "Connecting";
    case "live":
      return "Live";
    case "stale":
      return `Stale: no update for ${quiet}`;
    case "down":
      return `No connection for ${quiet}`;
    case "resync":
      return "Resynchronising";
    case "unauthorised":
      return "Not logged in";
  }
}

export function ConnectionPill() {
  const { phase } = connection.value;
  return (
    <span class={`pill phase-${phase}`} role="status" data-phase={phase}>
      <i />
      {words()}
    </span>
  );
}
