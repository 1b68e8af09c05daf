/* Who is logged in, and what this browser is to look like. */
import { useEffect, useRef } from "preact/hooks";
import { type Theme, THEMES } from "../model/theme";
import { logout } from "../live/account";
import { session } from "../live/state";
import { chooseTheme, theme } from "../live/theme";
import { helpOpen } from "./KeyHelp";

const NAMES: Record<Theme, string> = { dark: "Dark", night: "Night", light: "Light" };

/* Closes when something else is clicked or focused, and by Escape. */
function useClosing(menu: { current: HTMLDetailsElement | null }): void {
  useEffect(() => {
    const close = (event: Event) => {
      const inside = event.target instanceof Node && menu.current?.contains(event.target);
      if (menu.current?.open && !inside) menu.current.open = false;
    };
    addEventListener("pointerdown", close);
    addEventListener("focusin", close);
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("focusin", close);
    };
  }, [menu]);
}

function onEscape(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key !== "Escape" || !menu.open) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

export function UserMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  useClosing(menu);
  return (
    <details class="menu" ref={menu} onKeyDown={onEscape}>
      <summary>{session.value?.user || "Menu"}</summary>
      <div>
        <p>
          {session.value?.user} · {session.value?.role}
        </p>
        <fieldset class="choices">
          <legend>Theme</legend>
          {THEMES.map((name) => (
            <label key={name}>
              <input type="radio" name="theme" checked={theme.value === name} onChange={() => chooseTheme(name)} />
              {NAMES[name]}
            </label>
          ))}
        </fieldset>
        <button type="button" onClick={() => (helpOpen.value = true)}>
          Keys (?)
        </button>
        <button type="button" onClick={() => void logout()}>
          Log out
        </button>
      </div>
    </details>
  );
}
