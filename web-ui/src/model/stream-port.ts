/* What tabs and the shared worker that holds the browser's event stream say to each other. */

/* The names of the stream's events. */
export const EVENTS = ["hello", "snapshot", "state", "figures", "alarm", "levels", "heartbeat", "resync"] as const;
export type EventName = (typeof EVENTS)[number];

export type FromTab =
  | { kind: "join" }
  | { kind: "open" } /* the stream is to be opened anew */
  | { kind: "here"; able: boolean } /* this tab lives; able: it may make a sound */
  | { kind: "bye" };

export type FromWorker =
  | { kind: "event"; name: EventName; data: string }
  | { kind: "joined"; hello: string } /* the stream runs already: the tab fetches what it missed */
  | { kind: "error"; closed: boolean }
  | { kind: "voice"; yours: boolean }; /* which tab sounds for all */

export const HERE_PERIOD_MS = 20_000;
/* A hidden tab's timers run once a minute; one that was quiet for longer is gone without a word. */
export const GONE_AFTER_MS = 150_000;

interface Seat {
  able: boolean;
}

/* The tab that sounds: the first that may, else the first. -1 where there is none. */
export function voiceOf(seats: readonly Seat[]): number {
  const able = seats.findIndex((seat) => seat.able);
  return able >= 0 ? able : seats.length > 0 ? 0 : -1;
}
