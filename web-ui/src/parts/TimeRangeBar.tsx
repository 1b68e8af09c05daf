/* What time all charts of a page show. It stands in the page's address; keys: t, [ ], + -. */
import { useLayoutEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { SPANS, type TimeRange, boundsOf, iso, rangeOf, shifted, withRange, zoomed } from "../model/time-range";
import { type Zone, momentText } from "../model/time-text";
import { bindKeys } from "../live/keys";
import { go, query } from "../live/navigation";
import { nowSeconds } from "../live/series-poll";

export function setRange(range: TimeRange): void {
  const next = withRange(query.peek(), range).toString();
  go(`${location.pathname}${next ? `?${next}` : ""}`, true);
}

const current = (): TimeRange => rangeOf(query.peek());
const shift = (by: 1 | -1) => setRange(shifted(current(), by, nowSeconds()));
const zoom = (into: boolean) => setRange(zoomed(current(), into, nowSeconds()));

function goLive(): void {
  const range = current();
  const { from, to } = boundsOf(range, nowSeconds());
  setRange({ live: true, seconds: range.live ? range.seconds : Math.round(to - from) });
}

const KEYS = { t: goLive, "[": () => shift(-1), "]": () => shift(1), "+": () => zoom(true), "-": () => zoom(false) };

function Custom({ range, onDone }: { range: TimeRange; onDone: () => void }) {
  const { from, to } = boundsOf(range, nowSeconds());
  const wrong = useSignal("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const at = (name: string) => Date.parse(`${String(data.get(name))}Z`) / 1000;
    if (!(at("to") > at("from"))) {
      wrong.value = "The end must come after the beginning.";
      return;
    }
    setRange({ live: false, from: at("from"), to: Math.min(at("to"), nowSeconds()) });
    onDone();
  };
  return (
    <form class="custom-range" onSubmit={submit}>
      <label>
        From, UTC
        <input type="datetime-local" name="from" step="1" required value={iso(from).slice(0, 19)} />
      </label>
      <label>
        To, UTC
        <input type="datetime-local" name="to" step="1" required value={iso(to).slice(0, 19)} />
      </label>
      <button type="submit" class="main">
        Show
      </button>
      {wrong.value && <span class="failure">{wrong.value}</span>}
    </form>
  );
}

export function TimeRangeBar({ range, zone }: { range: TimeRange; zone: Zone }) {
  const custom = useSignal(false);
  useLayoutEffect(() => bindKeys(KEYS), []);
  return (
    <div class="time-range">
      <div class="tabs" role="group" aria-label="Time shown">
        {SPANS.map(({ seconds, name }) => (
          <button key={seconds} type="button" aria-pressed={range.live && range.seconds === seconds} onClick={() => setRange({ live: true, seconds })}>
            {seconds === 600 ? `Live, ${name}` : name}
          </button>
        ))}
        <button type="button" aria-pressed={!range.live} aria-expanded={custom.value} onClick={() => (custom.value = !custom.value)}>
          Custom
        </button>
      </div>
      <div class="tabs" role="group" aria-label="Move in time">
        <button type="button" aria-label="Earlier" title="Earlier ([)" onClick={() => shift(-1)}>
          ‹
        </button>
        <button type="button" aria-label="Later" title="Later (])" disabled={range.live} onClick={() => shift(1)}>
          ›
        </button>
        <button type="button" aria-label="Closer" title="Closer (+)" onClick={() => zoom(true)}>
          +
        </button>
        <button type="button" aria-label="Further" title="Further (-)" onClick={() => zoom(false)}>
          −
        </button>
        {!range.live && (
          <button type="button" title="Live (t)" onClick={goLive}>
            Live
          </button>
        )}
      </div>
      <span class="quiet">
        {range.live ? "up to now" : `${momentText(range.from, zone)} to ${momentText(range.to, zone)}`}, {zone.label}
      </span>
      {custom.value && <Custom range={range} onDone={() => (custom.value = false)} />}
    </div>
  );
}
