/* The appliance's time: UTC, and the site's own beside it; the one that is asked for stands first and large. */
import { clockTime, day, zoneName, zoneTime } from "../model/format";
import { siteFirst, siteZone } from "../live/site";
import { clock, skew } from "../live/state";

const NOTABLE_SKEW_MS = 2000;

export function Clock() {
  const ms = Math.round(skew.value / 1000);
  const title = Math.abs(skew.value) > NOTABLE_SKEW_MS ? `This computer's clock differs by ${ms} s` : "Time of the appliance";
  const utc = { time: clockTime(clock.value), name: "UTC" };
  const there = zoneTime(clock.value, siteZone.value);
  const site = there ? { time: there, name: zoneName(siteZone.value) } : null;
  const [first, second] = siteFirst.value && site ? [site, utc] : [utc, site];
  return (
    <time class="clock" title={title}>
      <span class="wide">{day(clock.value)} </span>
      <b>{first.time}</b> {first.name}
      {second && (
        <span class="second">
          {" "}
          {second.time} {second.name}
        </span>
      )}
    </time>
  );
}
