/* The state of the link to the appliance: one state, one step. Times are milliseconds of the caller's clock. */

export type Phase = "connecting" | "live" | "stale" | "down" | "resync" | "unauthorised" | "revoked";

export interface Connection {
  phase: Phase;
  lastHeard: number; /* when the last message came; the start before the first */
  build: string; /* of the server that was met first, "" before */
  newBuild: boolean; /* the server is another version than this page */
  crowded: boolean; /* it is down because this browser has too many event streams */
}

export type Happening =
  | { kind: "hello"; build: string }
  | { kind: "message" }
  | { kind: "error" }
  | { kind: "crowded" }
  | { kind: "unauthorised"; revoked?: boolean } /* revoked: the wall's token is gone, no login mends it */
  | { kind: "retry" }
  | { kind: "resync" } /* events were missed: a snapshot is on its way */
  | { kind: "resynced" }
  | { kind: "tick" };

export const STALE_AFTER_MS = 5000;
export const DOWN_AFTER_MS = 15_000;

export const startConnection = (now: number): Connection => ({
  phase: "connecting",
  lastHeard: now,
  build: "",
  newBuild: false,
  crowded: false,
});

export const isRefused = (phase: Phase): boolean => phase === "unauthorised" || phase === "revoked";

/* What silence makes of a phase. Being down or refused is not mended by waiting. */
function silence(phase: Phase, quietMs: number): Phase {
  if (isRefused(phase) || phase === "down") return phase;
  if (quietMs > DOWN_AFTER_MS) return "down";
  if (quietMs > STALE_AFTER_MS && phase !== "connecting") return "stale";
  return phase;
}

/* A stream may speak on for a while after its session ended. */
const afterMessage = (phase: Phase): Phase => (phase === "resync" || isRefused(phase) ? phase : "live");

export function step(connection: Connection, happening: Happening, now: number): Connection {
  switch (happening.kind) {
    case "hello": {
      const known = connection.build !== "";
      return {
        phase: "live",
        lastHeard: now,
        build: known ? connection.build : happening.build,
        newBuild: known && happening.build !== connection.build,
        crowded: false,
      };
    }
    case "message":
      return { ...connection, lastHeard: now, phase: afterMessage(connection.phase) };
    case "resynced":
      return { ...connection, lastHeard: now, phase: "live" };
    case "resync":
      return { ...connection, lastHeard: now, phase: "resync" };
    case "error":
      return isRefused(connection.phase) ? connection : { ...connection, phase: "down" };
    case "crowded":
      return isRefused(connection.phase) ? connection : { ...connection, phase: "down", crowded: true };
    case "unauthorised":
      return { ...connection, phase: happening.revoked || connection.phase === "revoked" ? "revoked" : "unauthorised" };
    case "retry":
      return { ...connection, lastHeard: now, phase: "connecting" };
    case "tick":
      return { ...connection, phase: silence(connection.phase, now - connection.lastHeard) };
  }
}

/* Figures may be trusted as present only in these phases. */
export const isTrusted = (phase: Phase): boolean => phase === "live" || phase === "resync";
