/* The first steps on a new box, one below the other: site, channels, somebody who is told. Each can be put aside, and taken up
   again here; the wall is there all the while. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Fields } from "../../model/config";
import { type Found, STEPS, type Step, type StepState, nextOf, skippedWith, stateOf } from "../../model/first-steps";
import type { Policy } from "../../model/types";
import { get, reason } from "../../live/api";
import { type Tagged, getTagged, isAdmin, loadLists, mayConfigure, save } from "../../live/config";
import { loadSite } from "../../live/site";
import { toast } from "../../live/toasts";
import { DeliveryLog } from "../../parts/config/DeliveryLog";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { NewChannel } from "./ChannelsConfig";
import { ImportForm } from "./ImportConfig";
import { NewReceiver } from "./ReceiversConfig";
import { SiteForm } from "./SiteConfig";

const TITLES: Record<Step, string> = { site: "Name and time zone of the site", channels: "The first channels", receivers: "Somebody who is told of alarms" };
const STATES: Record<StepState, string> = { done: "Done", skipped: "Put aside", open: "To do" };
const SITE_FIELDS = ["name", "timezone"];

interface Facts {
  policy: Tagged<Policy>;
  found: Found;
  receivers: readonly string[]; /* ids */
}

async function readFacts(): Promise<Facts> {
  const [policy, channels, receivers] = await Promise.all([
    getTagged<Policy>("/policy"),
    get<{ items: unknown[] }>("/channel-settings"),
    get<{ items: { id: string }[] }>("/receivers"),
  ]);
  const { name, timezone, skipped_steps: skipped } = policy.value;
  return {
    policy,
    found: { name, timezone, channels: channels.items.length, receivers: receivers.items.length, skipped },
    receivers: receivers.items.map(({ id }) => id),
  };
}

interface StepProps {
  facts: Facts;
  reload: () => Promise<void>;
}

function SiteStep({ facts, reload }: StepProps) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <p class="quiet">Shown in the head of every page. This browser is in {here}; the site may be elsewhere.</p>
      <SiteForm only={SITE_FIELDS} start={{ value: facts.policy.value as Fields, etag: facts.policy.etag }} onSaved={() => void reload()} />
    </>
  );
}

function ChannelsStep({ facts, reload }: StepProps) {
  const way = useSignal<"one" | "list">("one");
  const { channels } = facts.found;
  return (
    <>
      {channels > 0 && (
        <p>
          {channels === 1 ? "One channel is watched" : `${channels} channels are watched`}. <a href="/config/channels">See them</a>
        </p>
      )}
      <div class="tabs" role="group" aria-label="How channels are added">
        <button type="button" aria-pressed={way.value === "one"} onClick={() => (way.value = "one")}>
          One, with a look at its input
        </button>
        <button type="button" aria-pressed={way.value === "list"} onClick={() => (way.value = "list")}>
          A list: CSV, M3U or XSPF
        </button>
      </div>
      {way.value === "one" ? <NewChannel key={channels} onSaved={() => void reload()} /> : <ImportForm onTaken={() => void reload()} />}
    </>
  );
}

function ReceiversStep({ facts, reload }: StepProps) {
  if (facts.receivers.length === 0) return <NewReceiver onSaved={() => void reload()} />;
  return (
    <>
      <p>
        Told of alarms: {facts.receivers.join(", ")}. <a href="/config/receivers">See them</a>
      </p>
      {facts.receivers.slice(0, 1).map((id) => (
        <DeliveryLog key={id} id={id} />
      ))}
    </>
  );
}

const BODIES: Record<Step, (props: StepProps) => ComponentChildren> = { site: SiteStep, channels: ChannelsStep, receivers: ReceiversStep };

function Steps({ facts, reload }: StepProps) {
  const opened = useSignal<Step | null>(nextOf(facts.found));
  const skip = async (step: Step) => {
    const next = skippedWith(step, facts.found);
    await save("PUT", "/policy", { skipped_steps: next }, facts.policy.etag).catch((error: unknown) => toast(reason(error)));
    opened.value = nextOf({ ...facts.found, skipped: next });
    await reload();
  };
  return (
    <ol class="first-steps">
      {STEPS.map((step, i) => {
        const state = stateOf(step, facts.found);
        const Body = BODIES[step];
        const isOpen = opened.value === step;
        return (
          <li key={step} data-step={step} data-state={state}>
            <div class="title">
              <h2>
                {i + 1}. {TITLES[step]}
              </h2>
              <span class="badge">{STATES[state]}</span>
              <button type="button" aria-expanded={isOpen} onClick={() => (opened.value = isOpen ? null : step)}>
                {isOpen ? "Close" : "Open"}
              </button>
              {state === "open" && (
                <button type="button" onClick={() => void skip(step)}>
                  Put aside
                </button>
              )}
            </div>
            {isOpen && <Body facts={facts} reload={reload} />}
          </li>
        );
      })}
    </ol>
  );
}

function refresh(): void {
  void loadSite();
  void loadLists();
}

function Offered() {
  const loaded = useLoaded(readFacts);
  useEffect(refresh, []);
  return (
    <>
      <p class="quiet">In any order, now or later: this page stays under Config. {!isAdmin() && "Receivers are added by an administrator."}</p>
      <Loaded from={loaded}>
        {(facts, reload) => (
          <>
            {nextOf(facts.found) === null && (
              <p role="status" class="verdict">
                Nothing waits here any more.
              </p>
            )}
            <Steps
              facts={facts}
              reload={() => {
                refresh();
                return reload();
              }}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

export function FirstStepsConfig(_: { id: string }) {
  return (
    <>
      <div class="title">
        <h1>First steps</h1>
        <a class="button" href="/wall">
          To the wall
        </a>
      </div>
      {mayConfigure() ? <Offered /> : <p class="locked">Your role may look, not change: an engineer may.</p>}
    </>
  );
}
