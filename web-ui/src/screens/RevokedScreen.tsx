/* A wall whose token is gone: large, for those who stand before it. */
import { clockTime } from "../model/format";
import { clock } from "../live/state";

export function RevokedScreen() {
  return (
    <main class="door revoked">
      <h1>Wall token revoked</h1>
      <p role="alert">This wall shows nothing any more: its token was revoked or has expired.</p>
      <p class="quiet">An administrator makes a new link under Config, Users and tokens. {clockTime(clock.value)} UTC</p>
      <p>
        <button type="button" onClick={() => location.assign("/login")}>
          Log in
        </button>
      </p>
    </main>
  );
}
