/* An hour of one figure as a line: gaps stay gaps. */

export const SPARK_WIDTH = 120;
export const SPARK_HEIGHT = 22;
const EDGE = 2;

/* "" where nothing is known. What never changes lies in the middle. */
export function sparkPath(values: readonly (number | null)[]): string {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return "";
  const least = Math.min(...known);
  const most = Math.max(...known);
  const step = SPARK_WIDTH / Math.max(values.length - 1, 1);
  const y = (value: number) => (most === least ? SPARK_HEIGHT / 2 : SPARK_HEIGHT - EDGE - ((value - least) / (most - least)) * (SPARK_HEIGHT - 2 * EDGE)).toFixed(1);
  return values
    .map((value, i) => {
      if (value === null) return "";
      const joined = i > 0 && values[i - 1] !== null;
      const alone = !joined && (values[i + 1] ?? null) === null;
      return `${joined ? "L" : "M"}${(i * step).toFixed(1)} ${y(value)}${alone ? "h1" : ""}`;
    })
    .join("");
}
