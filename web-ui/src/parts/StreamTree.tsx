/* The transport stream as its tables have it: PAT, PMT, components; what changed is marked. */
import { useSignal } from "@preact/signals";
import { NONE, bitrate, count, pid } from "../model/format";
import { instant } from "../model/format";
import { type Component, componentTitle, isMarked, longest, otherPids, repetition, scrambling, tableName } from "../model/structure";
import { type Zone, momentText } from "../model/time-text";
import type { PidRow, Structure } from "../model/types";
import { now } from "../live/state";
import { toast } from "../live/toasts";

const MARKED_MS = 24 * 3600 * 1000; /* changes of the last day */

function Leaf({ component, zone }: { component: Component; zone: Zone }) {
  const changed = instant(component.changed_at);
  const marked = isMarked(component, now.value - MARKED_MS);
  const errors = component.cc_errors ?? 0;
  return (
    <li data-changed={marked ? "yes" : "no"} data-pid={component.pid}>
      <code>{pid(component.pid)}</code> <b>{componentTitle(component)}</b>
      {component.language && <span> {component.language}</span>}
      {component.detail && <span> {component.detail}</span>}
      <span class="number"> {bitrate(component.bitrate_bps)}</span>
      <span class={component.scrambled_packets > 0 ? "notable" : "quiet"}> {scrambling(component)}</span>
      <span class={errors > 0 ? "notable" : "quiet"}> {component.cc_errors === null ? "" : `${count(errors)} CC errors`}</span>
      {marked && changed !== null && (
        <mark>
          changed {momentText(changed / 1000, zone)} {zone.label}
        </mark>
      )}
    </li>
  );
}

function Gone({ structure, zone }: { structure: Structure; zone: Zone }) {
  return (
    <>
      {(structure.gone ?? []).map((gone) => (
        <li key={`${gone.pid} ${gone.gone_at}`} data-changed="yes" class="gone">
          <code>{pid(gone.pid)}</code> <s>{gone.codec || "component"}</s> {gone.language}
          <mark>
            gone since {momentText((instant(gone.gone_at) ?? 0) / 1000, zone)} {zone.label}
          </mark>
        </li>
      ))}
    </>
  );
}

function services({ services: all = [] }: Structure): string {
  return all.length === 1 ? "1 service" : `${all.length} services`;
}

function Services({ structure, zone }: { structure: Structure; zone: Zone }) {
  return (
    <ul class="tree">
      <li>
        <code>{pid(0)}</code> <b>PAT</b> {services(structure)}
        <ul>
          {(structure.services ?? []).map((service) => {
            const own = service.service_id === structure.service_id;
            return (
              <li key={service.service_id} class={own ? "" : "quiet"}>
                <code>{service.pmt_pid === null ? NONE : pid(service.pmt_pid)}</code> <b>PMT</b> service {service.service_id} {service.name}
                {own && <span class="quiet"> PCR on {structure.pcr_pid === null || structure.pcr_pid === undefined ? "no PID" : pid(structure.pcr_pid)}</span>}
                {own && (
                  <ul>
                    {(structure.components ?? []).map((component) => (
                      <Leaf key={component.pid} component={component} zone={zone} />
                    ))}
                    <Gone structure={structure} zone={zone} />
                  </ul>
                )}
              </li>
            );
          })}
        </ul>
      </li>
    </ul>
  );
}

function Others({ structure, pids }: { structure: Structure; pids: readonly PidRow[] }) {
  const others = otherPids(structure, pids);
  if (others.length === 0) return null;
  return (
    <section>
      <h2>Other PIDs</h2>
      <ul class="tree">
        {others.map(({ row, carries }) => (
          <li key={row.pid}>
            <code>{pid(row.pid)}</code> {carries} <span class="number">{bitrate(row.bitrate_bps)}</span>
            {row.cc_errors > 0 && <span class="notable"> {count(row.cc_errors)} CC errors</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tables({ structure, zone }: { structure: Structure; zone: Zone }) {
  return (
    <section>
      <h2>Tables</h2>
      <div class="table" tabIndex={0} role="region" aria-label="Tables">
        <table class="tables">
          <thead>
            <tr>
              <th>PID</th>
              <th>Table</th>
              <th class="number">Version</th>
              <th class="number">Changes</th>
              <th class="number">Every (least to most)</th>
              <th class="number">Limit</th>
              <th class="number">Last, {zone.label}</th>
            </tr>
          </thead>
          <tbody>
            {(structure.tables ?? []).map((table) => {
              const limit = longest(table);
              const slow = limit !== null && (table.interval_max_seconds ?? 0) > limit;
              const last = instant(table.last_at);
              return (
                <tr key={`${table.pid} ${table.table_id} ${table.extension}`}>
                  <td class="number left">{pid(table.pid)}</td>
                  <td>{tableName(table.table_id)}</td>
                  <td class="number">{table.version ?? NONE}</td>
                  <td class="number">{count(table.version_changes)}</td>
                  <td class={slow ? "number notable" : "number"}>{repetition(table)}</td>
                  <td class="number quiet">{limit === null ? "" : `${limit} s`}</td>
                  <td class="number quiet">{last === null ? NONE : momentText(last / 1000, zone).slice(11)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/* Without a secure context there is no clipboard: the text is then shown to be copied by hand. */
function CopyButton({ structure }: { structure: Structure }) {
  const shown = useSignal(false);
  const text = JSON.stringify(structure, null, 2);
  const copy = async () => {
    const copied = await (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"))).then(() => true, () => false);
    if (copied) toast("The structure was copied as JSON");
    shown.value = !copied;
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy as JSON
      </button>
      {shown.value && <textarea class="copy" readOnly rows={12} aria-label="The structure as JSON" value={text} onFocus={(event) => event.currentTarget.select()} />}
    </>
  );
}

export function StreamTree({ structure, pids, zone }: { structure: Structure; pids: readonly PidRow[]; zone: Zone }) {
  const told = instant(structure.told_at);
  if (told === null) return <p class="quiet">The worker has not told the structure yet: it does every 5 s.</p>;
  return (
    <div class="structure">
      <div class="title">
        <h2>Services and components</h2>
        <span class="quiet">
          as of {momentText(told / 1000, zone)} {zone.label}; changes of the last 24 h are marked
        </span>
        <CopyButton structure={structure} />
      </div>
      <Services structure={structure} zone={zone} />
      <Tables structure={structure} zone={zone} />
      <Others structure={structure} pids={pids} />
    </div>
  );
}
