/* What is kept around an alarm: the pictures before, at and after, the figures, the clip. */
import { subject } from "../model/alarm-list";
import { HEIGHT, WIDTH, lineOf, place, size, titleOf } from "../model/evidence";
import { clockTime, instant } from "../model/format";
import type { Alarm, Evidence, EvidenceFrame } from "../model/types";
import { examined } from "../live/actions";
import { usePolled } from "../live/polling";
import { Dialog } from "./Dialog";
import { SeverityIcon } from "./SeverityIcon";

const AGAIN_MS = 5000;

function Frame({ name, frame }: { name: string; frame: EvidenceFrame }) {
  const at = instant(frame.captured_at);
  return (
    <figure>
      {frame.url ? <img src={frame.url} alt={`${name}, ${place(frame)}`} /> : <span class="none">{frame.reason}</span>}
      <figcaption>
        <b>{name}</b> {frame.url && place(frame)} {at !== null && `· ${clockTime(at)} UTC`} {frame.stale && <span class="stale">far from its place</span>}
      </figcaption>
    </figure>
  );
}

function Lines({ series }: { series: Evidence["series"] }) {
  return (
    <div class="lines">
      {series.metrics.map((one) => {
        const line = lineOf(one, series.first_offset_seconds);
        return (
          <div key={one.metric}>
            <span>
              <span>{titleOf(one)}</span> <span>{line ? line.range : "not measured"}</span>
            </span>
            <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              {line && <path class="begin" d={`M${line.begin.toFixed(1)} 0V${HEIGHT}`} />}
              {line && <path d={line.path} />}
            </svg>
          </div>
        );
      })}
    </div>
  );
}

function Clip({ clip }: { clip: Evidence["clip"] }) {
  if (clip.state === "pending") return <p class="quiet">The clip is ready about 45 s after the alarm was raised.</p>;
  if (!clip.url) return <p class="quiet">No clip. {clip.text}</p>;
  return (
    <p>
      <a class="filter" href={clip.url} download>
        Download the clip
      </a>{" "}
      <span class="quiet">
        {size(clip.bytes)}, transport stream. {clip.text}
      </span>
    </p>
  );
}

export function Kept({ alarm }: { alarm: Alarm }) {
  const polled = usePolled<Evidence>(() => `/alarms/${encodeURIComponent(alarm.id)}/evidence`, alarm.id, AGAIN_MS);
  const kept = polled.data;
  if (!kept) return <p class="quiet">{polled.failure || "Loading"}</p>;
  return (
    <>
      <div class="frames">
        <Frame name="Before" frame={kept.frames.before} />
        <Frame name="At" frame={kept.frames.at} />
        <Frame name="After" frame={kept.frames.after} />
      </div>
      <Lines series={kept.series} />
      <Clip clip={kept.clip} />
    </>
  );
}

export function EvidenceDialog() {
  const alarm = examined.value;
  if (!alarm) return null;
  return (
    <Dialog title="Evidence" wide onClose={() => (examined.value = null)}>
      <p class="about">
        <SeverityIcon severity={alarm.severity} />
        <b>{subject(alarm)}</b> {alarm.text}
      </p>
      <Kept alarm={alarm} />
      <form method="dialog" class="buttons">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  );
}
