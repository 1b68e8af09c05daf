/* One picture at its full size, in a dialog: taken now, or one of the past. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { capture } from "../model/checks";
import { picture, reason } from "../live/api";
import { Dialog } from "./Dialog";

interface Shown {
  address: string; /* of a blob; "" while it is fetched */
  words: string;
}

/* @path: below /api/v1, of a JPEG */
export function LargePicture({ title, path, onClose }: { title: string; path: string; onClose: () => void }) {
  const shown = useSignal<Shown>({ address: "", words: "Asking for a picture" });
  const turn = useSignal(0);
  const again = path.endsWith("/shot.jpg");
  useEffect(() => {
    let address = "";
    let gone = false;
    shown.value = { ...shown.peek(), words: "Asking for a picture" };
    picture(path).then(
      ({ blob, capturedAt, pts }) => {
        if (gone) return;
        address = URL.createObjectURL(blob);
        shown.value = { address, words: capture(capturedAt, pts) };
      },
      (failure: unknown) => {
        if (!gone) shown.value = { address: "", words: reason(failure) };
      },
    );
    return () => {
      gone = true;
      if (address) URL.revokeObjectURL(address);
    };
  }, [path, turn.value]);
  return (
    <Dialog title={title} onClose={onClose}>
      {shown.value.address ? <img class="large" src={shown.value.address} alt={title} width="480" height="270" /> : <div class="large" />}
      <p class="quiet" role="status">
        {shown.value.words}
      </p>
      <div class="buttons">
        {again && (
          <button type="button" onClick={() => (turn.value += 1)}>
            Take another
          </button>
        )}
        <button type="button" class="main" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
