/* Names that the appliance lists once: asked for once a page. */
import { signal } from "@preact/signals";
import { get } from "./api";

interface Catalogue {
  tr101290: { number: string; name: string }[];
}

export const indicatorNames = signal<ReadonlyMap<string, string>>(new Map());

let asked = false;

export async function loadCatalogue(): Promise<void> {
  if (asked) return;
  asked = true;
  const catalogue = await get<Catalogue>("/catalogue").catch(() => null);
  asked = catalogue !== null;
  if (catalogue) indicatorNames.value = new Map(catalogue.tr101290.map(({ number, name }) => [number, name]));
}
