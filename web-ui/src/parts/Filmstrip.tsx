/* Pictures around one alarm, stepped through with the arrow keys, and the clip to download. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Film, AROUND_S, filmsOf, offsetText } from "../model/filmstrip";
import { instant } from "../model/format";
import { iso } from "../model/time-range";
import { type Zone, momentText } from "../model/time-text";
import type { Alarm, Evidence, PastPicture } from "../model/types";
import { get } from "../live/api";

const CLIP_BEFORE_S = 30;
const CLIP_AFTER_S = 60;

interface Kept {
  evidence: Evidence | null;
  archive: PastPicture[];
}

async function load(alarm: Alarm, channelId: string): Promise<Kept> {
  const at = (instant(alarm.raised_at) ?? 0) / 1000;
  const span = `from=${iso(at - AROUND_S - 60)}&to=${iso(at + AROUND_S)}`;
  const [evidence, archive] = await Promise.all([
    alarm.evidence ? get<Evidence>(`/alarms/${encodeURIComponent(alarm.id)}/evidence`).catch(() => null) : null,
    get<{ items: PastPicture[] }>(`/channels/${channelId}/thumbnails?${span}`).catch(() => ({ items: [] })),
  ]);
  return { evidence, archive: archive.items };
}

function Picture({ film, zone }: { film: Film; zone: Zone }) {
  return (
    <figure class="film-large">
      {film.url ? <img src={film.url} alt={`Picture ${offsetText(film.offset)} from the begin`} width="480" height="270" /> : <span class="none">{film.missing}</span>}
      <figcaption>
        {offsetText(film.offset)} {film.name && `(${film.name})`} · {momentText(film.at / 1000, zone)} {zone.label}
      </figcaption>
    </figure>
  );
}

/* The picture that is closest to the begin. */
function nearest(films: readonly Film[]): number {
  let found = 0;
  films.forEach((film, i) => {
    const best = films[found];
    if (film.url && (!best?.url || Math.abs(film.offset) < Math.abs(best.offset))) found = i;
  });
  return found;
}

function Films({ films, zone }: { films: readonly Film[]; zone: Zone }) {
  const first = nearest(films);
  const chosen = useSignal(first);
  const film = films[Math.min(chosen.value, films.length - 1)];
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    chosen.value = Math.min(films.length - 1, Math.max(0, chosen.value + by));
    const strip = event.currentTarget as HTMLElement;
    strip.querySelectorAll<HTMLElement>("button")[chosen.value]?.focus();
  };
  if (!film) return <p class="quiet">No picture of that time is kept: one a minute is, and those around alarms about picture and sound.</p>;
  return (
    <>
      <Picture film={film} zone={zone} />
      <div class="filmstrip" role="group" aria-label="Pictures around the alarm; arrow keys step" onKeyDown={onKeyDown}>
        {films.map((one, i) => (
          <button key={one.key} type="button" class="plain" aria-pressed={i === chosen.value} tabIndex={i === chosen.value ? 0 : -1} onClick={() => (chosen.value = i)}>
            {one.url ? <img src={one.url} alt="" width="128" height="72" loading="lazy" /> : <span class="none">none</span>}
            {offsetText(one.offset)}
          </button>
        ))}
      </div>
    </>
  );
}

export function Filmstrip({ alarm, channelId, zone }: { alarm: Alarm; channelId: string; zone: Zone }) {
  const kept = useSignal<Kept | null>(null);
  useEffect(() => {
    let gone = false;
    kept.value = null;
    void load(alarm, channelId).then((found) => {
      if (!gone) kept.value = found;
    });
    return () => {
      gone = true;
    };
  }, [alarm.id, channelId]);
  const at = (instant(alarm.raised_at) ?? 0) / 1000;
  const clip = `/api/v1/channels/${channelId}/clip.ts?from=${iso(at - CLIP_BEFORE_S)}&to=${iso(at + CLIP_AFTER_S)}`;
  return (
    <div class="films">
      {kept.value === null ? <p class="quiet">Loading</p> : <Films key={alarm.id} films={filmsOf(alarm, kept.value.evidence, kept.value.archive, channelId)} zone={zone} />}
      <p>
        <a class="filter" href={`/alarms/${alarm.id}`}>
          Open the alarm
        </a>{" "}
        <a class="filter" href={clip} download>
          Download the clip
        </a>{" "}
        <span class="quiet">30 s before to 60 s after, as a transport stream, while it is in the recording</span>
      </p>
    </div>
  );
}
