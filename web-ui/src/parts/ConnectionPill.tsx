/* In one word, whether what the page shows is of now. */
import { duration } from "../model/format";
import { clock, connection, phase, skew } from "../live/state";

function words(): string {
  const quiet = () => duration(clock.value - skew.value - connection.peek().lastHeard);
  switch (phase.value) {
    case "connecting":
      return "Connecting";
    case "live":
      return "Live";
    case "stale":
      return `Stale: no update for ${quiet()}`;
    case "down":
      return `No connection for ${quiet()}`;
    case "resync":
      return "Resynchronising";
    case "unauthorised":
      return "Not logged in";
    case "revoked":
      return "Wall token revoked";
  }
}

export function ConnectionPill() {
  return (
    <span class={`pill phase-${phase.value}`} role="status" data-phase={phase.value}>
      <i />
      {words()}
    </span>
  );
}
