/* What the site decided about its alarms: one form. */
import type { Fields } from "../../model/config";
import { getTagged, mayConfigure } from "../../live/config";
import { loadSite } from "../../live/site";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

const SPECS: readonly FieldSpec[] = [
  { name: "timezone", label: "Time zone of the site", kind: "text", suggest: Intl.supportedValuesOf?.("timeZone") ?? [], hint: "Such as Europe/Vienna; the clock beside UTC, and weekly windows of the calendar" },
  { name: "shelf_max_minutes", label: "An alarm may be shelved for, in minutes", kind: "number", min: 1, max: 10080, hint: "Shelving always ends; 480 is 8 hours" },
  { name: "remind_after_minutes", label: "Remind when nobody acknowledges for, in minutes", kind: "number", min: 0, max: 1440, hint: "Major and critical alarms; 0: never" },
  { name: "escalate_after", label: "Tell more people from this reminder on", kind: "number", min: 0, max: 100, hint: "0: never; receivers have a level" },
  { name: "positions", label: "Operators on duty", kind: "number", min: 1, max: 100, hint: "Alarm figures are told by position" },
];

export function SiteConfig(_: { id: string }) {
  const loaded = useLoaded(() => getTagged<Fields>("/policy"));
  return (
    <>
      <h1>Site</h1>
      <Loaded from={loaded}>
        {(start, reload) => (
          <ObjectForm
            key={start.etag}
            label="Site"
            specs={SPECS}
            start={start}
            locked={mayConfigure() ? null : "Your role may look, not change: an engineer may."}
            write={(_all, changed) => ({ method: "PUT", path: "/policy", body: changed })}
            read={() => getTagged<Fields>("/policy")}
            onSaved={() => {
              void loadSite();
              void reload();
            }}
          />
        )}
      </Loaded>
    </>
  );
}
