/* The box itself. The first question first: can the measurements be trusted? */
import { DEPTHS } from "../model/checks";
import { NONE, count, duration, quantity } from "../model/format";
import { verdict } from "../model/trust";
import type { DepthReport, Sensor, Service, SystemReport } from "../model/types";
import { usePolled } from "../live/polling";
import { allChannels, skew } from "../live/state";
import { type Fact, Facts } from "../parts/Facts";

const PERIOD_MS = 2000;
const KINDS: Record<string, string> = { cpu: "CPU", nic: "Network interfaces" };
const STRAINS: Record<string, string> = {
  overspent: "more than the budget was taken",
  late: "turns come late",
  "own-drops": "this box lost packets",
};
const FINE = new Set(["ok", "normal", "ready", "running", "up", "not fitted", "not-fitted", "unknown", ""]);

function Trust({ report }: { report: SystemReport }) {
  const found = verdict(report, allChannels.value, skew.value);
  return (
    <section class="trust" data-trust={found.trusted ? "yes" : "no"}>
      <h2>Can I trust the measurements?</h2>
      <p class="answer">{found.trusted ? "Yes" : "Not all of them"}</p>
      <ul>
        {found.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}

function SensorRow({ sensor }: { sensor: Sensor }) {
  const isLink = sensor.value !== null && sensor.kind === "nic" && sensor.name.endsWith(" link");
  return (
    <tr data-state={sensor.state}>
      <td>{sensor.name}</td>
      <td class="number">{isLink ? (sensor.value ? "up" : "down") : quantity(sensor.value, sensor.unit)}</td>
      <td class="number quiet">{sensor.limit === null ? "" : `limit ${quantity(sensor.limit, sensor.unit)}`}</td>
      <td class={FINE.has(sensor.state) ? "quiet" : "notable"}>{sensor.state.replaceAll("-", " ")}</td>
    </tr>
  );
}

function Sensors({ sensors }: { sensors: readonly Sensor[] }) {
  const kinds = [...new Set(sensors.map((sensor) => sensor.kind))];
  if (kinds.length === 0) return <p class="quiet">No sensors are fitted.</p>;
  return (
    <div class="cards">
      {kinds.map((kind) => (
        <section class="panel" key={kind}>
          <h2>{KINDS[kind] ?? kind.replaceAll("-", " ")}</h2>
          <table>
            <tbody>
              {sensors
                .filter((sensor) => sensor.kind === kind)
                .map((sensor) => (
                  <SensorRow key={sensor.name} sensor={sensor} />
                ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}

function Services({ services }: { services: readonly Service[] }) {
  return (
    <section class="panel services">
      <h2>Services</h2>
      <table>
        <tbody>
          {services.map((service) => (
            <tr key={service.name}>
              <td>{service.name}</td>
              <td class={FINE.has(service.state) ? "quiet" : "notable"}>{service.state}</td>
              <td class="number quiet">{service.behind ? `${count(service.behind)} events behind` : ""}</td>
              <td class="text quiet">{service.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Depth({ depth }: { depth: DepthReport }) {
  const cores = (value: number | null) => (value === null ? NONE : `${value.toFixed(2)} cores`);
  const facts: Fact[] = [
    { name: "Measuring takes", value: cores(depth.spent_cores), note: `of ${cores(depth.budget_cores)} that it may take` },
    { name: "Everything else", value: cores(depth.others_cores) },
    ...Object.entries(depth.channels).map(([name, channels]) => ({ name: DEPTHS[name] ?? name, value: `${channels} channels` })),
  ];
  if (depth.strain > 0)
    facts.push({ name: "Held back", value: `${Math.round(depth.strain * 100)} %`, note: STRAINS[depth.strain_cause] ?? depth.strain_cause });
  return (
    <section class="panel depth">
      <h2>How deeply channels are looked at</h2>
      {depth.reduced && <p class="notable">This box is too busy: short disturbances may be missed.</p>}
      <Facts facts={facts} />
    </section>
  );
}

export function SystemScreen() {
  const polled = usePolled<SystemReport>(() => "/system", "system", PERIOD_MS);
  const report = polled.data;
  if (!report) {
    return (
      <main class="screen">
        <p class="quiet">{polled.failure || "Loading"}</p>
      </main>
    );
  }
  return (
    <main class={polled.failure ? "screen greyed" : "screen"}>
      <div class="title">
        <h1>System</h1>
        <p>
          Build {report.build} · {report.uptime_seconds === null ? "starting" : `running for ${duration(report.uptime_seconds * 1000)}`}
          {report.profile ? ` · profile ${report.profile.name}` : ""}
        </p>
        {polled.failure && <span class="failure">{polled.failure}</span>}
      </div>
      <Trust report={report} />
      <Services services={report.services} />
      {report.depth && <Depth depth={report.depth} />}
      <Sensors sensors={report.sensors} />
    </main>
  );
}
