/* One histogram as bars, what is beyond the limit in colour and shape, and as a table. */
import { count } from "../model/format";
import { type HistogramData, barsOf, histogramSummary, kindOf } from "../model/histogram";

const HEIGHT = 110;
const WIDTH = 320;

export function Histogram({ histogram }: { histogram: HistogramData }) {
  const bars = barsOf(histogram);
  const { title } = kindOf(histogram);
  const step = WIDTH / bars.length;
  const words = histogramSummary(histogram);
  return (
    <figure class="histogram" data-histogram={histogram.kind}>
      <figcaption>
        <b>{title}</b> <span>{words}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${words}`}>
        {bars.map((bar, i) => {
          const height = bar.height * (HEIGHT - 4);
          return (
            <rect key={bar.label} class={bar.beyond ? "beyond" : ""} x={i * step + 1} y={HEIGHT - height} width={step - 2} height={height}>
              <title>
                {bar.label}: {count(bar.count)}
              </title>
            </rect>
          );
        })}
        <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      </svg>
      <details>
        <summary>
          Table<span class="unseen"> of {title}</span>
        </summary>
        <table>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.label}</th>
                <td class="number">{count(bar.count)}</td>
                <td class={bar.beyond ? "notable" : "quiet"}>{bar.beyond && bar.count > 0 ? "beyond" : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
