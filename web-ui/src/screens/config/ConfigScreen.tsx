/* Configuration: its sections, and the one that is open. Sections load when they are looked at. */
import { isEngineer, isLimited, mayAdminister, mayConfigure } from "../../live/config";
import { lazy } from "../../live/lazy";
import { Later } from "../../parts/Later";

interface Section {
  screen: ReturnType<typeof lazy<{ id: string }>>;
  name: string;
  may?: () => boolean; /* whoever may not read it does not see the way to it */
}

const all = () => !isLimited();

const SECTIONS: Readonly<Record<string, Section>> = {
  channels: { name: "Channels", may: all, screen: lazy(async () => (await import("./ChannelsConfig")).ChannelsConfig) },
  import: { name: "Import and export", may: all, screen: lazy(async () => (await import("./ImportConfig")).ImportConfig) },
  profiles: { name: "Alarm profiles", screen: lazy(async () => (await import("./ProfilesConfig")).ProfilesConfig) },
  receivers: { name: "Receivers", may: isEngineer, screen: lazy(async () => (await import("./ReceiversConfig")).ReceiversConfig) },
  calendar: { name: "Calendar", screen: lazy(async () => (await import("./CalendarConfig")).CalendarConfig) },
  walls: { name: "Walls", screen: lazy(async () => (await import("./WallsConfig")).WallsConfig) },
  runbooks: { name: "Run-books", screen: lazy(async () => (await import("./RunbooksConfig")).RunbooksConfig) },
  site: { name: "Site", screen: lazy(async () => (await import("./SiteConfig")).SiteConfig) },
  users: { name: "Users", may: mayAdminister, screen: lazy(async () => (await import("./UsersConfig")).UsersConfig) },
  tokens: { name: "Tokens", may: mayAdminister, screen: lazy(async () => (await import("./TokensConfig")).TokensConfig) },
  audit: { name: "Audit", may: mayAdminister, screen: lazy(async () => (await import("./AuditConfig")).AuditConfig) },
  generations: { name: "Changes", may: mayConfigure, screen: lazy(async () => (await import("./GenerationsConfig")).GenerationsConfig) },
  start: { name: "First steps", may: mayConfigure, screen: lazy(async () => (await import("./FirstStepsConfig")).FirstStepsConfig) },
};

/* By its address, or from a link of somebody who may. */
function Closed({ name }: { name: string }) {
  return (
    <>
      <h1>{name}</h1>
      <p class="locked">{isLimited() ? "This is about the whole box; your account sees some channels alone." : "Your role may not see this; an administrator may."}</p>
    </>
  );
}

function Open({ section, id }: { section: Section | undefined; id: string }) {
  if (!section) return <h1>No such page</h1>;
  return (section.may?.() ?? true) ? <Later screen={section.screen} with={{ id }} /> : <Closed name={section.name} />;
}

export function ConfigScreen({ section, id }: { section: string; id: string }) {
  const shown = Object.entries(SECTIONS).filter(([, one]) => one.may?.() ?? true);
  const name = section || (shown[0]?.[0] ?? "");
  return (
    <main class="screen config">
      <nav class="sections" aria-label="Configuration">
        {shown.map(([key, one]) => (
          <a key={key} href={`/config/${key}`} aria-current={key === name ? "page" : undefined}>
            {one.name}
          </a>
        ))}
      </nav>
      <div class="section">
        <Open key={`${name}/${id}`} section={SECTIONS[name]} id={id} />
      </div>
    </main>
  );
}
