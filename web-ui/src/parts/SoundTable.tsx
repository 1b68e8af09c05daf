/* Every stream of sound: loudness by EBU R 128, true peak, phase, and what is wrong with it. */
import { level, troubles } from "../model/checks";
import { pid } from "../model/format";
import type { Audio } from "../model/types";

const COLUMNS: [title: string, metric: string, decimals: number][] = [
  ["M, LUFS", "loudness_momentary", 1],
  ["S, LUFS", "loudness_short_term", 1],
  ["I, LUFS", "loudness_integrated", 1],
  ["LRA, LU", "loudness_range", 1],
  ["True peak, dBTP", "true_peak", 1],
  ["Phase", "phase_correlation", 2],
];

export function SoundTable({ audios }: { audios: readonly Audio[] }) {
  if (audios.length === 0) return <p class="quiet">No stream of sound has been reported.</p>;
  return (
    <div class="table">
      <table class="sound">
        <thead>
          <tr>
            <th>PID</th>
            <th>Language</th>
            <th>Format</th>
            {COLUMNS.map(([title]) => (
              <th key={title} class="number">
                {title}
              </th>
            ))}
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {audios.map((audio) => {
            const trouble = troubles(audio);
            return (
              <tr key={audio.pid}>
                <td class="number left">{pid(audio.pid)}</td>
                <td>{audio.language || "–"}</td>
                <td>{audio.format || "–"}</td>
                {COLUMNS.map(([title, metric, decimals]) => (
                  <td key={title} class="number">
                    {level(audio, metric, decimals)}
                  </td>
                ))}
                <td class={trouble ? "notable" : "quiet"}>{trouble || "ok"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
