/* The words of the HTTP API v1, as appliance/http/api.yaml has them. Times are RFC 3339 in UTC. */

export type Severity = "cleared" | "warning" | "minor" | "major" | "critical";
export type ChannelState = "ok" | "fault" | "unknown" | "planned" | "starting";
export type OperatorState = "none" | "ack" | "shelved";

export interface Thumbnail {
  captured_at: string;
  age_seconds: number;
  stale: boolean;
}

export interface Channel {
  id: string;
  name: string;
  short_name: string;
  group: string;
  address: string;
  interface: string;
  service_id: number | null;
  service_name: string;
  input_id: string;
  state: ChannelState;
  since: string;
  severity: Severity;
  state_text: string;
  bitrate_bps: number | null;
  cc_errors: number | null;
  own_drops: number | null;
  packets: number | null;
  measured_at: string | null;
  age_seconds: number | null;
  video: string | null;
  audio: string | null;
  depth: string;
  sampling_interval_seconds: number | null;
  thumbnail: Thumbnail | null;
}

export interface PidRow {
  pid: number;
  stream_type: number | string;
  packets: number;
  cc_errors: number;
  bitrate_bps: number | null;
}

/* How finely a check looks at present; no resolution while it cannot be claimed. */
export interface Check {
  name: string;
  resolution_seconds: number | null;
  looked_at: string | null;
  age_seconds: number | null;
}

export interface Audio {
  pid: number;
  language: string;
  format: string;
  faults: { name: string; active: boolean }[];
  metrics: Record<string, number | null>;
}

export interface PastPicture {
  captured_at: string;
  pts: number | null;
  bytes: number;
}

export interface ChannelDetail extends Channel {
  depth_reason?: string;
  checks?: Check[];
  audios?: Audio[];
  metrics?: Record<string, number | null>;
  pids?: PidRow[];
  wire?: { finding: string; text: string };
  worker?: { pid: number; restarts: number };
}

export interface Alarm {
  id: string;
  incident_id: string;
  resource: string;
  type: string;
  severity: Severity;
  is_cleared: boolean;
  cause_scope: string;
  raised_at: string;
  cleared_at: string | null;
  last_changed: string;
  operator_state: OperatorState;
  owner: string;
  note: string;
  text: string;
  count: number;
  suggested_action: string;
  channel_name: string;
  until?: string | null;
  evidence?: boolean;
}

export interface EvidenceFrame {
  url: string | null;
  reason: string;
  captured_at: string | null;
  offset_seconds: number | null;
  stale: boolean;
}

export interface EvidenceSeries {
  metric: string;
  unit: string;
  values: (number | null)[];
}

export interface Evidence {
  alarm_id: string;
  since: string;
  complete: boolean;
  frames: { before: EvidenceFrame; at: EvidenceFrame; after: EvidenceFrame };
  series: { from: string; first_offset_seconds: number; step_seconds: number; metrics: EvidenceSeries[] };
  clip: { state: "pending" | "ready" | "partly" | "none"; text: string; url: string | null; bytes: number };
}

export interface Session {
  setup_required: boolean;
  authenticated: boolean;
  user?: string;
  role?: string;
  build: string;
  server_time: string;
}

export interface Sensor {
  kind: string;
  name: string;
  value: number | null;
  unit: string;
  limit: number | null;
  state: string;
}

export interface Service {
  name: string;
  state: string;
  text: string;
  behind: number | null;
  since: string | null;
}

/* What looking at pictures may take of the box, and takes. */
export interface DepthReport {
  budget_cores: number;
  spent_cores: number | null;
  others_cores: number | null;
  strain: number;
  strain_cause: string;
  reduced: boolean;
  channels: Record<string, number>;
}

export interface SystemReport {
  clock_synced: boolean;
  uptime_seconds: number;
  own_drops: number;
  profile: { name: string; text: string } | null;
  depth?: DepthReport;
  sensors: Sensor[];
  services: Service[];
  build: string;
}

export interface Hello {
  build: string;
  server_time: string;
  seq: number;
  channel_ids?: string[];
}

/* Once a second: what changes all the time, one column a figure, in the order of the hello's channel_ids. */
export interface Figures {
  at: string;
  bitrate_bps: (number | null)[];
  cc_errors: (number | null)[];
  packets: (number | null)[];
  own_drops: (number | null)[];
  age_seconds: (number | null)[];
  thumbnail_age_seconds: (number | null)[];
}

export interface SeriesData {
  t: number[];
  min: (number | null)[];
  max: (number | null)[];
  mean: (number | null)[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
}
