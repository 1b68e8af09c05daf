/* Where this tab was when it left for a login elsewhere. It stays in the tab: no address ever says where to go. */
const NAME = "gantry.place";

export function rememberPlace(place: string): void {
  try {
    sessionStorage.setItem(NAME, place);
  } catch {
    return; /* it comes back to the wall */
  }
}

/* The place, once; "" for none. */
export function takePlace(): string {
  try {
    const place = sessionStorage.getItem(NAME) ?? "";
    sessionStorage.removeItem(NAME);
    return place;
  } catch {
    return "";
  }
}
