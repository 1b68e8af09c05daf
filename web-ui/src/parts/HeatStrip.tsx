/* A square a day: what was lost, and what was not measured, told apart by more than colour. */
import { duration } from "../model/format";
import { HEAT_WORDS, heatOf, share } from "../model/report";
import type { ChannelAvailability } from "../model/types";

export function HeatStrip({ days, target }: { days: ChannelAvailability["days"]; target: number }) {
  return (
    <ol class="heat">
      {days.map((day) => {
        const heat = heatOf(day, target);
        const lost = day.down_seconds > 0 ? `, ${duration(day.down_seconds * 1000)} lost` : "";
        const words = `${day.date}: ${share(day.availability)}${lost}; ${share(day.coverage, 1)} measured; ${HEAT_WORDS[heat]}`;
        return (
          <li key={day.date} data-heat={heat} title={words}>
            <span class="hidden">{words}</span>
          </li>
        );
      })}
    </ol>
  );
}
