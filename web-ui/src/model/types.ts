/* The words of the HTTP API v1, as the types that are generated from api.yaml name them, and those of the event stream. */
import type { components } from "../../generated/api";

type Schemas = components["schemas"];

export type Severity = Schemas["Severity"];
export type Channel = Schemas["Channel"];
export type ChannelState = Channel["state"];
export type Thumbnail = NonNullable<Channel["thumbnail"]>;
export type ChannelDetail = Schemas["ChannelDetail"];
export type PidRow = ChannelDetail["pids"][number];
export type Check = ChannelDetail["checks"][number];
export type Audio = ChannelDetail["audios"][number];
export type Alarm = Schemas["Alarm"];
export type AvailabilityReport = Schemas["AvailabilityReport"];
export type ChannelAvailability = Schemas["ChannelAvailability"];
export type Availability = Schemas["Availability"];
export type AlarmDetail = Schemas["AlarmDetail"];
export type Story = Schemas["Story"];
export type StoryEvent = Schemas["StoryEvent"];
export type Delivery = Schemas["Delivery"];
export type OperatorState = Alarm["operator_state"];
export type Evidence = Schemas["Evidence"];
export type EvidenceFrame = Schemas["EvidenceFrame"];
export type EvidenceSeries = Evidence["series"]["metrics"][number];
export type Session = Schemas["Session"];
export type SystemReport = Schemas["System"];
export type Sensor = SystemReport["sensors"][number];
export type Service = SystemReport["services"][number];
export type DepthReport = SystemReport["depth"];
export type SeriesData = Schemas["Columns"];
export type Policy = Schemas["Policy"];
export type Problem = Schemas["Problem"];

/* A wall that the site has given a name. */
export type NamedWall = Schemas["Wall"];

/* A picture that is kept, of the list of a channel's past ones. */
export interface PastPicture {
  captured_at: string;
  pts: number | null;
  bytes: number;
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
  cc_errors: number[];
  packets: number[];
  own_drops: number[];
  age_seconds: (number | null)[];
  thumbnail_age_seconds: (number | null)[];
}
export type Structure = Schemas["Structure"];
export type Trend = { kind: string; name: string; values: (number | null)[] };

/* What a stream told, of GET /channels/{id}/notes. */
export interface Note {
  number: number;
  at: string;
  kind: string;
  pid: number | null;
  pts: number | null;
  text: string;
}
