/* The run-book of one fault, fetched to be changed, with its version. */
import { Loaded, useLoaded } from "./Loaded";
import { RunbookForm, readRunbooks } from "./RunbookForm";

/* @onDone: it was changed */
export function RunbookEditor({ fault, onDone }: { fault: string; onDone: () => void }) {
  const loaded = useLoaded(readRunbooks, fault);
  return (
    <Loaded from={loaded}>
      {({ items }) => {
        const one = items.find((other) => other.fault === fault);
        return one ? <RunbookForm one={one} onChanged={onDone} /> : <p class="quiet">This version knows no such fault.</p>;
      }}
    </Loaded>
  );
}
