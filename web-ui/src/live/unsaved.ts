/* Forms with changes that were not saved: whoever leaves is asked first. */

const dirty = new Set<object>();
const QUESTION = "There are changes that are not saved. Leave all the same?";

function onUnload(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/* Says whether the form that @key stands for has unsaved changes. */
export function setUnsaved(key: object, is: boolean): void {
  if (is) dirty.add(key);
  else dirty.delete(key);
  if (dirty.size > 0) addEventListener("beforeunload", onUnload);
  else removeEventListener("beforeunload", onUnload);
}

/* Whether the page may be left: true without unsaved changes, or when the person says so. */
export function mayLeave(): boolean {
  if (dirty.size > 0 && !confirm(QUESTION)) return false;
  dirty.clear();
  removeEventListener("beforeunload", onUnload);
  return true;
}
