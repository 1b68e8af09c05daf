/* The channel's last kept pictures, newest first; each opens at its size. */
import { capture } from "../model/checks";
import { clockTime, instant } from "../model/format";
import type { PastPicture } from "../model/types";
import { usePolled } from "../live/polling";

const PERIOD_MS = 30_000;
const SHOWN = 10;

export function PictureStrip({ id, onOpen }: { id: string; onOpen: (path: string, title: string) => void }) {
  const polled = usePolled<{ items: PastPicture[] }>(() => `/channels/${id}/thumbnails?limit=${SHOWN}`, id, PERIOD_MS);
  const items = polled.data?.items ?? [];
  if (items.length === 0) return <p class="quiet">{polled.failure || "No picture is kept yet."}</p>;
  return (
    <ol class="pictures">
      {items.map(({ captured_at, pts }) => {
        const path = `/channels/${id}/thumbnails/${captured_at}.jpg`;
        const title = capture(captured_at, pts);
        return (
          <li key={captured_at}>
            <button type="button" class="plain" title={title} onClick={() => onOpen(path, `Picture of ${clockTime(instant(captured_at) ?? 0)} UTC`)}>
              <img src={`/api/v1${path}`} alt={title} width="128" height="72" loading="lazy" />
              {clockTime(instant(captured_at) ?? 0)}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
