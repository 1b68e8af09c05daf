/* Sensors of one kind: value, limit, the last hour, and a word for their state. */
import { type SensorGroup, isFine, sensorText, stateText, trendOf, valueText } from "../model/box";
import type { Sensor, Trend } from "../model/types";
import { Sparkline } from "./Sparkline";

function Row({ sensor, trends }: { sensor: Sensor; trends: readonly Trend[] }) {
  return (
    <tr data-state={sensor.state}>
      <th scope="row">
        {sensor.name}
        {sensor.text && <small>{sensor.text}</small>}
      </th>
      <td class="number">{sensorText(sensor)}</td>
      <td class="number quiet">{sensor.limit === null ? "" : `limit ${valueText(sensor.limit, sensor.unit)}`}</td>
      <td>
        <Sparkline values={trendOf(trends, sensor)} />
      </td>
      <td class={isFine(sensor.state) ? "quiet" : "notable"}>{stateText(sensor.state)}</td>
    </tr>
  );
}

export function SensorCard({ group, trends }: { group: SensorGroup; trends: readonly Trend[] }) {
  return (
    <section class="panel sensors" data-group={group.title}>
      <h2>{group.title}</h2>
      <div class="table" tabIndex={0} role="region" aria-label={group.title}>
        <table>
          <tbody>
            {group.sensors.map((sensor) => (
              <Row key={`${sensor.kind} ${sensor.name}`} sensor={sensor} trends={trends} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
