/* The lists of alarms, as tabs over each of them. */
import { isShown } from "../model/alarm-list";
import { alarms } from "../live/state";

export type AlarmTab = "open" | "shelved" | "history" | "handover";

const TABS: readonly { tab: AlarmTab; name: string; href: string }[] = [
  { tab: "open", name: "Open", href: "/alarms" },
  { tab: "shelved", name: "Shelved", href: "/alarms?show=shelved" },
  { tab: "history", name: "History", href: "/alarms?show=history" },
  { tab: "handover", name: "Hand-over", href: "/handover" },
];

export function AlarmTabs({ tab }: { tab: AlarmTab }) {
  const shelved = alarms.value.filter((alarm) => !isShown(alarm)).length;
  return (
    <nav class="tabs" aria-label="Which alarms">
      {TABS.map((one) => (
        <a key={one.tab} href={one.href} aria-current={one.tab === tab ? "page" : undefined}>
          {one.name}
          {one.tab === "shelved" && shelved > 0 ? ` ${shelved}` : ""}
        </a>
      ))}
    </nav>
  );
}
