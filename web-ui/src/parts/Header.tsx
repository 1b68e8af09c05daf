/* The frame's head, the same on every page. */
import { route } from "../live/navigation";
import { siteName } from "../live/site";
import { session, waiting } from "../live/state";
import { Clock } from "./Clock";
import { ConnectionPill } from "./ConnectionPill";
import { CountBar } from "./CountBar";
import { SoundControl } from "./SoundControl";
import { UserMenu } from "./UserMenu";

const PAGES = [
  { page: "wall", href: "/wall", name: "Wall" },
  { page: "alarms", href: "/alarms", name: "Alarms" },
  { page: "handover", href: "/handover", name: "Hand-over" },
  { page: "reports", href: "/reports", name: "Reports" },
  { page: "system", href: "/system", name: "System" },
  { page: "config", href: "/config", name: "Config" },
];

export function Header() {
  const here = route.value.page;
  return (
    <header class="head">
      <a class="brand" href="/wall" title={siteName.value || "Gantry"}>
        {siteName.value || session.value?.host || "Gantry"}
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
      <SoundControl />
      <ConnectionPill />
      <Clock />
      <UserMenu />
    </header>
  );
}
