/* The form of one object: what was changed is saved under the ETag that it began with; refusals stand beside their fields,
   and where somebody else was faster both versions are shown. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Difference, type Fields, changes, differences, memberOf, merged } from "../../model/config";
import { Refusal, reason } from "../../live/api";
import { type Tagged, save } from "../../live/config";
import { toast } from "../../live/toasts";
import { setUnsaved } from "../../live/unsaved";
import { ConflictDialog } from "./ConflictDialog";
import { Field, type FieldSpec } from "./Field";

export interface Write {
  method: "POST" | "PUT" | "PATCH";
  path: string;
  body: object;
}

interface Props {
  label: string;
  specs: readonly FieldSpec[];
  start: Tagged<Fields>; /* what there is; the ETag is "" for something new */
  values?: Signal<Fields>; /* where others look at or change what is typed */
  locked?: string | null; /* why nothing can be changed */
  write: (values: Fields, changed: Record<string, unknown>) => Write;
  read?: () => Promise<Tagged<Fields>>; /* what is there now */
  onSaved: (value: Fields, etag: string) => void;
  children?: ComponentChildren; /* more buttons */
}

interface State {
  base: Tagged<Fields>;
  errors: Readonly<Record<string, string>>;
  failure: string;
  saving: boolean;
  conflict: { list: readonly Difference[]; theirs: Tagged<Fields> } | null;
}

const none = { errors: {}, failure: "", saving: false, conflict: null };

function errorsOf(refusal: Refusal, specs: readonly FieldSpec[]): Pick<State, "errors" | "failure"> {
  const known = new Set(specs.map(({ name }) => name));
  const errors = Object.fromEntries(refusal.errors.filter(({ pointer }) => known.has(memberOf(pointer))).map(({ pointer, detail }) => [memberOf(pointer), detail]));
  return { errors, failure: Object.keys(errors).length > 0 ? "" : refusal.message };
}

export function ObjectForm({ label, specs, start, values: shared, locked, write, read, onSaved, children }: Props) {
  const own = useSignal<Fields>(start.value);
  const values = shared ?? own;
  const state = useSignal<State>({ base: start, ...none });
  const form = useRef<HTMLFormElement>(null);
  const { base, errors, failure, saving, conflict } = state.value;
  const changed = changes(base.value, values.value);
  const dirty = Object.keys(changed).length > 0;

  useEffect(() => {
    const key = state;
    setUnsaved(key, dirty);
    return () => setUnsaved(key, false);
  }, [dirty]);
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>("[data-invalid] :is(input, select, textarea)")?.focus();
  }, [errors]);

  const send = async (wanted: Fields, from: Tagged<Fields>) => {
    const request = write(wanted, changes(from.value, wanted));
    state.value = { base: from, ...none, saving: true };
    try {
      const { value, etag } = await save<Fields>(request.method, request.path, request.body, from.etag);
      state.value = { base: { value: wanted, etag: etag || from.etag }, ...none };
      setUnsaved(state, false);
      toast("Saved");
      onSaved(value, etag);
    } catch (error) {
      await refused(error, wanted, from);
    }
  };
  const refused = async (error: unknown, wanted: Fields, from: Tagged<Fields>) => {
    const theirs = error instanceof Refusal && error.status === 412 && read ? await read().catch(() => null) : null;
    if (theirs) {
      const list = differences(from.value, wanted, theirs.value);
      if (list.length > 0) state.value = { base: from, ...none, conflict: { list, theirs } };
      else await send(wanted, theirs);
    } else if (error instanceof Refusal) state.value = { base: from, ...none, ...errorsOf(error, specs) };
    else state.value = { base: from, ...none, failure: reason(error) };
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!saving) void send(values.value, base);
  };
  return (
    <form class="object" ref={form} aria-label={label} onSubmit={submit} noValidate>
      {locked && <p class="locked">{locked}</p>}
      <div class="fields">
        {specs
          .filter(({ shown }) => !shown || shown(values.value))
          .map((spec) => (
            <Field
              key={spec.name}
              spec={spec}
              value={values.value[spec.name]}
              error={errors[spec.name] ?? ""}
              disabled={Boolean(locked) || saving}
              onChange={(value) => {
                values.value = { ...values.value, [spec.name]: value };
              }}
            />
          ))}
      </div>
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <div class="save-bar">
        {children}
        {!locked && (
          <>
            {dirty && <span class="unsaved">Not saved yet</span>}
            {dirty && (
              <button type="button" onClick={() => (values.value = base.value)}>
                Undo changes
              </button>
            )}
            <button type="submit" class="main" disabled={saving || (!dirty && base.etag !== "")}>
              {saving ? "Saving" : "Save"}
            </button>
          </>
        )}
      </div>
      {conflict && (
        <ConflictDialog
          list={conflict.list}
          onCancel={() => (state.value = { ...state.value, conflict: null })}
          onDone={(choices) => {
            const wanted = merged(conflict.theirs.value, conflict.list, choices);
            values.value = wanted;
            void send(wanted, conflict.theirs);
          }}
        />
      )}
    </form>
  );
}
