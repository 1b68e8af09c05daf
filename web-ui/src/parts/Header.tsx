/* The frame's head, the same on every page. */
import { logout } from "../live/account";
import { route } from "../live/navigation";
import { session, waiting } from "../live/state";
import { Clock } from "./Clock";
import { ConnectionPill } from "./ConnectionPill";
import { CountBar } from "./CountBar";
import { helpOpen } from "./KeyHelp";

const PAGES = [
  { page: "wall", href: "/wall", name: "Wall" },
  { page: "alarms", href: "/alarms", name: "Alarms" },
  { page: "handover", href: "/handover", name: "Hand-over" },
  { page: "system", href: "/system", name: "System" },
];

export function Header() {
  const here = route.value.page;
  return (
    <header class="head">
      <a class="brand" href="/wall">
        Gantry
      </a>
      <nav aria-label="Pages">
        {PAGES.map(({ page, href, name }) => (
          <a key={page} href={href} aria-current={page === here ? "page" : undefined}>
            {name}
            {page === "alarms" && waiting.value > 0 && <b class="waiting">{waiting.value}</b>}
          </a>
        ))}
      </nav>
      <CountBar />
      <ConnectionPill />
      <Clock />
      <details class="menu">
        <summary aria-label="Account">{session.value?.user || "–"}</summary>
        <div>
          <p>
            {session.value?.user} · {session.value?.role}
          </p>
          <button type="button" onClick={() => (helpOpen.value = true)}>
            Keys (?)
          </button>
          <button type="button" onClick={() => void logout()}>
            Log out
          </button>
        </div>
      </details>
    </header>
  );
}
