/* Where the events come from: the shared worker that serves all tabs, or a stream of this tab's own where there is none. */
import { type EventName, type FromTab, type FromWorker, HERE_PERIOD_MS } from "../model/stream-port";
import { EventStream } from "./event-stream";

/* What a feed says to its tab. */
export interface Listener {
  event(name: EventName, data: string): void;
  joined(hello: string): void; /* others had the stream already */
  error(closed: boolean): void; /* closed: it does not come back by itself */
  voice(yours: boolean): void;
}

export interface Feed {
  open(): void; /* anew, if it is open */
  close(): void;
  tellAble(able: boolean): void; /* whether this tab may make a sound */
}

const SCRIPT = "gantry-stream-worker"; /* the name under which index.html tells the worker's address */

class OwnFeed implements Feed {
  private readonly stream: EventStream;

  constructor(listener: Listener) {
    this.stream = new EventStream(listener.event, listener.error);
    listener.voice(true);
  }

  open(): void {
    this.stream.open();
  }

  close(): void {
    this.stream.close();
  }

  tellAble(): void {
    return; /* nobody else could speak */
  }
}

class SharedFeed implements Feed {
  private readonly port: MessagePort;
  private joined = false;
  private able = false;

  constructor(worker: SharedWorker, listener: Listener) {
    this.port = worker.port;
    this.port.addEventListener("message", (message: MessageEvent<FromWorker>) => {
      const said = message.data;
      if (said.kind === "voice") listener.voice(said.yours);
      else if (!this.joined) return;
      else if (said.kind === "event") listener.event(said.name, said.data);
      else if (said.kind === "joined") listener.joined(said.hello);
      else listener.error(said.closed);
    });
    this.port.start();
    setInterval(() => this.say({ kind: "here", able: this.able }), HERE_PERIOD_MS);
    addEventListener("pagehide", () => this.say({ kind: "bye" }));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  open(): void {
    this.say({ kind: this.joined ? "open" : "join" });
    this.joined = true;
  }

  close(): void {
    this.joined = false;
  }

  tellAble(able: boolean): void {
    this.able = able;
    this.say({ kind: "here", able });
  }

  private say(message: FromTab): void {
    this.port.postMessage(message);
  }
}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy };
  }
}

/* The one policy of the page: scripts of its own origin. */
function trusted(url: string): string {
  const rules = {
    createScriptURL(text: string) {
      if (new URL(text, location.href).origin !== location.origin) throw new TypeError("Only scripts of the appliance are run");
      return text;
    },
  };
  return (window.trustedTypes?.createPolicy("app", rules) ?? rules).createScriptURL(url);
}

/* @onBroken: the worker's script does not run, after the feed was handed out. */
function shared(listener: Listener, onBroken: () => void): Feed | null {
  const script = document.querySelector<HTMLMetaElement>(`meta[name="${SCRIPT}"]`)?.content;
  if (!script || typeof SharedWorker === "undefined") return null;
  try {
    const worker = new SharedWorker(trusted(script), { name: "gantry" });
    worker.addEventListener("error", onBroken);
    return new SharedFeed(worker, listener);
  } catch {
    return null;
  }
}

/* The browser's feed, in whatever way it can have one. */
export function startFeed(listener: Listener): Feed {
  let wanted = false;
  let inner: Feed = shared(listener, () => {
    inner = new OwnFeed(listener);
    if (wanted) inner.open();
  }) ?? new OwnFeed(listener);
  return {
    open() {
      wanted = true;
      inner.open();
    },
    close() {
      wanted = false;
      inner.close();
    },
    tellAble: (able) => inner.tellAble(able),
  };
}
