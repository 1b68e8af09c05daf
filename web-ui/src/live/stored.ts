/* Small choices that a browser remembers; where it may not, they hold for the page. */

const PREFIX = "gantry.";

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    return; /* it holds for this page only */
  }
}

/* Calls @take when another tab of this browser changes what is remembered. */
export function onRemembered(name: string, take: (value: string | null) => void): void {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) take(event.newValue);
  });
}
