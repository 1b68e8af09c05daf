/* Names out of a list: the chosen ones as buttons that take them away, the others to be added. */

interface Props {
  id: string;
  chosen: readonly string[];
  known: readonly string[];
  disabled: boolean;
  onChange: (names: string[]) => void;
}

export function NamePicker({ id, chosen, known, disabled, onChange }: Props) {
  const left = known.filter((name) => !chosen.includes(name));
  return (
    <div class="names">
      {chosen.map((name) => (
        <button key={name} type="button" class="name" disabled={disabled} aria-label={`Take ${name} away`} onClick={() => onChange(chosen.filter((one) => one !== name))}>
          {name} <span aria-hidden="true">×</span>
        </button>
      ))}
      <select id={id} disabled={disabled || left.length === 0} value="" onChange={(event) => event.currentTarget.value && onChange([...chosen, event.currentTarget.value])}>
        <option value="">{chosen.length === 0 ? "All; add one to narrow" : "Add"}</option>
        {left.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
