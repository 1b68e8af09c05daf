/* The frame: which page stands where, the door before it, and what lies over every page. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { compareAlarms, isWaiting, saidOf } from "../model/alarm-list";
import type { Alarm } from "../model/types";
import { mayAct } from "../live/account";
import { type Act, ask, asking, examined, selectedAlarm, ticked } from "../live/actions";
import { isFull } from "../live/full-screen";
import { bindKeys } from "../live/keys";
import { lazy } from "../live/lazy";
import { go, route, toWall } from "../live/navigation";
import { helpOpen, listenTo, searchOpen, settingsOpen } from "../live/overlays";
import { turnTime } from "../live/site";
import { soundKey } from "../live/sound";
import { alarms, channelIds, channelSignal, phase, said, session } from "../live/state";
import { turnTheme } from "../live/theme";
import { Banner } from "../parts/Banner";
import { Dialog } from "../parts/Dialog";
import { Header } from "../parts/Header";
import { LaterDialog } from "../parts/LaterDialog";
import { Later } from "../parts/Later";
import { closeDetail } from "../parts/TileDetail";
import { Toasts } from "../parts/Toasts";
import { LoginForm, LoginScreen } from "./LoginScreen";
import { NewPasswordScreen } from "./NewPasswordScreen";
import { RevokedScreen } from "./RevokedScreen";
import { WallScreen } from "./WallScreen";

const AlarmsScreen = lazy(async () => (await import("./AlarmsScreen")).AlarmsScreen);
const ChannelScreen = lazy(async () => (await import("./ChannelScreen")).ChannelScreen);
const AccountScreen = lazy(async () => (await import("./AccountScreen")).AccountScreen);
const ConfigScreen = lazy(async () => (await import("./config/ConfigScreen")).ConfigScreen);
const HandoverScreen = lazy(async () => (await import("./HandoverScreen")).HandoverScreen);
const ReportsScreen = lazy(async () => (await import("./ReportsScreen")).ReportsScreen);
const ActDialog = lazy<object>(async () => (await import("../parts/ActDialog")).ActDialog);
const EvidenceDialog = lazy<object>(async () => (await import("../parts/EvidenceDialog")).EvidenceDialog);
const KeyHelp = lazy<object>(async () => (await import("../parts/KeyHelp")).KeyHelp);
const ListenBar = lazy<object>(async () => (await import("../parts/ListenBar")).ListenBar);
const SearchDialog = lazy<object>(async () => (await import("../parts/SearchDialog")).SearchDialog);
const SetupScreen = lazy(async () => (await import("./SetupScreen")).SetupScreen);
const WallSettings = lazy<object>(async () => (await import("../parts/WallSettings")).WallSettings);
const SystemScreen = lazy(async () => (await import("./SystemScreen")).SystemScreen);

/* Alarms in the order in which the page shows them. */
const shownAlarms = (): string[] => [...document.querySelectorAll<HTMLElement>("[data-alarm]")].flatMap(({ dataset }) => dataset["alarm"] ?? []);

