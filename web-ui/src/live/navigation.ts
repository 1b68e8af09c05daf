/* The page's address as a signal; links inside the dashboard do not load the page anew. */
import { computed, signal } from "@preact/signals";
import { routeOf } from "../model/route";
import { mayLeave } from "./unsaved";

const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));
export const route = computed(() => routeOf(path.value));

/* The wall that was looked at last, with its options. */
let lastWall = "/wall";

export const toWall = (): void => go(lastWall);

function read(): void {
  path.value = location.pathname;
  query.value = new URLSearchParams(location.search);
  if (route.peek().page === "wall") lastWall = location.pathname + location.search;
}

export function go(to: string, replace = false): void {
  if (!mayLeave()) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  read();
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function startNavigation(): void {
  read();
  addEventListener("popstate", () => {
    const from = path.peek();
    if (mayLeave()) read();
    else history.pushState(null, "", from);
  });
  document.addEventListener("click", onClick);
}
