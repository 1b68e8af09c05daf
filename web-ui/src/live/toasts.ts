/* Short notices: at most three at a time, each for six seconds. */
import { signal } from "@preact/signals";

const SHOWN_MS = 6000;
const MOST = 3;

export interface Toast {
  id: number;
  text: string;
}

export const toasts = signal<readonly Toast[]>([]);
let last = 0;

export function toast(text: string): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value.slice(1 - MOST), { id, text }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((other) => other.id !== id);
  }, SHOWN_MS);
}
