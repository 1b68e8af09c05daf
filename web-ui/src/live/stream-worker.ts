/* One event stream for all tabs of a browser: its messages go to every tab as they came. Runs as a shared worker. */
import { type FromTab, type FromWorker, GONE_AFTER_MS, voiceOf } from "../model/stream-port";
import { EventStream } from "./event-stream";

interface Tab {
  port: MessagePort;
  able: boolean;
  heard: number;
}

let tabs: Tab[] = [];
let hello = ""; /* the last, while the stream runs */
let voice: MessagePort | null = null;

const say = (port: MessagePort, message: FromWorker): void => port.postMessage(message);
const sayAll = (message: FromWorker): void => tabs.forEach(({ port }) => say(port, message));

const stream = new EventStream(
  (name, data) => {
    if (name === "hello") hello = data;
    sayAll({ kind: "event", name, data });
  },
  (closed) => {
    hello = "";
    sayAll({ kind: "error", closed });
  },
);

function elect(): void {
  const chosen = tabs[voiceOf(tabs)]?.port ?? null;
  if (chosen === voice) return;
  if (voice) say(voice, { kind: "voice", yours: false });
  voice = chosen;
  if (voice) say(voice, { kind: "voice", yours: true });
}

function leave(gone: (tab: Tab) => boolean): void {
  const leaving = tabs.filter(gone);
  if (leaving.length === 0) return;
  tabs = tabs.filter((tab) => !leaving.includes(tab));
  if (tabs.length > 0) return;
  stream.close();
  hello = ""; /* a page that loads anew may join before the worker ends with the one that left */
}

function take(tab: Tab, said: FromTab): void {
  tab.heard = performance.now();
  if (!tabs.includes(tab)) tabs.push(tab); /* it was asleep, and taken for gone */
  switch (said.kind) {
    case "join":
      if (hello) say(tab.port, { kind: "joined", hello });
      else stream.open();
      break;
    case "open":
      stream.open();
      break;
    case "here":
      tab.able = said.able;
      break;
    case "bye":
      leave((other) => other === tab);
      break;
  }
  leave((other) => performance.now() - other.heard > GONE_AFTER_MS);
  elect();
}

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  const tab: Tab = { port, able: false, heard: performance.now() };
  tabs.push(tab);
  port.addEventListener("message", (message: MessageEvent<FromTab>) => take(tab, message.data));
  port.start();
});
