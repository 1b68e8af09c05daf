/* Subtitles, captions and cues of a channel: what is signalled, whether any come, and the cues one by one. */
import { captionsText, cuesText, subtitlesOf } from "../model/ancillary";
import { NONE, bitrate, count, pid } from "../model/format";
import type { Zone } from "../model/time-text";
import type { ChannelDetail, Structure } from "../model/types";
import { usePolled } from "../live/polling";
import { now } from "../live/state";
import { Facts } from "./Facts";
import { NotesTable } from "./NotesTable";

const STRUCTURE_MS = 5000;

function Signalled({ id }: { id: string }) {
  const polled = usePolled<Structure>(() => `/channels/${id}/structure`, id, STRUCTURE_MS);
  if (!polled.data) return <p class={polled.failure ? "failure" : "quiet"}>{polled.failure || "Loading"}</p>;
  const components = subtitlesOf(polled.data);
  if (components.length === 0) return <p class="quiet">No component with subtitles or teletext is signalled; closed captions ride within the picture.</p>;
  return (
    <div class={polled.failure ? "table greyed" : "table"} tabIndex={0} role="region" aria-label="Signalled subtitles">
      <table>
        <thead>
          <tr>
            <th>PID</th>
            <th>Kind</th>
            <th>Language</th>
            <th>What</th>
            <th class="number">Bit rate</th>
            <th class="number">Packets</th>
          </tr>
        </thead>
        <tbody>
          {components.map((one) => (
            <tr key={one.pid}>
              <td class="number left">{pid(one.pid)}</td>
              <td>{one.codec}</td>
              <td>{one.language || NONE}</td>
              <td class="text">{one.detail || NONE}</td>
              <td class="number">{bitrate(one.bitrate_bps)}</td>
              <td class="number">{one.packets === null ? NONE : count(one.packets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function SubtitlePanel({ id, channel, zone }: { id: string; channel: ChannelDetail | null; zone: Zone }) {
  return (
    <div class="riders">
      <section>
        <h2>Subtitles and captions</h2>
        {channel ? (
          <Facts
            facts={[
              { name: "Captions and subtitles", value: captionsText(channel.ancillary.captions, now.value) },
              { name: "Cues (SCTE 35)", value: cuesText(channel.ancillary.cues, now.value) },
            ]}
          />
        ) : (
          <p class="quiet">Loading</p>
        )}
        <Signalled id={id} />
      </section>
      <NotesTable id={id} zone={zone} kinds={["splice"]} heading="Cues of SCTE 35" />
    </div>
  );
}
