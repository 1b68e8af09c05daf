/* A screen that is loaded when it is first looked at: a word while it loads, and a way on where it does not come. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Lazy } from "../live/lazy";

interface Props<P extends object> {
  screen: Lazy<P>;
  with: P;
}

export function Later<P extends object>({ screen, with: props }: Props<P>) {
  const state = useSignal<"loading" | "there" | "failed">(screen.get() ? "there" : "loading");
  const load = () => {
    state.value = screen.get() ? "there" : "loading";
    screen.load().then(
      () => (state.value = "there"),
      () => (state.value = "failed"),
    );
  };
  useEffect(load, [screen]);
  const Screen = screen.get();
  if (Screen && state.value !== "failed") return <Screen {...props} />;
  return (
    <main class="screen empty">
      {state.value === "failed" ? (
        <>
          <h1>This page did not load</h1>
          <p>The appliance does not answer, or was updated meanwhile.</p>
          <button type="button" onClick={load}>
            Try again
          </button>
        </>
      ) : (
        <p role="status">Loading</p>
      )}
    </main>
  );
}
