/* A dialog whose script is fetched when it is first opened; a word where it does not come. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Lazy } from "../live/lazy";
import { toast } from "../live/toasts";

export function LaterDialog({ dialog, open }: { dialog: Lazy<object>; open: { value: unknown } }) {
  const there = useSignal(dialog.get() !== null);
  const wanted = Boolean(open.value);
  useEffect(() => {
    if (!wanted || there.value) return;
    dialog.load().then(
      () => (there.value = true),
      () => toast("This did not load: the appliance does not answer, or was updated meanwhile"),
    );
  }, [wanted]);
  const Shown = dialog.get();
  return wanted && there.value && Shown ? <Shown /> : null;
}
