/* The box itself. The first question first: can the measurements be trusted? */
import { groupsOf, headroomAtKeys, isFine, roomText, stateText } from "../model/box";
import { DEPTHS } from "../model/checks";
import { NONE, count, duration, instant } from "../model/format";
import { verdict } from "../model/trust";
import type { Service, SystemReport, Trend } from "../model/types";
import { mayConfigure } from "../live/account";
import { usePolled } from "../live/polling";
import { channelSignal, now, skew } from "../live/state";
import { BoxEvents } from "../parts/BoxEvents";
import { type Fact, Facts } from "../parts/Facts";
import { SensorCard } from "../parts/SensorCard";

const PERIOD_MS = 2000;
const TRENDS_MS = 10_000;
const NAMED = 12; /* channels of a reason that are named; more are counted */
const STRAINS: Record<string, string> = {
  overspent: "more than the budget was taken",
  late: "turns come late",
  "own-drops": "this box lost packets",
};

function Affected({ channels }: { channels: readonly string[] }) {
  if (channels.length === 0) return null;
  const more = channels.length - NAMED;
  return (
    <span class="affected">
      {channels.slice(0, NAMED).map((id) => (
        <a key={id} class="filter" href={`/channels/${id}`}>
          {channelSignal(id)?.value.name ?? id}
        </a>
      ))}
      {more > 0 && <span class="quiet">and {more} more</span>}
    </span>
  );
}

function Trust({ report, current }: { report: SystemReport; current: boolean }) {
  const found = verdict(report, skew.value, current);
  return (
    <section class="trust" data-trust={found.trusted ? "yes" : "no"}>
      <h2>Can I trust the measurements?</h2>
      <p class="answer">{found.trusted ? "Yes" : "Not all of them"}</p>
      <ul>
        {found.reasons.map(({ text, doubt, channels }) => (
          <li key={text} class={doubt ? "doubt" : ""}>
            {text}. <Affected channels={channels} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const cores = (value: number | null): string => (value === null ? NONE : `${value.toFixed(2)} cores`);

function Depth({ report }: { report: SystemReport }) {
  const { depth } = report;
  const room = headroomAtKeys(report);
  const facts: Fact[] = [
    { name: "Head-room", value: <b class={room !== null && room < 0 ? "notable" : ""}>{roomText(room)}</b>, note: "with every key frame of each looked at" },
    { name: "Measuring takes", value: cores(depth.spent_cores), note: `of ${cores(depth.budget_cores)} that it may take` },
    { name: "Everything else", value: cores(depth.others_cores) },
    { name: "Lost by this box", value: `${count(report.own_drops)} datagrams`, note: "since it started" },
  ];
  if (depth.strain > 0) facts.push({ name: "Held back", value: `${Math.round(depth.strain * 100)} %`, note: STRAINS[depth.strain_cause] ?? depth.strain_cause });
  return (
    <section class="panel depth">
      <h2>How deeply channels are looked at</h2>
      {depth.reduced && <p class="notable">This box is too busy: short disturbances may be missed.</p>}
      <Facts facts={facts} />
      <div class="table" tabIndex={0} role="region" aria-label="Depths and head-room">
        <table>
          <thead>
            <tr>
              <th>Depth</th>
              <th class="number">Channels</th>
              <th class="number">Cost of one</th>
              <th class="number">If all were so</th>
            </tr>
          </thead>
          <tbody>
            {report.headroom.map((one) => (
              <tr key={one.depth}>
                <th scope="row">{DEPTHS[one.depth] ?? one.depth}</th>
                <td class="number">{depth.channels[one.depth] ?? 0}</td>
                <td class="number">{one.channel_cores === null ? NONE : `${(one.channel_cores * 100).toFixed(1)} % of a core`}</td>
                <td class={one.channels !== null && one.channels < 0 ? "number notable" : "number"}>{roomText(one.channels)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Workers({ report }: { report: SystemReport }) {
  return (
    <section class="panel workers">
      <h2>Workers that take most</h2>
      {report.workers.length === 0 && <p class="quiet">None has been measured yet.</p>}
      <div class="table" tabIndex={0} role="region" aria-label="Workers that take most">
        <table>
          <tbody>
            {report.workers.map((worker) => (
              <tr key={worker.input_id}>
                <th scope="row">
                  <a class="filter" href={`/channels/${worker.channel_id}`}>
                    {worker.name}
                  </a>
                </th>
                <td class="number">{(worker.cores * 100).toFixed(1)} % of a core</td>
                <td class="quiet">{DEPTHS[worker.depth] ?? worker.depth}</td>
                <td class="number quiet">process {worker.pid}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ServiceRow({ service }: { service: Service }) {
  const since = instant(service.since);
  return (
    <tr data-state={service.state}>
      <th scope="row">{service.name.replace("receiver/", "receiver ")}</th>
      <td class={isFine(service.state) ? "quiet" : "notable"}>{stateText(service.state)}</td>
      <td class="number quiet">{service.behind ? `${count(service.behind)} events behind` : ""}</td>
      <td class="number quiet">{since === null ? "" : `for ${duration(now.value - since)}`}</td>
      <td class="text quiet">{service.text}</td>
    </tr>
  );
}

function Services({ services }: { services: readonly Service[] }) {
  return (
    <section class="panel services">
      <h2>Stores, receivers, self-probe</h2>
      <div class="table" tabIndex={0} role="region" aria-label="Stores, receivers, self-probe">
        <table>
          <tbody>
            {services.map((service) => (
              <ServiceRow key={service.name} service={service} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/* What is not told to an account that sees some channels alone. */
function WholeBox({ report }: { report: SystemReport }) {
  const trends = usePolled<{ sensors: Trend[] }>(() => "/system/trends", "trends", TRENDS_MS);
  return (
    <>
      <div class="cards box">
        <Depth report={report} />
        <Workers report={report} />
        {groupsOf(report.sensors).map((group) => (
          <SensorCard key={group.title} group={group} trends={trends.data?.sensors ?? []} />
        ))}
      </div>
      <Services services={report.services} />
      {mayConfigure() && <BoxEvents />}
    </>
  );
}

export function SystemScreen() {
  const polled = usePolled<SystemReport>(() => "/system", "system", PERIOD_MS);
  const report = polled.data;
  if (!report) {
    return (
      <main class="screen">
        <h1>System</h1>
        <p class={polled.failure ? "failure" : "quiet"}>{polled.failure || "Loading"}</p>
      </main>
    );
  }
  return (
    <main class={polled.failure ? "screen greyed" : "screen"}>
      <div class="title">
        <h1>System</h1>
        <p>
          Build {report.build} · {report.uptime_seconds === null ? "starting" : `running for ${duration(report.uptime_seconds * 1000)}`}
          {report.profile?.name ? ` · profile ${report.profile.name}` : ""}
        </p>
        {polled.failure && <span class="failure">{polled.failure}</span>}
      </div>
      <Trust report={report} current={!polled.failure} />
      {report.limited ? <p class="quiet">About your channels; the rest of the box is not shown to this account.</p> : <WholeBox report={report} />}
    </main>
  );
}
