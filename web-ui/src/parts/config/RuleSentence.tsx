/* One rule as a sentence whose values can be changed where they stand. */
import { heading } from "../../model/config";
import { type Part, type Rule, type Setting, type Value, sentence } from "../../model/profile-words";

const SEVERITIES = ["warning", "minor", "major", "critical"];

interface Props {
  id: string;
  rule: Rule; /* with the draft in it */
  what: string;
  draft: readonly Setting[];
  locked: boolean;
  onSet: (key: string, value: Value | null, why?: string) => void;
}

function ValuePart({ part, name, own, locked, onSet }: { part: Extract<Part, { field: string }>; name: string; own: boolean; locked: boolean; onSet: (value: Value) => void }) {
  const label = `${name}: ${heading(part.field)}`;
  if (locked) {
    return (
      <b class={own ? "own" : undefined}>
        {String(part.value)}
        {part.unit && ` ${part.unit}`}
      </b>
    );
  }
  if (typeof part.value === "string") {
    return (
      <select class={own ? "inline own" : "inline"} aria-label={label} value={part.value} onChange={(event) => onSet(event.currentTarget.value)}>
        {SEVERITIES.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <input class={own ? "inline own" : "inline"} type="number" min={0} step="any" aria-label={label} value={String(part.value)} onChange={(event) => Number.isFinite(event.currentTarget.valueAsNumber) && onSet(event.currentTarget.valueAsNumber)} />
      {part.unit && ` ${part.unit}`}
    </>
  );
}

function Origins({ rule, id, draft, locked, onSet }: Pick<Props, "rule" | "id" | "draft" | "locked" | "onSet">) {
  const fields = Object.keys(rule.from);
  if (fields.length === 0) return null;
  return (
    <ul class="origins">
      {fields.map((field) => {
        const key = `${rule.fault}.${field}`;
        const own = draft.find((one) => one.key === key);
        return (
          <li key={field}>
            {heading(field)} {own ? <b>set here</b> : `from ${rule.from[field]}`}
            {!own && rule.why[field] && `: ${rule.why[field]}`}
            {own && (
              <>
                <input class="why" aria-label={`Why ${rule.fault} ${field} differs`} placeholder="Why?" maxLength={400} disabled={locked} value={own.why ?? ""} onChange={(event) => onSet(key, own.value, event.currentTarget.value)} />
                {!locked && (
                  <button type="button" class="plain" onClick={() => onSet(key, null)}>
                    As {id === "default" ? "shipped" : "inherited"}
                  </button>
                )}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function RuleSentence({ id, rule, what, draft, locked, onSet }: Props) {
  const own = (field: string) => draft.some((one) => one.key === `${rule.fault}.${field}`);
  const on = rule.values["enabled"] !== false;
  return (
    <li class="rule" data-fault={rule.fault} data-own={draft.some(({ key }) => key.startsWith(`${rule.fault}.`)) ? "yes" : undefined}>
      <h3>
        {heading(rule.fault)} <small>{what}</small>
        {!locked && (
          <label class="check">
            <input type="checkbox" checked={on} aria-label={`${heading(rule.fault)} is raised`} onChange={(event) => onSet(`${rule.fault}.enabled`, event.currentTarget.checked)} />
            on
          </label>
        )}
      </h3>
      <p class="sentence">
        {sentence(rule).map((part, i) =>
          "text" in part ? (
            <span key={i}>{part.text} </span>
          ) : (
            <span key={part.field}>
              <ValuePart part={part} name={heading(rule.fault)} own={own(part.field)} locked={locked} onSet={(value) => onSet(`${rule.fault}.${part.field}`, value)} />{" "}
            </span>
          ),
        )}
      </p>
      <Origins rule={rule} id={id} draft={draft} locked={locked} onSet={onSet} />
    </li>
  );
}
