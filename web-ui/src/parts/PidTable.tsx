/* The elementary streams and tables of a channel, by PID. */
import { bitrate, count, pid } from "../model/format";
import type { PidRow } from "../model/types";

const TYPES: Record<number, string> = {
  0x01: "MPEG-1 video",
  0x02: "MPEG-2 video",
  0x03: "MPEG-1 audio",
  0x04: "MPEG-2 audio",
  0x05: "Private sections",
  0x06: "Private data",
  0x0f: "AAC audio",
  0x11: "AAC audio (LATM)",
  0x15: "Metadata",
  0x1b: "H.264 video",
  0x24: "HEVC video",
  0x81: "AC-3 audio",
  0x86: "SCTE 35 cues",
  0x87: "E-AC-3 audio",
};
const TABLES: Record<number, string> = { 0x0000: "PAT", 0x0001: "CAT", 0x0010: "NIT", 0x0011: "SDT", 0x0012: "EIT", 0x0014: "TDT", 0x1fff: "Null packets" };

function kind(row: PidRow): string {
  if (typeof row.stream_type === "string") return row.stream_type;
  return TYPES[row.stream_type] ?? TABLES[row.pid] ?? (row.stream_type > 0 ? `Type 0x${row.stream_type.toString(16)}` : "Table");
}

export function PidTable({ pids }: { pids: readonly PidRow[] }) {
  if (pids.length === 0) return <p class="quiet">No PID has been reported.</p>;
  return (
    <table class="pids">
      <thead>
        <tr>
          <th>PID</th>
          <th>Carries</th>
          <th class="number">Bit rate</th>
          <th class="number">Packets</th>
          <th class="number">CC errors</th>
        </tr>
      </thead>
      <tbody>
        {pids.map((row) => (
          <tr key={row.pid}>
            <td class="number left">{pid(row.pid)}</td>
            <td>{kind(row)}</td>
            <td class="number">{bitrate(row.bitrate_bps)}</td>
            <td class="number">{count(row.packets)}</td>
            <td class={row.cc_errors > 0 ? "number notable" : "number"}>{count(row.cc_errors)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
