/* Starts the dashboard: the code of the link first, then the session, then the stream. */
import { render } from "preact";
import { loadSession, useCodeOfLink } from "./live/account";
import { get } from "./live/api";
import { startFullScreen } from "./live/full-screen";
import { keepNames } from "./live/names";
import { go, route, startNavigation } from "./live/navigation";
import { takePlace } from "./live/return-place";
import { loadSite } from "./live/site";
import { startTicking } from "./live/state";
import { startSound } from "./live/sound";
import { startTheme } from "./live/theme";
import { openStream, watchStream } from "./live/stream";
import { startWallTheme } from "./live/wall";
import { App } from "./screens/App";

const RETRY_MS = 2000;

async function start(root: HTMLElement): Promise<void> {
  const notice = await useCodeOfLink();
  try {
    const session = await loadSession();
    const place = takePlace();
    if (session.authenticated) {
      if (place && location.pathname === "/") go(place, true);
      openStream();
      void loadSite();
      if (route.value.page === "login" || route.value.page === "setup") go("/wall", true);
    } else if (!session.setup_required) await get("/policy").catch(() => null); /* was it a wall whose token is gone? */
    render(<App notice={notice} />, root);
  } catch {
    render(<App notice="The appliance does not answer. Trying again." />, root);
    setTimeout(() => void start(root), RETRY_MS);
  }
}

const root = document.getElementById("app");
if (root) {
  startTheme();
  startWallTheme();
  startFullScreen();
  keepNames();
  startTicking();
  startSound();
  startNavigation();
  watchStream();
  void start(root);
}
