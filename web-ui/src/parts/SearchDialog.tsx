/* Find a channel by a few letters and open it. */
import { useSignal } from "@preact/signals";
import { findChannels } from "../model/search";
import { go } from "../live/navigation";
import { searchOpen } from "../live/overlays";
import { allChannels } from "../live/state";
import { Dialog } from "./Dialog";

const close = (): void => void (searchOpen.value = false);

function Search() {
  const text = useSignal("");
  const chosen = useSignal(0);
  const found = findChannels(allChannels.value, text.value);
  const open = (id: string | undefined) => {
    if (!id) return;
    close();
    go(`/channels/${id}`);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    chosen.value = Math.max(0, Math.min(found.length - 1, chosen.value + by));
  };
  const onInput = (event: InputEvent) => {
    text.value = (event.currentTarget as HTMLInputElement).value;
    chosen.value = 0;
  };
  return (
    <Dialog title="Find a channel" onClose={close}>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          open(found[chosen.value]?.id);
        }}
      >
        <input
          role="combobox"
          aria-label="Name, group or address"
          aria-expanded={found.length > 0}
          aria-controls="found"
          aria-activedescendant={found[chosen.value] ? `found-${chosen.value}` : undefined}
          spellcheck={false}
          autocomplete="off"
          autofocus
          onInput={onInput}
          onKeyDown={onKey}
        />
        <ul id="found" role="listbox" aria-label="Channels">
          {found.map(({ id, name, group }, i) => (
            <li key={id} id={`found-${i}`} role="option" aria-selected={i === chosen.value} onClick={() => open(id)}>
              <b>{name}</b> <small>{group}</small>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p role="status">No channel is called so</p>}
      </form>
    </Dialog>
  );
}

export const SearchDialog = () => (searchOpen.value ? <Search /> : null);
