/* Which channel is heard, how far behind, and the end of it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Heard, listen } from "../live/listen";
import { listenTo } from "../live/overlays";
import { channelSignal, now } from "../live/state";

function Bar({ id }: { id: string }) {
  const heard = useSignal<Heard>({ state: "starting", text: "" });
  useEffect(() => listen(id, () => now.peek(), (next) => (heard.value = next)), [id]);
  const { state, text } = heard.value;
  return (
    <div class="listen-bar" role="status" data-state={state}>
      <span>
        {state === "playing" ? "Listening to" : state === "starting" ? "Going to listen to" : "Not listening to"} <b>{channelSignal(id)?.value.name ?? id}</b>: {text}
      </span>
      <button type="button" onClick={() => (listenTo.value = "")}>
        {state === "failed" || state === "ended" ? "Close" : "Stop (l)"}
      </button>
    </div>
  );
}

export const ListenBar = () => (listenTo.value ? <Bar key={listenTo.value} id={listenTo.value} /> : null);
