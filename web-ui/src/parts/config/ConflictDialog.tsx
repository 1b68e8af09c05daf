/* Somebody else changed the same object meanwhile: what I want, what is there now, what it was, and a choice for each field. */
import { useSignal } from "@preact/signals";
import { type Choice, type Difference, heading, usualChoice, words } from "../../model/config";
import { Dialog } from "../Dialog";

interface Props {
  list: readonly Difference[];
  onDone: (choices: Readonly<Record<string, Choice>>) => void;
  onCancel: () => void;
}

function Row({ one, choice, onChoose }: { one: Difference; choice: Choice; onChoose: (choice: Choice) => void }) {
  const option = (which: Choice, value: unknown) => (
    <td>
      <label class="check">
        <input type="radio" name={`choice-${one.name}`} value={which} checked={choice === which} onChange={() => onChoose(which)} />
        <span>{words(value)}</span>
      </label>
    </td>
  );
  return (
    <tr data-field={one.name}>
      <th scope="row">
        {heading(one.name)}
        {one.clash && <small class="notable"> both changed it</small>}
      </th>
      {option("mine", one.mine)}
      {option("theirs", one.theirs)}
      <td class="quiet">{words(one.base)}</td>
    </tr>
  );
}

export function ConflictDialog({ list, onDone, onCancel }: Props) {
  const choices = useSignal<Record<string, Choice>>(Object.fromEntries(list.map((one) => [one.name, usualChoice(one)])));
  return (
    <Dialog title="Somebody changed this meanwhile" wide onClose={onCancel}>
      <p>Choose for each field; nothing is saved before you say so.</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDone(choices.value);
        }}
      >
        <div class="scrolling" tabIndex={0} role="region" aria-label="Fields that differ">
          <table class="conflict">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Yours</th>
                <th scope="col">Theirs, there now</th>
                <th scope="col">Before both</th>
              </tr>
            </thead>
            <tbody>
              {list.map((one) => (
                <Row key={one.name} one={one} choice={choices.value[one.name] ?? "mine"} onChoose={(choice) => (choices.value = { ...choices.value, [one.name]: choice })} />
              ))}
            </tbody>
          </table>
        </div>
        <div class="buttons">
          <button type="button" onClick={onCancel}>
            Back to the form
          </button>
          <button type="submit" class="main">
            Save this
          </button>
        </div>
      </form>
    </Dialog>
  );
}
