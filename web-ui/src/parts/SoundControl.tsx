/* Whether alarms are heard here: blocked, silent for so long, off, or on; and how to change it. */
import type { ComponentChildren } from "preact";
import { duration } from "../model/format";
import { SILENCES_MIN } from "../model/sound";
import { SEVERITIES, word } from "../model/severity";
import type { Severity } from "../model/types";
import { allow, allowed, chooseSound, silence, silentMs, soundFrom, waitsForSound } from "../live/sound";
import { useMenu } from "./menu";

function Speaker({ mute }: { mute: boolean }) {
  return (
    <svg class="icon outline" viewBox="0 0 16 16" aria-hidden="true">
      <path d={mute ? "M2 6v4h2.5L8 13V3L4.5 6zM10.5 6l4 4M14.5 6l-4 4" : "M2 6v4h2.5L8 13V3L4.5 6zM10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.4 6.4 0 0 1 0 9"} />
    </svg>
  );
}

function words(): { text: string; state: string } {
  if (soundFrom.value === "off") return { text: "Sound off", state: "off" };
  if (!allowed.value) return { text: "Sound blocked, press S", state: "blocked" };
  if (silentMs.value > 0) return { text: `Silent ${duration(silentMs.value)}`, state: "silent" };
  return { text: waitsForSound.value ? "Sounding" : "Sound on", state: "on" };
}

const Choice = ({ now, children, onClick }: { now: boolean; children: ComponentChildren; onClick: () => void }) => (
  <button type="button" aria-pressed={now} onClick={onClick}>
    {children}
  </button>
);

const LEVELS: readonly (Severity | "off")[] = ["off", ...SEVERITIES];

export function SoundControl() {
  const { menu, onKeyDown } = useMenu();
  const { text, state } = words();
  return (
    <details class="menu sound" ref={menu} onKeyDown={onKeyDown} data-sound={state}>
      <summary title="Sound of alarms">
        <Speaker mute={state !== "on"} />
        <span class={state === "on" || state === "off" ? "wide" : undefined}>{text}</span>
      </summary>
      <div>
        {!allowed.value && (
          <button type="button" class="main" onClick={() => void allow()}>
            Allow sound (S)
          </button>
        )}
        {silentMs.value > 0 ? (
          <button type="button" onClick={() => silence(0)}>
            End the silence
          </button>
        ) : (
          SILENCES_MIN.map((minutes) => (
            <button type="button" key={minutes} onClick={() => silence(minutes)}>
              Silence for {minutes} min
            </button>
          ))
        )}
        <p class="quiet">It ends with the next alarm.</p>
        <p class="quiet">Heard:</p>
        {LEVELS.map((level) => (
          <Choice key={level} now={soundFrom.value === level} onClick={() => chooseSound(level)}>
            {level === "off" ? "Nothing" : level === "critical" ? "Critical only" : `${word(level)} and worse`}
          </Choice>
        ))}
      </div>
    </details>
  );
}
