/* More channels than the grid holds: pages in the site's order, and which one is to be looked at. */

export function pagesOf(ids: readonly string[], perPage: number): string[][] {
  const pages: string[][] = [];
  for (let at = 0; at < ids.length; at += Math.max(1, perPage)) pages.push(ids.slice(at, at + Math.max(1, perPage)));
  return pages;
}

/* The pages that hold one of @ids. */
export const pagesWith = (pages: readonly string[][], ids: ReadonlySet<string>): number[] =>
  pages.flatMap((page, i) => (page.some((id) => ids.has(id)) ? [i] : []));

export interface Turning {
  page: number;
  urgent: readonly number[]; /* pages that hold an unacknowledged critical alarm, as they were last seen */
}

/* A page that became urgent is shown at once, before any other; nothing else turns the page here. */
export function attend(turning: Turning, urgent: readonly number[], pages: number): Turning {
  const fresh = urgent.find((page) => !turning.urgent.includes(page));
  const page = Math.min(fresh ?? turning.page, Math.max(0, pages - 1));
  return { page, urgent };
}

/* The page after it; the same while one is urgent. */
export const turned = (turning: Turning, pages: number): number => (turning.urgent.length > 0 || pages === 0 ? turning.page : (turning.page + 1) % pages);
