/* The last hour of one figure. Its words stand beside it already. */
import { SPARK_HEIGHT, SPARK_WIDTH, sparkPath } from "../model/sparkline";

export function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const path = sparkPath(values);
  if (!path) return null;
  return (
    <svg class="spark" viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
