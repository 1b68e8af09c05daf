/* A look at an input before it becomes a channel: joined for five seconds by the appliance, its services to pick from. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import type { Fields } from "../../model/config";
import { get, post, reason } from "../../live/api";
import { repeat } from "../../live/polling";

type Operation = components["schemas"]["Operation"];
type Found = NonNullable<Operation["result"]>["services"][number];

const ASK_AGAIN_MS = 500;
const rate = (bps: number): string => `${(bps / 1e6).toFixed(2)} Mb/s`;

/* The picture as an address that the browser may show; bytes that are no base64 show nothing. */
function usePicture(base64: string | null): string {
  const url = useSignal("");
  useEffect(() => {
    if (!base64) return undefined;
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    url.value = made;
    return () => URL.revokeObjectURL(made);
  }, [base64]);
  return url.value;
}

function ServiceCard({ service, picked, onPick }: { service: Found; picked: boolean; onPick: () => void }) {
  const picture = usePicture(service.jpeg_base64);
  return (
    <li class="probe-service">
      {picture ? <img src={picture} alt={`Picture of ${service.name || `service ${service.service_id}`}`} width={240} /> : <div class="no-picture">{service.scrambled ? "Scrambled" : "No picture"}</div>}
      <div>
        <label class="check">
          <input type="radio" name="service" checked={picked} onChange={onPick} />
          <b>{service.name || `Service ${service.service_id}`}</b>
        </label>
        <p class="quiet">
          Service {service.service_id}
          {service.provider && `, ${service.provider}`}, {rate(service.bitrate_bps)}
        </p>
        <ul>
          {service.components.map((one) => (
            <li key={one.pid}>
              {one.kind} {one.codec} {one.detail} {one.language && `(${one.language})`} <small>PID {one.pid}</small>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}

function Result({ operation, values }: { operation: Operation; values: Signal<Fields> }) {
  const result = operation.result;
  if (operation.state === "running") return <p role="status">Listening to {operation.address}</p>;
  if (!result) return <p class="failure" role="alert">Nothing usable there: {operation.problem}</p>;
  const pick = (service: Found) => {
    const now = values.value;
    values.value = { ...now, service_id: service.service_id, name: now["name"] || service.name };
  };
  return (
    <div role="region" aria-label="What was found">
      <p>
        {rate(result.bitrate_bps)}, {result.services.length} {result.services.length === 1 ? "service" : "services"}, {result.cc_errors} continuity errors
      </p>
      {result.warnings.map((one) => (
        <p key={one} class="failure">
          {one}
        </p>
      ))}
      <ul class="probe-services">
        {result.services.map((service) => (
          <ServiceCard key={service.service_id} service={service} picked={values.value["service_id"] === service.service_id} onPick={() => pick(service)} />
        ))}
      </ul>
    </div>
  );
}

export function ProbePanel({ values }: { values: Signal<Fields> }) {
  const operation = useSignal<Operation | null>(null);
  const failure = useSignal("");
  const busy = operation.value?.state === "running";
  const id = operation.value?.id;
  useEffect(() => {
    if (!busy || !id) return undefined;
    const ask = () =>
      get<Operation>(`/operations/${id}`).then(
        (found) => void (operation.value = found),
        (error: unknown) => {
          failure.value = reason(error);
          operation.value = null;
        },
      );
    return repeat(ask, ASK_AGAIN_MS);
  }, [busy, id]);
  const set = (name: string, value: string) => (values.value = { ...values.value, [name]: value });
  const start = (event: Event) => {
    event.preventDefault();
    failure.value = "";
    const address = String(values.value["address"]);
    const card = String(values.value["interface"]);
    post<{ id: string }>("/probes", card ? { address, interface: card } : { address }).then(
      (started) => (operation.value = { id: started.id, kind: "probe", state: "running", address, started_at: null, result: null, problem: null }),
      (error: unknown) => (failure.value = reason(error)),
    );
  };
  return (
    <section class="probe" aria-label="Look at the input">
      <h2>1. Look at the input</h2>
      <form onSubmit={start}>
        <label>
          Address
          <input name="probe-address" value={String(values.value["address"])} placeholder="udp://239.1.1.1:5000" spellcheck={false} autoComplete="off" onInput={(event) => set("address", event.currentTarget.value)} />
        </label>
        <label>
          Network interface
          <input name="probe-interface" value={String(values.value["interface"])} placeholder="the box's choice" maxLength={15} spellcheck={false} autoComplete="off" onInput={(event) => set("interface", event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={busy || !values.value["address"]}>
          {busy ? "Looking" : "Look for 5 s"}
        </button>
      </form>
      {failure.value && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {operation.value && <Result operation={operation.value} values={values} />}
    </section>
  );
}
