/* One line under the head when the page cannot be taken as it looks. */
import { clockTime } from "../model/format";
import { connection, skew } from "../live/state";

export function Banner() {
  const { phase, lastHeard, newBuild } = connection.value;
  if (phase === "down") {
    return (
      <p class="banner" role="alert">
        Frozen: no data since {clockTime(lastHeard + skew.value)} UTC. What is shown is what was known then; it connects again by itself.
      </p>
    );
  }
  if (newBuild) {
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
