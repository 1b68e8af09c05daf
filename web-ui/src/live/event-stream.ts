/* One EventSource that can be opened anew, with every message as it came. Used by tabs and by the shared worker. */
import { EVENTS, type EventName } from "../model/stream-port";

const CONNECTING_MS = 10_000; /* it tries again by itself: leave it alone for so long */

export class EventStream {
  private source: EventSource | null = null;
  private openedAt = 0;

  constructor(
    private readonly onEvent: (name: EventName, data: string) => void,
    private readonly onError: (closed: boolean) => void,
  ) {}

  get isClosed(): boolean {
    return !this.source || this.source.readyState === EventSource.CLOSED;
  }

  open(): void {
    const connecting = this.source?.readyState === EventSource.CONNECTING;
    if (connecting && performance.now() - this.openedAt < CONNECTING_MS) return;
    this.close();
    this.openedAt = performance.now();
    const made = new EventSource("/api/v1/events");
    this.source = made;
    for (const name of EVENTS) made.addEventListener(name, (event: MessageEvent<string>) => this.onEvent(name, event.data));
    made.addEventListener("error", () => this.onError(made.readyState === EventSource.CLOSED));
  }

  close(): void {
    this.source?.close();
    this.source = null;
  }
}
