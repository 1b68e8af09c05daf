/* Takes an object away, once its name has been typed. */
import { remove } from "../../live/config";
import { TypedNameButton } from "./TypedNameButton";

interface Props {
  what: string; /* "channel" */
  name: string; /* to be typed */
  path: string;
  etag: string;
  consequence: string;
  onGone: () => void;
}

export function DeleteButton({ what, name, path, etag, consequence, onGone }: Props) {
  const act = () => remove(path, etag).then(onGone);
  return <TypedNameButton label={`Delete ${what}`} title={`Delete ${what} ${name}?`} consequence={consequence} verb="delete" what={what} name={name} act={act} />;
}
