/* Screens that are loaded when they are first looked at: their script, and the stylesheet that they share. */
import type { ComponentType } from "preact";

const STYLE = "gantry-screens-style"; /* the name under which index.html tells the stylesheet's address */

let styled: Promise<void> | null = null;

function loadStyle(): Promise<void> {
  styled ??= new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = document.querySelector<HTMLMetaElement>(`meta[name="${STYLE}"]`)?.content ?? "";
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      styled = null;
      link.remove();
      reject(new Error("The stylesheet did not come"));
    });
    document.head.append(link);
  });
  return styled;
}

export interface Lazy<P> {
  get(): ComponentType<P> | null; /* once it is there */
  load(): Promise<void>; /* rejects where it does not come; may be called again */
}

export function lazy<P>(fetchScreen: () => Promise<ComponentType<P>>): Lazy<P> {
  let screen: ComponentType<P> | null = null;
  return {
    get: () => screen,
    async load() {
      const [found] = await Promise.all([fetchScreen(), loadStyle()]);
      screen = found;
    },
  };
}
