/* Limits that measuring itself uses: what counts as black, silent, off. */
import type { ProfileRules, Setting, Value } from "../../model/profile-words";

interface Props {
  id: string;
  limits: ProfileRules["limits"];
  draft: readonly Setting[];
  locked: boolean;
  onSet: (key: string, value: Value | null, why?: string) => void;
}

export function LimitTable({ id, limits, draft, locked, onSet }: Props) {
  return (
    <details class="limits">
      <summary>What counts as a fault: {limits.length} limits of measuring</summary>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Limits">
        <table class="objects">
          <tbody>
            {limits.map((limit) => {
              const key = `limits.${limit.limit}`;
              const own = draft.find((one) => one.key === key);
              const value = own ? own.value : limit.value;
              return (
                <tr key={limit.limit}>
                  <th scope="row">{limit.sentence}</th>
                  <td>
                    {locked ? (
                      <b>{String(value)}</b>
                    ) : (
                      <input class={own ? "inline own" : "inline"} type="number" step="any" min={limit.smallest} max={limit.largest} aria-label={limit.sentence} value={String(value)} onChange={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && onSet(key, event.currentTarget.valueAsNumber)} />
                    )}{" "}
                    {limit.unit}
                  </td>
                  <td class="quiet">
                    {own ? "set here" : limit.from === "default" ? "" : `from ${limit.from}`}
                    {own && !locked && id !== "default" && (
                      <button type="button" class="plain" onClick={() => onSet(key, null)}>
                        As inherited
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
