/* One line under the head when the page cannot be taken as it looks. */
import { clockTime } from "../model/format";
import { connection, newBuild, phase, skew } from "../live/state";

export function Banner() {
  if (phase.value === "down") {
    const { lastHeard, crowded } = connection.value;
    return (
      <p class="banner" role="alert">
        {crowded && "This browser has too many event streams open: close a tab. "}
        Picture frozen: no data since {clockTime(lastHeard + skew.value)} UTC. What is shown is what was known then; it connects again by itself.
      </p>
    );
  }
  if (newBuild.value) {
    return (
      <p class="banner calm" role="status">
        The appliance runs a new version.
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </p>
    );
  }
  return null;
}
