/* One profile as sentences. What it sets itself stands out; the rest says where it comes from. Nothing is in force before it is saved. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import { same } from "../../model/config";
import { type ProfileRules, type Setting, type Value, withDraft, withSetting } from "../../model/profile-words";
import { Refusal, reason, send } from "../../live/api";
import { mayConfigure } from "../../live/config";
import { toast } from "../../live/toasts";
import { setUnsaved } from "../../live/unsaved";
import { LimitTable } from "./LimitTable";
import { RuleSentence } from "./RuleSentence";
import { SimulationPanel } from "./SimulationPanel";

interface Props {
  id: string;
  item: { shipped: boolean; etag: string | null; profile: components["schemas"]["Profile"] };
  rules: ProfileRules;
  sentences: ReadonlyMap<string, string>;
  settings: readonly Setting[];
  onSaved: () => Promise<void>;
}

const sameSettings = (a: readonly Setting[], b: readonly Setting[]): boolean =>
  same(a.map((one) => JSON.stringify([one.key, one.value, one.why ?? ""])).sort(), b.map((one) => JSON.stringify([one.key, one.value, one.why ?? ""])).sort());

export function ProfileEditor({ id, item, rules, sentences, settings, onSaved }: Props) {
  const draft = useSignal<readonly Setting[]>(settings);
  const text = useSignal(item.profile.text ?? "");
  const failure = useSignal("");
  const onlyOwn = useSignal(false);
  const locked = item.shipped || !mayConfigure();
  const dirty = !sameSettings(draft.value, settings) || text.value !== (item.profile.text ?? "");
  useEffect(() => {
    setUnsaved(draft, dirty);
    return () => setUnsaved(draft, false);
  }, [dirty]);
  const set = (key: string, value: Value | null, why?: string) => {
    const old = draft.value.find((one) => one.key === key);
    draft.value = withSetting(draft.value, key, value, why ?? old?.why ?? "");
  };
  const body = () => ({ base: item.profile.base ?? "", text: text.value, settings: draft.value.map(({ key, value, why }) => (why ? { key, value, why } : { key, value })) });
  const save = () =>
    send("PUT", `/profiles/${id}`, body(), item.etag ?? "").then(
      () => {
        setUnsaved(draft, false);
        toast("Saved");
        void onSaved();
      },
      (error: unknown) =>
        (failure.value = error instanceof Refusal && error.status === 412 ? "Somebody changed this profile meanwhile. Your changes are still here: look at theirs on another page, then load this one anew." : reason(error)),
    );
  const own = new Set(draft.value.map(({ key }) => key.split(".")[0]));
  const shown = rules.rules.filter(({ fault }) => !onlyOwn.value || own.has(fault));
  return (
    <>
      {item.shipped && <p class="locked">Shipped profiles stay as they are. Make a new one that builds upon this one to change something.</p>}
      <label>
        What it is for
        <input name="profile-text" value={text.value} maxLength={400} disabled={locked} onInput={(event) => (text.value = event.currentTarget.value)} />
      </label>
      <label class="check">
        <input type="checkbox" checked={onlyOwn.value} onChange={(event) => (onlyOwn.value = event.currentTarget.checked)} />
        Only what this profile sets itself
      </label>
      <ul class="rules">
        {shown.map((rule) => (
          <RuleSentence key={rule.fault} id={id} rule={withDraft(rule, draft.value, id)} what={sentences.get(rule.fault) ?? rule.fault} draft={draft.value} locked={locked} onSet={set} />
        ))}
      </ul>
      <LimitTable limits={rules.limits} draft={draft.value} locked={locked} id={id} onSet={set} />
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      <SimulationPanel id={id} draft={dirty ? body() : null} />
      <div class="save-bar">
        {dirty && <span class="unsaved">Not saved yet</span>}
        {dirty && (
          <button type="button" onClick={() => ((draft.value = settings), (text.value = item.profile.text ?? ""))}>
            Undo changes
          </button>
        )}
        {!locked && (
          <button type="button" class="main" disabled={!dirty} onClick={() => void save()}>
            Save
          </button>
        )}
      </div>
    </>
  );
}
