/* The shape and letter of a severity; the class gives the colour. */
import { letter, shape, word } from "../model/severity";
import type { Severity } from "../model/types";

const POINTS = {
  octagon: "5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5",
  "triangle-up": "8,1 15.6,14.6 0.4,14.6",
  diamond: "8,0.3 15.7,8 8,15.7 0.3,8",
  "triangle-down": "0.4,1.4 15.6,1.4 8,15",
};
const LETTER_Y = { octagon: 11.4, "triangle-up": 13.4, diamond: 11, "triangle-down": 7.7 };

export function SeverityIcon({ severity }: { severity: Severity }) {
  const form = shape(severity);
  return (
    <svg class={`icon severity-${severity}`} viewBox="0 0 16 16" role="img" aria-label={word(severity)}>
      {form === "dot" ? <circle cx="8" cy="8" r="3" /> : <polygon points={POINTS[form]} />}
      {form !== "dot" && (
        <text x="8" y={LETTER_Y[form]} class={form}>
          {letter(severity)}
        </text>
      )}
    </svg>
  );
}
