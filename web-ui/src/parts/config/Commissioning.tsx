/* What was learned of a channel in its first day, and the profile that follows from it. */
import { useSignal } from "@preact/signals";
import type { components } from "../../../generated/api";
import { words } from "../../model/config";
import { duration } from "../../model/format";
import { get, post, reason } from "../../live/api";
import { mayConfigure } from "../../live/config";
import { toast } from "../../live/toasts";
import { Loaded, useLoaded } from "./Loaded";

type Proposal = components["schemas"]["Proposal"];

const STATES = {
  learning: "Being learned: only what takes it off the air is told",
  proposed: "Its day is over: a profile is proposed",
  accepted: "The proposed profile is in force",
  commissioned: "It was taken for as it should be",
};

export function Commissioning({ id, onAccepted }: { id: string; onAccepted: () => void }) {
  const failure = useSignal("");
  const loaded = useLoaded(() => get<Proposal>(`/channels/${id}/proposal`), id);
  const accept = () =>
    post(`/channels/${id}/proposal/accept`, {}).then(
      () => {
        toast("The proposed profile is in force");
        onAccepted();
      },
      (error: unknown) => (failure.value = reason(error)),
    );
  return (
    <section class="commissioning" aria-label="Commissioning">
      <h2>Commissioning</h2>
      <Loaded from={loaded}>
        {({ state, watched_s, day_s, facts, profile }) => (
          <>
            <p>
              {STATES[state]}. Watched for {duration(watched_s * 1000)} of {duration(day_s * 1000)}.
            </p>
            {facts.length > 0 && (
              <ul class="facts-list">
                {facts.map((fact) => (
                  <li key={fact}>{fact}</li>
                ))}
              </ul>
            )}
            {profile.settings.length > 0 && (
              <table class="objects">
                <thead>
                  <tr>
                    <th scope="col">Proposed</th>
                    <th scope="col">Value</th>
                    <th scope="col">Why</th>
                  </tr>
                </thead>
                <tbody>
                  {profile.settings.map((one) => (
                    <tr key={one.key}>
                      <th scope="row">{one.key}</th>
                      <td>{words(one.value)}</td>
                      <td>{one.why ?? ""}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {failure.value && (
              <p class="failure" role="alert">
                {failure.value}
              </p>
            )}
            {state !== "accepted" && mayConfigure() && (
              <button type="button" onClick={() => void accept()}>
                Take the proposed profile
              </button>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}
