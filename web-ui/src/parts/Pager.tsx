/* Which page of the tiles is shown, how to turn it, and how to stop its turning. */
import { options, page, pages, paused, turnBy, turnTo, urgent } from "../live/wall";

export function Pager() {
  const n = pages.value.length;
  if (n < 2) return null;
  const turns = options.value.rotation > 0;
  const elsewhere = urgent.value.find((one) => one !== page.value);
  return (
    <div class="pager" role="group" aria-label="Pages of the wall">
      <button type="button" aria-label="Page before" disabled={page.value === 0} onClick={() => turnBy(-1)}>
        ‹
      </button>
      <span role="status">
        Page {page.value + 1} of {n}
      </span>
      <button type="button" aria-label="Next page" disabled={page.value === n - 1} onClick={() => turnBy(1)}>
        ›
      </button>
      {turns && (
        <button type="button" aria-pressed={paused.value} onClick={() => (paused.value = !paused.value)}>
          {urgent.value.length > 0 ? "Held: critical" : paused.value ? "Go on" : "Pause"}
        </button>
      )}
      {elsewhere !== undefined && (
        <button type="button" onClick={() => turnTo(elsewhere)}>
          Critical on page {elsewhere + 1}
        </button>
      )}
    </div>
  );
}