function selectNext(by: 1 | -1): void {
  const list = shownAlarms();
  const at = list.indexOf(selectedAlarm.peek());
  const next = list[Math.max(0, Math.min(list.length - 1, at + by))];
  if (next === undefined) return;
  selectedAlarm.value = next;
  document.querySelector(`[data-alarm="${CSS.escape(next)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/* The alarms that a key means: the ticked ones, else that of the focused tile, else the selected one, else the first. */
function meant(): Alarm[] {
  const shown = new Set(shownAlarms());
  const list = alarms.peek().filter(({ id }) => shown.size === 0 || shown.has(id) || ticked.peek().has(id)).sort(compareAlarms);
  const chosen = list.filter(({ id }) => ticked.peek().has(id));
  if (chosen.length > 0) return chosen;
  const tile = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
  const one = (tile && saidOf(said.peek(), tile).top) || list.find(({ id }) => id === selectedAlarm.peek()) || list[0];
  return one ? [one] : [];
}

function actByKey(act: Act): void {
  if (mayAct.peek()) ask(act, act === "ack" ? meant().filter(isWaiting) : meant());
}

/* Everything that is shown and waits; the dialog names how many, and asks. */
function acknowledgeAll(): void {
  const shown = new Set(shownAlarms());
  const incidents = new Set(alarms.peek().filter(({ id }) => shown.has(id)).map((alarm) => alarm.incident_id || alarm.id));
  if (mayAct.peek()) ask("ack", alarms.peek().filter((alarm) => isWaiting(alarm) && incidents.has(alarm.incident_id || alarm.id)));
}

function openSelected(): boolean {
  const id = selectedAlarm.peek();
  const idle = document.activeElement === null || document.activeElement === document.body;
  const may = idle && id !== "" && shownAlarms().includes(id);
  if (may) go(`/alarms/${encodeURIComponent(id)}${location.search}`);
  return may;
}

/* To the focused tile's channel, or to that of the page; once more: no longer. */
function turnListening(): void {
  const here = route.peek();
  const tile = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
  const wanted = tile ?? (here.page === "channel" ? here.id : "");
  listenTo.value = listenTo.peek() === wanted ? "" : wanted;
}

/* Closes what is open, else goes back: out of the drawer, or to the wall. */
function back(): void {
  const here = route.peek();
  if (closeDetail() || here.page === "wall") return;
  if (here.page === "alarms" && here.alarm !== "") go(`/alarms${location.search}`);
  else toWall();
}

/* From the first picture of the page on: an effect after it may come late, and a key be lost. */
function useKeys(): void {
  useLayoutEffect(
    () =>
      bindKeys({
        "g w": toWall,
        "g a": () => go("/alarms"),
        "g h": () => go("/handover"),
        "g r": () => go("/reports"),
        "g s": () => go("/system"),
        "g c": () => go("/config"),
        j: () => selectNext(1),
        k: () => selectNext(-1),
        a: () => actByKey("ack"),
        A: acknowledgeAll,
        z: () => actByKey("shelve"),
        c: () => actByKey("comment"),
        Enter: openSelected,
        Escape: back,
        "/": () => (searchOpen.value = true),
        l: turnListening,
        s: soundKey,
        d: turnTheme,
        u: turnTime,
        "?": () => (helpOpen.value = true),
      }),
    [],
  );
}

function Page() {
  const here = route.value;
  switch (here.page) {
    case "alarms":
      return <Later screen={AlarmsScreen} with={{ alarm: here.alarm }} />;
    case "account":
      return <Later screen={AccountScreen} with={{}} />;
    case "handover":
      return <Later screen={HandoverScreen} with={{}} />;
    case "reports":
      return <Later screen={ReportsScreen} with={{}} />;
    case "system":
      return <Later screen={SystemScreen} with={{}} />;
    case "config":
      return <Later screen={ConfigScreen} with={{ section: here.section, id: here.id }} />;
    case "channel":
      return channelIds.value.length > 0 && !channelSignal(here.id) ? <Missing what="No such channel" /> : <Later key={here.id} screen={ChannelScreen} with={{ id: here.id }} />;
    case "missing":
      return <Missing what="No such page" />;
    default:
      return <WallScreen />;
  }
}

function Missing({ what }: { what: string }) {
  return (
    <main class="screen empty">
      <h1>{what}</h1>
      <a href="/wall">To the wall</a>
    </main>
  );
}

const PRELOAD_MS = 4000;

/* What an operator needs in a hurry is there before it is asked for. */
function usePreload(): void {
  useEffect(() => {
    const timer = setTimeout(() => void ActDialog.load().catch(() => undefined), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
}

function Frame() {
  useKeys();
  usePreload();
  if (phase.value === "revoked") return <RevokedScreen />;
  return (
    <div class="frame" data-phase={phase.value} data-full={isFull.value && route.value.page === "wall" ? "yes" : "no"}>
      <Header />
      <Banner />
      <Page />
      <LaterDialog dialog={ActDialog} open={asking} />
      <LaterDialog dialog={EvidenceDialog} open={examined} />
      <LaterDialog dialog={KeyHelp} open={helpOpen} />
      <LaterDialog dialog={ListenBar} open={listenTo} />
      <LaterDialog dialog={SearchDialog} open={searchOpen} />
      <LaterDialog dialog={WallSettings} open={settingsOpen} />
      <Toasts />
      {phase.value === "unauthorised" && (
        <Dialog title="Log in again" onClose={() => undefined}>
          <LoginForm notice="The session has ended." onDone={() => undefined} />
        </Dialog>
      )}
    </div>
  );
}

export function App({ notice }: { notice: string }) {
  const entered = useSignal(session.value?.authenticated ?? false);
  const known = session.value;
  if (!known) {
    return (
      <main class="door">
        <h1>Gantry</h1>
        <p role="status">{notice || "Connecting"}</p>
      </main>
    );
  }
  const { page } = route.value;
  const enter = () => {
    entered.value = true;
    if (page === "login" || page === "setup") go("/wall", true);
  };
  const begin = () => {
    enter();
    if (session.peek()?.channels_total === 0) go("/config/start", true);
  };
  if (phase.value === "revoked") return <RevokedScreen />;
  if (!entered.value && !known.authenticated) {
    return known.setup_required ? <Later screen={SetupScreen} with={{ notice, onDone: begin }} /> : <LoginScreen notice={notice} onDone={enter} />;
  }
  if (known.password_due) return <NewPasswordScreen user={known.user ?? ""} />;
  return <Frame />;
}
