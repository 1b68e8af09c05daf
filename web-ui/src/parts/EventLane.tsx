/* Alarms as spans and news of the stream as marks, over the same time as the charts below. */
import { type Mark, type Span, place } from "../model/event-lane";
import type { Bounds } from "../model/time-range";
import { type Zone, momentText } from "../model/time-text";

const KINDS: Record<string, string> = { tables: "Tables", splice: "Splice", sender: "Sender", format: "Format" };

export function EventLane({ spans, marks, bounds, zone }: { spans: readonly Span[]; marks: readonly Mark[]; bounds: Bounds; zone: Zone }) {
  const words = spans.length + marks.length === 0 ? "Nothing happened in this time." : `${spans.length} ${spans.length === 1 ? "alarm" : "alarms"}, ${marks.length} ${marks.length === 1 ? "change" : "changes"} of the stream in this time.`;
  return (
    <figure class="lane">
      <figcaption>
        <b>Events</b> <span>{words}</span>
      </figcaption>
      <svg width="100%" height="30" role="group" aria-label={words}>
        <rect class="ground" x="0" y="0" width="100%" height="30" />
        {spans.map((span) => {
          const from = place(span.from, bounds);
          return (
            <a key={span.id} href={`/alarms/${span.id}`} aria-label={`Alarm of ${momentText(span.from, zone)}: ${span.text}`}>
              <rect class={`span severity-${span.severity}`} x={`${from}%`} y="4" width={`${Math.max(place(span.to, bounds) - from, 0.3)}%`} height="13">
                <title>
                  {momentText(span.from, zone)} {zone.label}: {span.text}
                </title>
              </rect>
            </a>
          );
        })}
        {marks.map(({ at, kind, text }, i) => (
          <rect key={`${at} ${i}`} class="mark" x={`${place(at, bounds)}%`} y="20" width="3" height="8">
            <title>
              {momentText(at, zone)} {zone.label}, {KINDS[kind] ?? kind}: {text}
            </title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}
