/* Objects that people change: what they changed, what somebody else changed meanwhile, and how both become one. */

export type Fields = Readonly<Record<string, unknown>>;

export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  return Object.is(a, b);
}

/* Members of @mine that differ from @base: the merge patch (RFC 7396) that leads from one to the other. */
export function changes(base: Fields, mine: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mine).filter(([name, value]) => !same(base[name], value)));
}

export interface Difference {
  name: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
  clash: boolean; /* both changed it, and not to the same */
}

/* What differs between what I want and what is there now, by member; @base is what I began with. */
export function differences(base: Fields, mine: Fields, theirs: Fields): Difference[] {
  return Object.keys(mine)
    .filter((name) => !same(mine[name], theirs[name]))
    .map((name) => ({
      name,
      base: base[name],
      mine: mine[name],
      theirs: theirs[name],
      clash: !same(base[name], mine[name]) && !same(base[name], theirs[name]),
    }));
}

export type Choice = "mine" | "theirs";

/* Without a word of mine: what only they changed is theirs, the rest is mine. */
export function usualChoice(difference: Difference): Choice {
  return same(difference.base, difference.mine) ? "theirs" : "mine";
}

/* @theirs with my value of each member that I chose to keep. */
export function merged(theirs: Fields, list: readonly Difference[], choices: Readonly<Record<string, Choice>>): Fields {
  const kept = list.filter((one) => (choices[one.name] ?? usualChoice(one)) === "mine").map((one) => [one.name, one.mine]);
  return { ...theirs, ...Object.fromEntries(kept) };
}

/* The member that a JSON pointer leads to: "/short_name" is "short_name"; "" is the whole. */
export function memberOf(pointer: string): string {
  return (pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

/* A value as people read it. */
export function words(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(words).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/* "short_name" as a heading. */
export function heading(name: string): string {
  const text = name.replaceAll("_", " ").replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/* An id from a name, as the appliance makes it: "Das Erste HD" to "das-erste-hd". */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
}
