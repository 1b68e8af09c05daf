/* All that is kept of a person: to be taken away, and, of an account, to be erased once its name has been typed. */
import { send } from "../../live/api";
import { toast } from "../../live/toasts";
import { TypedNameButton } from "./TypedNameButton";

interface EraseProps {
  name: string;
  etag: string;
  onGone: () => void;
}

const CONSEQUENCE =
  "The account, its sessions and its tokens end. In alarms, audit and history a pseudonym takes the place of the name, and the addresses it acted from are forgotten. What people wrote in notes stays. It cannot be taken back, and the name is never given again.";

function EraseButton({ name, etag, onGone }: EraseProps) {
  const act = async () => {
    const { value } = await send<{ pseudonym: string }>("POST", `/users/${name}/erase`, {}, etag);
    toast(`Erased; what this person did is told of “${value.pseudonym}” from now on`);
    onGone();
  };
  return <TypedNameButton label="Erase this person" title={`Erase ${name} for good?`} consequence={CONSEQUENCE} verb="erase" what="account" name={name} act={act} />;
}

export function PersonalData({ path, erase }: { path: string; erase?: EraseProps }) {
  return (
    <section class={erase ? undefined : "panel"} aria-labelledby="personal-data">
      <h2 id="personal-data">Personal data</h2>
      <p>Account, sessions, tokens, and what was done and written under this name, as far back as the journal reaches; no secret is in it.</p>
      <div class="personal-acts">
        <a class="button" href={`/api/v1${path}/personal-data`} download>
          Save it as JSON
        </a>
        {erase && <EraseButton {...erase} />}
      </div>
    </section>
  );
}
