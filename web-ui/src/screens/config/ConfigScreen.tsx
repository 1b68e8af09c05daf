/* Configuration: its sections, and the one that is open. Sections load when they are looked at. */
import { lazy } from "../../live/lazy";
import { Later } from "../../parts/Later";

interface Section {
  screen: ReturnType<typeof lazy<{ id: string }>>;
  name: string;
}

const SECTIONS: Readonly<Record<string, Section>> = {
  channels: { name: "Channels", screen: lazy(async () => (await import("./ChannelsConfig")).ChannelsConfig) },
  import: { name: "Import and export", screen: lazy(async () => (await import("./ImportConfig")).ImportConfig) },
  profiles: { name: "Alarm profiles", screen: lazy(async () => (await import("./ProfilesConfig")).ProfilesConfig) },
  receivers: { name: "Receivers", screen: lazy(async () => (await import("./ReceiversConfig")).ReceiversConfig) },
  calendar: { name: "Calendar", screen: lazy(async () => (await import("./CalendarConfig")).CalendarConfig) },
  walls: { name: "Walls", screen: lazy(async () => (await import("./WallsConfig")).WallsConfig) },
  runbooks: { name: "Run-books", screen: lazy(async () => (await import("./RunbooksConfig")).RunbooksConfig) },
  site: { name: "Site", screen: lazy(async () => (await import("./SiteConfig")).SiteConfig) },
  users: { name: "Users", screen: lazy(async () => (await import("./UsersConfig")).UsersConfig) },
  tokens: { name: "Tokens", screen: lazy(async () => (await import("./TokensConfig")).TokensConfig) },
  audit: { name: "Audit", screen: lazy(async () => (await import("./AuditConfig")).AuditConfig) },
  generations: { name: "Changes", screen: lazy(async () => (await import("./GenerationsConfig")).GenerationsConfig) },
  start: { name: "First steps", screen: lazy(async () => (await import("./FirstStepsConfig")).FirstStepsConfig) },
};

export function ConfigScreen({ section, id }: { section: string; id: string }) {
  const name = section || "channels";
  const open = SECTIONS[name];
  return (
    <main class="screen config">
      <nav class="sections" aria-label="Configuration">
        {Object.entries(SECTIONS).map(([key, one]) => (
          <a key={key} href={`/config/${key}`} aria-current={key === name ? "page" : undefined}>
            {one.name}
          </a>
        ))}
      </nav>
      <div class="section">{open ? <Later key={`${name}/${id}`} screen={open.screen} with={{ id }} /> : <h1>No such page</h1>}</div>
    </main>
  );
}
