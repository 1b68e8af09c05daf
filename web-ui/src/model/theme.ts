/* Dark is the default; night is dark with dimmed pictures and no pure white; light is mid-grey, for offices. */

export type Theme = "dark" | "night" | "light";

export const THEMES: readonly Theme[] = ["dark", "night", "light"];

export const isTheme = (text: string | null | undefined): text is Theme => THEMES.includes(text as Theme);
export const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "dark";

/* Colours of what is painted on the canvas, where no stylesheet reaches. */
export interface Paints {
  ground: string; /* between the tiles */
  room: string; /* where there is no picture */
  groove: string; /* of an audio bar */
  bar: string;
  hold: string;
  loud: string;
  mark: string; /* of the target loudness */
  light: number; /* of pictures, 0 to 1 */
}

const DARK: Paints = { ground: "#131517", room: "#0b0d0e", groove: "#1d2125", bar: "#7f8a94", hold: "#d7dce1", loud: "#ff9f1a", mark: "#59636c", light: 1 };

const PAINTS: Record<Theme, Paints> = {
  dark: DARK,
  night: { ...DARK, bar: "#5d666e", hold: "#959da5", loud: "#c47a14", light: 0.6 },
  light: { ...DARK, ground: "#d9dcdf", groove: "#23282c", bar: "#8d98a2" },
};

export const paintsOf = (theme: Theme): Paints => PAINTS[theme];
