/* For how long an alarm can be put aside: it always ends. */

export interface ShelfChoice {
  minutes: number; /* 0: until it clears */
  name: string;
}

const CHOICES: readonly ShelfChoice[] = [
  { minutes: 0, name: "Until it clears" },
  { minutes: 15, name: "15 minutes" },
  { minutes: 60, name: "1 hour" },
  { minutes: 240, name: "4 hours" },
];

/* Those that the site's maximum allows. */
export const shelfChoices = (maxMinutes: number): readonly ShelfChoice[] => CHOICES.filter(({ minutes }) => minutes <= maxMinutes);

/* "8 h", "90 min". */
export const minutesText = (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`);

/* A time that was typed, as minutes; null for what is none or too long. */
export function customMinutes(text: string, maxMinutes: number): number | null {
  const minutes = Number(text);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= maxMinutes ? minutes : null;
}
