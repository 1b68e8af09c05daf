/* Listening to a channel: its recording, some seconds behind, decoded by the browser piece by piece and played without a gap. */
import { adtsFrames, soundOf } from "../model/sound-stream";
import type { ChannelDetail } from "../model/types";
import { get } from "./api";

const BEHIND_MS = 14_000; /* a piece of the recording is closed about 6 s behind the present, a longer one later */
const PIECE_MS = 6000;
const AHEAD_S = 4; /* that is fetched before it is heard */
const LONGEST_MS = 300_000;
const LOOK_MS = 500;

export interface Heard {
  state: "starting" | "playing" | "ended" | "failed";
  text: string;
}

interface Piece {
  bytes: ArrayBuffer;
  to: number; /* ms */
}

async function fetchPiece(id: string, from: number, to: number): Promise<Piece> {
  const query = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const reply = await fetch(`/api/v1/channels/${id}/clip.ts?${query}`);
  if (!reply.ok) {
    const problem = (await reply.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail || `The recording is not there (${reply.status})`);
  }
  return { bytes: await reply.arrayBuffer(), to: Date.parse(reply.headers.get("X-Clip-To") ?? "") || to };
}

/* @now: the appliance's wall clock in ms. @tell: hears how it goes. Returns: ends it */
export function listen(id: string, now: () => number, tell: (heard: Heard) => void): () => void {
  const context = new AudioContext();
  const begun = now();
  let gone = false;
  let [next, playAt] = [begun - BEHIND_MS, 0];
  let lastPts: number | null = null;
  let before = new Uint8Array(0); /* the frame before, so that the decoder begins where it ended */

  const end = (heard: Heard | null) => {
    if (gone) return;
    gone = true;
    void context.close();
    if (heard) tell(heard);
  };
  const play = async (pid: number, format: string): Promise<void> => {
    const piece = await fetchPiece(id, next, next + PIECE_MS);
    next = Math.max(piece.to, next + 1000);
    const sound = soundOf(new Uint8Array(piece.bytes), pid, lastPts);
    if (gone || sound.bytes.length === 0) return;
    lastPts = sound.lastPts ?? lastPts;
    const frames = adtsFrames(sound.bytes);
    const data = new Uint8Array(before.length + sound.bytes.length);
    data.set(before);
    data.set(sound.bytes, before.length);
    const buffer = await context.decodeAudioData(data.buffer).catch(() => null);
    if (gone) return;
    if (!buffer) return end({ state: "failed", text: `This browser cannot decode ${format || "this sound"}` });
    const seconds = Math.min(frames?.seconds ?? buffer.duration, buffer.duration);
    before = frames ? frames.last.slice() : before;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    playAt = Math.max(playAt, context.currentTime + 0.1);
    source.start(playAt, buffer.duration - seconds);
    playAt += seconds;
    const behind = Math.round((now() - piece.to) / 1000 + playAt - context.currentTime);
    tell({ state: "playing", text: `from its recording, about ${behind} s behind` });
  };
  const turn = async (): Promise<void> => {
    const detail = await get<ChannelDetail>(`/channels/${id}`);
    const [audio] = detail.audios;
    if (!audio) return end({ state: "failed", text: "No sound is known of it" });
    while (!gone && now() - begun < LONGEST_MS) {
      if (next + PIECE_MS < now() - PIECE_MS && playAt - context.currentTime < AHEAD_S) await play(audio.pid, audio.format);
      else await new Promise((done) => setTimeout(done, LOOK_MS));
    }
    end({ state: "ended", text: "Stopped after 5 minutes" });
  };
  tell({ state: "starting", text: "fetching its recording" });
  turn().catch((error: unknown) => end({ state: "failed", text: error instanceof Error ? error.message : "It cannot be heard" }));
  return () => end(null);
}
