/* One line under the head when the page cannot be taken as it looks. */
import { clockTime } from "../model/format";
import { connection, newBuild, phase, skew } from "../live/state";

export function Banner() {
  if (phase.value === "down") {
    const { lastHeard } = connection.peek();
    return (
      <p class="banner" role="alert">
        Frozen: no data since {clockTime(lastHeard + skew.value)} UTC. What is shown is what was known then; it connects again by itself.
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
