/* The appliance's time, UTC; the difference to this computer's clock when it is worth a word. */
import { clockTime, day } from "../model/format";
import { clock, skew } from "../live/state";

const NOTABLE_SKEW_MS = 2000;

export function Clock() {
  const ms = Math.round(skew.value / 1000);
  const title = Math.abs(skew.value) > NOTABLE_SKEW_MS ? `This computer's clock differs by ${ms} s` : "Time of the appliance";
  return (
    <time class="clock" title={title}>
      <span class="wide">{day(clock.value)} </span>
      <b>{clockTime(clock.value)}</b> UTC
    </time>
  );
}
