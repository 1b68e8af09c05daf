/* Who is logged in, and what this browser is to look like. */
import { type Theme, THEMES } from "../model/theme";
import { logout } from "../live/account";
import { route } from "../live/navigation";
import { helpOpen, settingsOpen } from "../live/overlays";
import { session } from "../live/state";
import { blinks, chooseBlinks, chooseTheme, theme } from "../live/theme";
import { useMenu } from "./menu";

const NAMES: Record<Theme, string> = { dark: "Dark", night: "Night", light: "Light" };

export function UserMenu() {
  const { menu, onKeyDown } = useMenu();
  return (
    <details class="menu account" ref={menu} onKeyDown={onKeyDown}>
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
        <label class="check">
          <input type="checkbox" checked={blinks.value} onChange={(event) => chooseBlinks(event.currentTarget.checked)} />
          What waits blinks
        </label>
        {route.value.page === "wall" && (
          <button type="button" onClick={() => (settingsOpen.value = true)}>
            This wall
          </button>
        )}
        <button type="button" onClick={() => (helpOpen.value = true)}>
          Keys (?)
        </button>
        {session.value?.has_account && (
          <a class="item" href="/account">
            My account
          </a>
        )}
        <button type="button" onClick={() => void logout()}>
          Log out
        </button>
      </div>
    </details>
  );
}
