/* What the site decided about its alarms: one form. */
import type { Fields } from "../../model/config";
import { type Tagged, getTagged, lock, mayConfigure } from "../../live/config";
import { loadSite } from "../../live/site";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

const SPECS: readonly FieldSpec[] = [
  { name: "name", label: "Name of the site", kind: "text", maxLength: 60, hint: "Stands in the head of every page; empty: the name of this box" },
  { name: "timezone", label: "Time zone of the site", kind: "text", suggest: Intl.supportedValuesOf?.("timeZone") ?? [], hint: "Such as Europe/Vienna; the clock beside UTC, and weekly windows of the calendar" },
  { name: "shelf_max_minutes", label: "An alarm may be shelved for, in minutes", kind: "number", min: 1, max: 10080, hint: "Shelving always ends; 480 is 8 hours" },
  { name: "remind_after_minutes", label: "Remind when nobody acknowledges for, in minutes", kind: "number", min: 0, max: 1440, hint: "Major and critical alarms; 0: never" },
  { name: "escalate_after", label: "Tell more people from this reminder on", kind: "number", min: 0, max: 100, hint: "0: never; receivers have a level" },
  { name: "positions", label: "Operators on duty", kind: "number", min: 1, max: 100, hint: "Alarm figures are told by position" },
];

/* @only: the fields that are shown; all of them where it is not given */
export function SiteForm({ only, start, onSaved }: { only?: readonly string[]; start: Tagged<Fields>; onSaved: () => void }) {
  return (
    <ObjectForm
      key={start.etag}
      label="Site"
      specs={only ? SPECS.filter(({ name }) => only.includes(name)) : SPECS}
      start={start}
      locked={lock(mayConfigure())}
      write={(_all, changed) => ({ method: "PUT", path: "/policy", body: changed })}
      read={() => getTagged<Fields>("/policy")}
      onSaved={() => {
        void loadSite();
        onSaved();
      }}
    />
  );
}

export function SiteConfig(_: { id: string }) {
  const loaded = useLoaded(() => getTagged<Fields>("/policy"));
  return (
    <>
      <h1>Site</h1>
      <Loaded from={loaded}>
        {(start, reload) => <SiteForm start={start} onSaved={() => void reload()} />}
      </Loaded>
    </>
  );
}
