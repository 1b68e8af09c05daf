/* The sound of alarms: two-tone, by Web Audio, from one tab of the browser, where the browser lets it. */
import { computed, effect, signal } from "@preact/signals";
import { isTrusted } from "../model/connection";
import { type Hearing, type Tone, SILENCES_MIN, TONES, isHeard, silenceText, silenced, startSounding, stepSound, withSilence } from "../model/sound";
import type { Severity } from "../model/types";
import { alarms, clock, loaded, phase } from "./state";
import { onRemembered, recall, remember } from "./stored";
import { isVoice, tellAble } from "./stream";
import { options } from "./wall";

const LOUDNESS = 0.25;
const RAMP_S = 0.012; /* no clicks */

/* Read by tests and by people in the console: how often each tone was played. */
declare global {
  interface Window {
    gantrySounds?: Record<string, number>;
  }
}

const chosen = signal<Severity | "off">((recall("sound") as Severity | "off" | null) ?? "warning");
const sounding = signal(withSilence(startSounding, recall("silent")));
let context: AudioContext | null = null;

/* The least severity that is heard here: as the wall wants it, else as the browser remembers. */
export const soundFrom = computed<Severity | "off">(() => options.value.sound ?? chosen.value);
export const allowed = signal(false); /* the browser lets the page sound */
export const waitsForSound = computed(() => alarms.value.some((alarm) => isHeard(alarm, soundFrom.value)));
export const silentMs = computed(() => Math.max(0, sounding.value.silentUntil - clock.value));

export function chooseSound(from: Severity | "off"): void {
  chosen.value = from;
  remember("sound", from);
}

/* Ends by itself, or with the next alarm. In every tab of this browser. */
export function silence(minutes: (typeof SILENCES_MIN)[number] | 0): void {
  sounding.value = silenced(sounding.peek(), minutes, clock.peek());
  remember("silent", silenceText(sounding.peek()));
}

function play(name: keyof typeof TONES): void {
  if (!context || context.state !== "running") return;
  const { notes, times, noteMs }: Tone = TONES[name];
  const gain = context.createGain();
  gain.connect(context.destination);
  let at = context.currentTime + 0.02;
  for (const hertz of Array.from({ length: times }, () => notes).flat()) {
    const oscillator = context.createOscillator();
    oscillator.type = "triangle";
    oscillator.frequency.value = hertz;
    oscillator.connect(gain);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + RAMP_S);
    gain.gain.setValueAtTime(LOUDNESS, at + noteMs / 1000 - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, at + noteMs / 1000);
    oscillator.start(at);
    oscillator.stop(at + noteMs / 1000);
    at += noteMs / 1000;
  }
  window.gantrySounds = { ...window.gantrySounds, [name]: (window.gantrySounds?.[name] ?? 0) + 1 };
}

const isTone = (name: string): name is keyof typeof TONES => name in TONES;

/* To be called by a gesture of a person, without which browsers are mute. */
export async function allow(): Promise<void> {
  context ??= new AudioContext();
  await context.resume().catch(() => undefined);
  allowed.value = context.state === "running";
}

/* The key s: lets the page sound, else silences for ten minutes, else ends a silence. */
export function soundKey(): void {
  if (soundFrom.peek() === "off") chooseSound("warning");
  if (!allowed.peek()) void allow();
  else silence(silentMs.peek() > 0 ? 0 : 10);
}

export function startSound(): void {
  try {
    context = new AudioContext(); /* running at once where a kiosk may; else the browser waits for a gesture */
  } catch {
    return; /* no sound device, no sound: the head says that it is blocked */
  }
  const look = () => (allowed.value = context?.state === "running");
  context.addEventListener("statechange", look);
  look();
  addEventListener("pointerdown", () => void allow(), { once: true });
  onRemembered("silent", (value) => (sounding.value = withSilence(sounding.peek(), value)));
  onRemembered("sound", (value) => value && (chosen.value = value as Severity | "off"));
  effect(() => tellAble(allowed.value && soundFrom.value !== "off"));
  effect(() => {
    const hearing: Hearing = { alarms: alarms.value, from: soundFrom.value, live: loaded.value && isTrusted(phase.value) };
    const { sounding: next, tone } = stepSound(sounding.peek(), hearing, clock.value);
    sounding.value = next;
    if (tone && isVoice.peek() && isTone(tone)) play(tone);
  });
  let down = false;
  effect(() => {
    const lost = phase.value === "down";
    if (lost && !down && isVoice.peek() && soundFrom.peek() !== "off") play("link");
    down = lost;
  });
}
