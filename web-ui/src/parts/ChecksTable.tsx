/* What each check can see at present. What it cannot see it does not claim. */
import { sightOf } from "../model/checks";
import type { Check } from "../model/types";
import { now } from "../live/state";

export function ChecksTable({ checks }: { checks: readonly Check[] }) {
  if (checks.length === 0) return <p class="quiet">No check has been reported.</p>;
  return (
    <table class="checks">
      <tbody>
        {checks.map((check) => {
          const sight = sightOf(check, now.value);
          return (
            <tr key={check.name} data-blind={sight.blind ? "yes" : "no"}>
              <td>{sight.name}</td>
              <td class={sight.blind ? "notable" : ""}>{sight.sees}</td>
              <td class="quiet">{sight.looked}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
