/* What a screen has to fetch first: a word while it comes, why it does not, and a way to ask again. */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Refusal, reason } from "../../live/api";

export interface Loading<T> {
  value: T | null;
  failure: string; /* "" for none */
  refused?: boolean; /* to ask again does not help */
  reload: () => Promise<void>;
}

/* Fetches once, and whenever @key changes or reload() is called. What was there stays while it is fetched anew. */
export function useLoaded<T>(fetchIt: () => Promise<T>, key = ""): ReadonlySignal<Loading<T>> {
  const state: Signal<Loading<T>> = useSignal<Loading<T>>({ value: null, failure: "", reload: () => Promise.resolve() });
  useEffect(() => {
    let wanted = true;
    const reload = async () => {
      try {
        const value = await fetchIt();
        if (wanted) state.value = { value, failure: "", reload };
      } catch (error) {
        const refused = error instanceof Refusal && error.status === 403;
        if (wanted) state.value = { ...state.value, failure: reason(error), refused, reload };
      }
    };
    state.value = { value: null, failure: "", reload };
    void reload();
    return () => {
      wanted = false;
    };
  }, [key]);
  return state;
}

export function Loaded<T>({ from, children }: { from: ReadonlySignal<Loading<T>>; children: (value: T, reload: () => Promise<void>) => ComponentChildren }) {
  const { value, failure, refused, reload } = from.value;
  if (value === null && !failure) return <p role="status">Loading</p>;
  return (
    <>
      {failure && (
        <div class="failed" role="alert">
          <p class="failure">{failure}</p>
          {!refused && (
            <button type="button" onClick={() => void reload()}>
              Try again
            </button>
          )}
        </div>
      )}
      {value !== null && children(value, reload)}
    </>
  );
}
