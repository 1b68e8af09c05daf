/* Addresses of the dashboard's pages. */

export type Route =
  | { page: "wall"; name: string } /* "" for the wall of all channels */
  | { page: "alarms"; alarm: string } /* the one in the drawer, "" for none */
  | { page: "handover" }
  | { page: "reports" }
  | { page: "account" }
  | { page: "channel"; id: string }
  | { page: "system" }
  | { page: "config"; section: string; id: string } /* "" for the first section, and for its list */
  | { page: "login" }
  | { page: "setup" }
  | { page: "missing" };

const ALARM = /^[A-Za-z0-9-]{1,64}$/;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

const SECTION = /^[a-z-]{0,32}$/;

/* "+" stands for something new. */
function configRoute(section: string, id: string): Route {
  const name = decode(id);
  if (!SECTION.test(section) || name === null) return { page: "missing" };
  return { page: "config", section, id: name };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export function routeOf(path: string): Route {
  const [first = "", second, third, ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
  if (first === "config" && rest.length === 0) return configRoute(second ?? "", third ?? "");
  if (third !== undefined) return { page: "missing" };
  if (first === "channels" && second !== undefined && SLUG.test(second)) return { page: "channel", id: second };
  if (first === "alarms" && (second === undefined || ALARM.test(second))) return { page: "alarms", alarm: second ?? "" };
  if (first === "wall" && (second === undefined || SLUG.test(second))) return { page: "wall", name: second ?? "" };
  if (second !== undefined) return { page: "missing" };
  switch (first) {
    case "":
      return { page: "wall", name: "" };
    case "handover":
    case "reports":
    case "account":
    case "system":
    case "login":
    case "setup":
      return { page: first };
    default:
      return { page: "missing" };
  }
}

/* The token of "#wall=TOKEN", "" where there is none. */
export function wallTokenIn(fragment: string): string {
  return /^#wall=([A-Za-z0-9_-]{8,128})$/.exec(fragment)?.[1] ?? "";
}

/* The one-time code of "#login=CODE", "" where there is none. */
export function codeIn(fragment: string): string {
  return /^#login=([A-Za-z0-9_-]{8,128})$/.exec(fragment)?.[1] ?? "";
}
