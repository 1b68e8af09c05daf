/* Listening to a channel: its recording, some seconds behind, decoded by the appliance piece by piece and played without a gap. */
import type { ChannelDetail } from "../model/types";
import { wavFacts } from "../model/wav";
import { get } from "./api";

const BEHIND_MS = 14_000; /* a piece of the recording is closed about 6 s behind the present, a longer one later */
const PIECE_MS = 6000;
const BEFORE_MS = 500; /* into the piece before, for what began there; what was heard is left out */
const AHEAD_S = 8; /* that is fetched before it is heard */
const LONGEST_MS = 300_000;
const LOOK_MS = 500;
const MISSES = 4; /* pieces without sound, one behind the other: a recording that has just begun has some */

export interface Heard {
  state: "starting" | "playing" | "ended" | "failed";
  text: string;
}

interface Piece {
  file: ArrayBuffer;
  to: number; /* ms */
}

/* @after: PTS up to which it was heard; null: it begins. Returns: null where there is no sound. */
async function fetchPiece(id: string, pid: number, from: number, after: number | null): Promise<Piece | null> {
  const query = new URLSearchParams({ pid: String(pid), from: new Date(after === null ? from : from - BEFORE_MS).toISOString(), to: new Date(from + 1).toISOString() });
  if (after !== null) query.set("after", String(after));
  const reply = await fetch(`/api/v1/channels/${id}/sound.wav?${query.toString()}`);
  if (reply.status === 404) return null;
  if (!reply.ok) {
    const problem = (await reply.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail || `The recording is not there (${reply.status})`);
  }
  return { file: await reply.arrayBuffer(), to: Date.parse(reply.headers.get("X-Clip-To") ?? "") || from + PIECE_MS };
}

/* @now: the appliance's wall clock in ms. @tell: hears how it goes. Returns: ends it */
export function listen(id: string, now: () => number, tell: (heard: Heard) => void): () => void {
  const context = new AudioContext();
  const begun = now();
  let gone = false;
  let [next, playAt] = [begun - BEHIND_MS, 0];
  let after: number | null = null;
  let silent = 0;

  const end = (heard: Heard | null) => {
    if (gone) return;
    gone = true;
    void context.close();
    if (heard) tell(heard);
  };
  const nothing = () => {
    [next, after, silent] = [next + PIECE_MS, null, silent + 1];
    if (silent === MISSES) end({ state: "failed", text: "Its recording has no sound that can be decoded" });
  };
  const play = async (pid: number): Promise<void> => {
    const piece = await fetchPiece(id, pid, next, after);
    const facts = piece && wavFacts(piece.file);
    if (gone) return;
    if (!piece || !facts) return nothing();
    [next, after, silent] = [Math.max(piece.to, next + 1000), facts.endPts, 0];
    const buffer = await context.decodeAudioData(piece.file);
    if (gone) return;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    playAt = Math.max(playAt, context.currentTime + 0.1);
    source.start(playAt);
    playAt += facts.seconds;
    const behind = Math.round((now() - piece.to) / 1000 + playAt - context.currentTime);
    tell({ state: "playing", text: `from its recording, about ${behind} s behind` });
  };
  const turn = async (): Promise<void> => {
    const detail = await get<ChannelDetail>(`/channels/${id}`);
    const [audio] = detail.audios;
    if (!audio) return end({ state: "failed", text: "No sound is known of it" });
    while (!gone && now() - begun < LONGEST_MS) {
      if (next + PIECE_MS < now() - PIECE_MS && playAt - context.currentTime < AHEAD_S) await play(audio.pid);
      else await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    end({ state: "ended", text: "Stopped after 5 minutes" });
  };
  tell({ state: "starting", text: "fetching its recording" });
  turn().catch((error: unknown) => end({ state: "failed", text: error instanceof Error ? error.message : "It cannot be heard" }));
  return () => end(null);
}
