/* What differs between two states of the inventory, object by object. */
import type { components } from "../../../generated/api";
import { heading, words } from "../../model/config";

export type Change = components["schemas"]["Difference"];

const VERBS = { added: "is new", removed: "is gone", changed: "changed" };

function ChangedFields({ change }: { change: Change }) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {change.fields.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{heading(name)}</th>
            <td>{words(before)}</td>
            <td>{words(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ChangeTable({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p class="empty-line">Nothing that is shown differs.</p>;
  return (
    <ul class="change-list">
      {changes.map((change) => (
        <li key={`${change.collection}/${change.id}`}>
          <details open={changes.length <= 5}>
            <summary>
              {heading(change.collection)} <b>{change.id}</b> {VERBS[change.change]}
              {change.change === "changed" && <small> {change.fields.map(({ name }) => heading(name)).join(", ")}</small>}
            </summary>
            <ChangedFields change={change} />
          </details>
        </li>
      ))}
    </ul>
  );
}
