/* One field of a form: label, input, what it means, and what is wrong with it. */
import { useId } from "preact/hooks";
import { NamePicker } from "./NamePicker";

export interface Option {
  value: string;
  label: string;
}

export interface FieldSpec {
  name: string;
  label: string;
  kind: "text" | "number" | "check" | "select" | "names" | "lines" | "texts" | "secret" | "time" | "when"; /* texts: one a line; when: a time in UTC */
  hint?: string;
  options?: readonly Option[]; /* of select */
  suggest?: readonly string[]; /* of text and names */
  min?: number;
  max?: number;
  maxLength?: number;
  required?: boolean;
  placeholder?: string;
  shown?: (values: Readonly<Record<string, unknown>>) => boolean;
}

interface Props {
  spec: FieldSpec;
  value: unknown;
  error: string;
  disabled: boolean;
  onChange: (value: unknown) => void;
}

function Input({ spec, value, disabled, onChange, ids }: Props & { ids: { input: string; about: string; list: string } }) {
  const common = { id: ids.input, name: spec.name, disabled, "aria-describedby": ids.about };
  if (spec.kind === "check") {
    return <input {...common} type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  if (spec.kind === "select") {
    return (
      <select {...common} value={String(value ?? "")} onChange={(event) => onChange(event.currentTarget.value)}>
        {(spec.options ?? []).map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  if (spec.kind === "texts") {
    const text = Array.isArray(value) ? value.join("\n") : "";
    return <textarea {...common} rows={3} placeholder={spec.placeholder} value={text} onInput={(event) => onChange(event.currentTarget.value === "" ? [] : event.currentTarget.value.split("\n"))} />;
  }
  if (spec.kind === "when") {
    const shown = String(value ?? "").replace(/(:\d\d)?(\.\d+)?Z$/, "");
    return <input {...common} type="datetime-local" value={shown} onInput={(event) => onChange(event.currentTarget.value ? `${event.currentTarget.value}:00Z` : "")} />;
  }
  if (spec.kind === "lines") {
    return <textarea {...common} rows={5} maxLength={spec.maxLength} value={String(value ?? "")} onInput={(event) => onChange(event.currentTarget.value)} />;
  }
  const words = {
    ...common,
    value: String(value ?? ""),
    maxLength: spec.maxLength,
    required: spec.required,
    placeholder: spec.placeholder,
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => onChange(event.currentTarget.value),
  };
  if (spec.kind === "secret") return <input {...words} type="password" autoComplete="new-password" />;
  if (spec.kind === "time") return <input {...words} type="time" />;
  if (spec.kind === "number") {
    const onInput = (event: { currentTarget: HTMLInputElement }) => onChange(event.currentTarget.value === "" ? 0 : event.currentTarget.valueAsNumber);
    return <input {...words} type="number" min={spec.min} max={spec.max} onInput={onInput} />;
  }
  return (
    <>
      <input {...words} type="text" autoComplete="off" list={spec.suggest ? ids.list : undefined} />
      {spec.suggest && (
        <datalist id={ids.list}>
          {spec.suggest.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

export function Field(props: Props) {
  const { spec, value, error, disabled, onChange } = props;
  const id = useId();
  const ids = { input: `${id}-input`, about: `${id}-about`, list: `${id}-list` };
  const names = spec.kind === "names";
  return (
    <div class={spec.kind === "check" ? "field check-field" : "field"} data-field={spec.name} data-invalid={error ? "yes" : undefined}>
      <label for={names ? `${id}-add` : ids.input}>{spec.label}</label>
      {names ? (
        <NamePicker id={`${id}-add`} chosen={Array.isArray(value) ? value.map(String) : []} known={spec.suggest ?? []} disabled={disabled} onChange={onChange} />
      ) : (
        <Input {...props} ids={ids} />
      )}
      <p id={ids.about} class={error ? "about failure" : "about"} role={error ? "alert" : undefined}>
        {error || spec.hint || ""}
      </p>
    </div>
  );
}
