/* Which of the dialogs that lie over every page are open. */
import { signal } from "@preact/signals";

export const helpOpen = signal(false);
export const searchOpen = signal(false);
export const listenTo = signal(""); /* the channel that is heard, "" for none */
export const settingsOpen = signal(false); /* of the wall */
