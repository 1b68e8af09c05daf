/* Every stream of sound: levels and loudness against target and limits, and what is wrong with it. */
import { troubles } from "../model/checks";
import { NONE, pid } from "../model/format";
import { type Gauge, gaugesOf } from "../model/sound-gauges";
import type { Audio, ChannelDetail } from "../model/types";

const text = (gauge: Gauge): string => (gauge.value === null ? NONE : `${gauge.value.toFixed(gauge.digits).replace("-", "\u2212")} ${gauge.unit}`);

function GaugeRow({ gauge }: { gauge: Gauge }) {
  return (
    <tr data-off={gauge.off ? "yes" : "no"}>
      <th scope="row">{gauge.name}</th>
      <td class={gauge.off ? "number notable" : "number"}>{text(gauge)}</td>
      <td class="scale">
        {gauge.share !== null && (
          <svg viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="groove" width="200" height="10" />
            <rect class={gauge.off ? "value off" : "value"} width={gauge.share * 200} height="10" />
            {gauge.mark !== null && <rect class="at" x={gauge.mark * 200 - 1} width="2" height="10" />}
          </svg>
        )}
      </td>
      <td class="quiet">{gauge.limit.replaceAll("-", "\u2212")}</td>
    </tr>
  );
}

function Stream({ audio, limits }: { audio: Audio; limits: ChannelDetail["limits"] }) {
  const trouble = troubles(audio);
  return (
    <section class="panel audio">
      <h2>
        <code>{pid(audio.pid)}</code> {audio.language || "no language"} {audio.format || "format not known"} <span class={trouble ? "notable" : "quiet"}>{trouble || "ok"}</span>
      </h2>
      <table>
        <tbody>
          {gaugesOf(audio, limits).map((gauge) => (
            <GaugeRow key={gauge.name} gauge={gauge} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function AudioPanel({ channel }: { channel: ChannelDetail | null }) {
  if (!channel) return <p class="quiet">Loading</p>;
  if (channel.audios.length === 0) return <p class="quiet">No stream of sound has been reported.</p>;
  return (
    <div class="cards audios">
      {channel.audios.map((audio) => (
        <Stream key={audio.pid} audio={audio} limits={channel.limits} />
      ))}
    </div>
  );
}
