/* Who looks at the page: session, login by code or password, first account, logout. */
import { computed } from "@preact/signals";
import { isTrusted } from "../model/connection";
import { codeIn, wallTokenIn } from "../model/route";
import type { Session } from "../model/types";
import { get, post } from "./api";
import { rememberPlace } from "./return-place";
import { loadSite } from "./site";
import { correctClock, happen, phase, session } from "./state";
import { recall, remember } from "./stored";
import { closeStream, openStream } from "./stream";

const ACTING = new Set(["operator", "engineer", "admin"]);

/* Why nothing can be done to an alarm now, "" when it can. */
export const whyNot = computed(() => {
  if (!ACTING.has(session.value?.role ?? "")) return "Your role may look, not act";
  return isTrusted(phase.value) ? "" : "There is no connection to the appliance";
});
export const mayAct = computed(() => whyNot.value === "");

/* Some channels alone are shown to whoever is at the page: what is about the whole box is not for them. */
export const isLimited = (): boolean => session.value?.limited === true;

export const isEngineer = (): boolean => ["engineer", "admin"].includes(session.value?.role ?? "");

/* What the box watches and who is told may be changed by whoever is at the page. */
export const mayConfigure = (): boolean => isEngineer() && !isLimited();

export async function loadSession(): Promise<Session> {
  const found = await get<Session>("/session");
  correctClock(found.server_time);
  session.value = found;
  if (found.authenticated) remember(LEFT, "");
  return found;
}

/* The session is a new one: the stream of the one before has ended. */
export async function enter(): Promise<void> {
  happen({ kind: "retry" });
  await loadSession();
  openStream();
  void loadSite();
}

/* These throw a Refusal that says why not. */
export async function loginWithPassword(user: string, password: string, totp: string): Promise<void> {
  await post("/login", totp ? { user, password, totp } : { user, password });
  await enter();
}

/* A new password for one that somebody else has given; the session goes on. */
export async function replacePassword(password: string, fresh: string): Promise<void> {
  await post("/account/password", { password, new_password: fresh });
  await enter();
}

/* Somebody has logged out here: the provider, which may know the browser still, asks whoever comes next for a password. */
const LEFT = "left";

/* Leaves for the provider, which sends the browser back to "/"; from there it goes on to where it is now. */
export async function loginWithProvider(): Promise<void> {
  const { url } = await post<{ url: string }>("/login/oidc", { again: recall(LEFT) === "yes" });
  rememberPlace(location.pathname + location.search);
  location.assign(url);
}

export async function loginWithCode(code: string): Promise<void> {
  await post("/login", { code });
  await enter();
}

export async function createFirstAccount(code: string, user: string, password: string): Promise<void> {
  await post("/setup", { code, user, password });
  await enter();
}

export async function logout(): Promise<void> {
  remember(LEFT, "yes");
  await post("/logout", {}).catch(() => null);
  closeStream();
  location.assign("/login");
}

/* Uses the code or the wall's token of the link once and takes it out of the address, so that it is not kept in the history. */
export async function useCodeOfLink(): Promise<string> {
  const code = codeIn(location.hash);
  const wall = wallTokenIn(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (!code && !wall) return "";
  try {
    await post("/login", wall ? { wall } : { code });
    return "";
  } catch (failure) {
    return failure instanceof Error ? failure.message : "The code was not taken";
  }
}
