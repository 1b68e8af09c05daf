/* One channel: what it is, what arrives, how it went, what is wrong. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { channelOf, saidOf } from "../model/alarm-list";
import { DEPTHS, depthReason } from "../model/checks";
import { spansOf } from "../model/event-lane";
import { NONE, bitrate, count, dateTime, duration, instant } from "../model/format";
import { ageOf, isFresh } from "../model/freshness";
import { tileView } from "../model/tile";
import { type TimeRange, boundsOf, iso, rangeOf } from "../model/time-range";
import { UTC, type Zone } from "../model/time-text";
import type { Alarm, Channel, ChannelDetail, Structure } from "../model/types";
import { loadCatalogue } from "../live/catalogue";
import { go, query } from "../live/navigation";
import { usePolled } from "../live/polling";
import { siteFirst, siteZone } from "../live/site";
import { alarms, channelSignal, now, recoveredAt, said } from "../live/state";
import { AlarmTable } from "../parts/AlarmTable";
import { AudioPanel } from "../parts/AudioPanel";
import { ChecksTable } from "../parts/ChecksTable";
import { type Fact, Facts } from "../parts/Facts";
import { Histogram } from "../parts/Histogram";
import { IncidentsPanel } from "../parts/IncidentsPanel";
import { IndicatorPanel } from "../parts/IndicatorPanel";
import { LargePicture } from "../parts/LargePicture";
import { LivePicture } from "../parts/LivePicture";
import { LookIcon } from "../parts/LookIcon";
import { NotesTable } from "../parts/NotesTable";
import { OverviewCharts } from "../parts/OverviewCharts";
import { PictureStrip } from "../parts/PictureStrip";
import { StreamTree } from "../parts/StreamTree";
import { SubtitlePanel } from "../parts/SubtitlePanel";
import { TimeRangeBar } from "../parts/TimeRangeBar";

const DETAIL_MS = 1000;
const STRUCTURE_MS = 5000;
const ALARMS_MS = 5000;
const HISTORY_MS = 300_000;
const REMEMBERED_S = 86_400; /* what ended earlier is in the history only */
const STATES: Record<string, string> = { ok: "Ok", fault: "Fault", unknown: "Not known", planned: "Planned", starting: "Starting", disabled: "Switched off" };
const TABS = [
  { tab: "overview", name: "Overview" },
  { tab: "stream", name: "TS structure" },
  { tab: "indicators", name: "TR 101 290" },
  { tab: "audio", name: "Audio" },
  { tab: "incidents", name: "Incidents" },
  { tab: "subtitles", name: "Subtitles, SCTE 35" },
  { tab: "notes", name: "Changes" },
  { tab: "checks", name: "Checks" },
] as const;

type Tab = (typeof TABS)[number]["tab"];

const tabOf = (params: URLSearchParams): Tab => TABS.find(({ tab }) => tab === params.get("tab"))?.tab ?? "overview";

function show(tab: Tab): void {
  const next = new URLSearchParams(query.peek());
  if (tab === "overview") next.delete("tab");
  else next.set("tab", tab);
  const text = next.toString();
  go(`${location.pathname}${text ? `?${text}` : ""}`, true);
}

/* A figure of the last report, or a dash with its age. */
function measured(text: string, age: number | null): Pick<Fact, "value" | "note"> {
  if (isFresh(age)) return { value: text };
  return age === null ? { value: NONE } : { value: NONE, note: `${duration(age)} old` };
}

function inputFacts(channel: ChannelDetail): Fact[] {
  return [
    { name: "Address", value: <code>{channel.address}</code>, note: channel.interface ? `on ${channel.interface}` : "" },
    { name: "Found on the wire", value: channel.wire?.text || channel.wire?.finding.replaceAll("-", " ") || NONE },
    { name: "Service", value: channel.service_name || NONE, note: channel.service_id ? `id ${channel.service_id}` : "" },
    { name: "Group, profile", value: `${channel.group || NONE}, ${channel.profile ?? NONE}` },
    { name: "Picture", value: channel.video || NONE },
    { name: "Sound", value: channel.audio || NONE },
    { name: "Looked at", value: DEPTHS[channel.depth] ?? channel.depth, note: depthReason(channel.depth_reason) },
  ];
}

function figureFacts(channel: ChannelDetail, age: number | null): Fact[] {
  return [
    { name: "Bit rate", ...measured(bitrate(channel.bitrate_bps), age) },
    { name: "Continuity errors", ...measured(count(channel.cc_errors), age) },
    { name: "Packets", ...measured(count(channel.packets), age) },
    { name: "Lost by this box", ...measured(`${count(channel.own_drops)} datagrams`, age) },
    { name: "Measured", value: age === null ? "never" : `${duration(age)} ago` },
    { name: "Worker", value: channel.worker?.pid ? `process ${channel.worker.pid}` : NONE, note: channel.worker ? `${channel.worker.restarts} restarts` : "" },
  ];
}

function Title({ channel }: { channel: Channel }) {
  const { id } = channel;
  const view = tileView(channel, saidOf(said.value, id), { now: now.value, recoveredAt: recoveredAt(id), shownAt: null });
  const since = instant(channel.since);
  return (
    <div class="title channel-title" data-look={view.look} data-severity={view.severity}>
      <a class="back" href="/wall" aria-label="Back to the wall">
        ‹
      </a>
      <LookIcon look={view.look} severity={view.severity} />
      <h1>{channel.name}</h1>
      <p>
        <b>{STATES[channel.state] ?? channel.state}</b>
        {since !== null && <span title={`since ${dateTime(since)} UTC`}> for {duration(now.value - since)}</span>}
        {channel.state_text && <span> · {channel.state_text}</span>}
      </p>
    </div>
  );
}

function Stream({ id, detail, zone }: { id: string; detail: ChannelDetail | null; zone: Zone }) {
  const polled = usePolled<Structure>(() => `/channels/${id}/structure`, id, STRUCTURE_MS);
  const structure = polled.data;
  if (!structure) return <p class={polled.failure ? "failure" : "quiet"}>{polled.failure || "Loading"}</p>;
  const since = instant(structure.counting_since);
  return (
    <div class={polled.failure ? "stream greyed" : "stream"}>
      {polled.failure && <p class="failure">{polled.failure}</p>}
      <StreamTree structure={structure} pids={detail?.pids ?? []} zone={zone} />
      <section>
        <h2>
          Histograms {since !== null && <span class="quiet">counted for {duration(now.value - since)}, heights by the logarithm</span>}
        </h2>
        <div class="histograms">
          {(structure.histograms ?? []).map((histogram) => (
            <Histogram key={histogram.kind} histogram={histogram} />
          ))}
          {(structure.histograms ?? []).length === 0 && <p class="quiet">Nothing has been counted yet.</p>}
          {(structure.histograms ?? []).length > 0 && !structure.histograms?.some(({ kind }) => kind === "pcr-accuracy") && (
            <p class="quiet">PCR accuracy has no meaning here: the bit rate is not constant (TR 101 290 2.4).</p>
          )}
        </div>
      </section>
    </div>
  );
}

function Checks({ id, detail, onPicture }: { id: string; detail: ChannelDetail | null; onPicture: (path: string, title: string) => void }) {
  return (
    <div class="cards wide">
      <section>
        <h2>What the checks see</h2>
        <p class="quiet">
          {detail ? `Looked at: ${DEPTHS[detail.depth] ?? detail.depth}${detail.depth_reason ? `, ${depthReason(detail.depth_reason)}` : ""}` : "Loading"}
        </p>
        <ChecksTable checks={detail?.checks ?? []} />
      </section>
      <section>
        <h2>Pictures kept</h2>
        <PictureStrip id={id} onOpen={onPicture} />
      </section>
    </div>
  );
}

interface BodyProps {
  id: string;
  tab: Tab;
  detail: ChannelDetail | null;
  range: TimeRange;
  zone: Zone;
  onPicture: (path: string, title: string) => void;
}

function Body({ id, tab, detail, range, zone, onPicture }: BodyProps) {
  const polled = usePolled<{ items: Alarm[] }>(() => `/alarms?state=all&channel=${id}&limit=200`, id, ALARMS_MS);
  const past = polled.data?.items ?? null;
  const second = Math.floor(now.value / 1000);
  const bounds = boundsOf(range, second);
  const isOld = bounds.from < second - REMEMBERED_S;
  const history = `/alarm-history?channel=${id}&from=${iso(bounds.from)}&to=${iso(bounds.to)}&limit=500`;
  const older = usePolled<{ items: Alarm[] }>(() => (isOld ? history : ""), `${id} ${isOld} ${JSON.stringify(range)}`, HISTORY_MS);
  const known = useMemo(() => [...new Map([...(older.data?.items ?? []), ...(past ?? [])].map((alarm) => [alarm.id, alarm])).values()], [older.data, past]);
  const spans = useMemo(() => spansOf(known, bounds, second), [known, JSON.stringify(range), second]);
  switch (tab) {
    case "stream":
      return <Stream id={id} detail={detail} zone={zone} />;
    case "indicators":
      return <IndicatorPanel channel={detail} zone={zone} />;
    case "audio":
      return <AudioPanel channel={detail} />;
    case "incidents":
      return <IncidentsPanel alarms={past} channelId={id} zone={zone} />;
    case "subtitles":
      return <SubtitlePanel id={id} channel={detail} zone={zone} />;
    case "notes":
      return <NotesTable id={id} zone={zone} />;
    case "checks":
      return <Checks id={id} detail={detail} onPicture={onPicture} />;
    case "overview":
      return (
        <>
          <TimeRangeBar range={range} zone={zone} />
          <OverviewCharts id={id} channel={detail} range={range} zone={zone} spans={spans} />
        </>
      );
  }
}

function Detail({ id }: { id: string }) {
  const large = useSignal<{ path: string; title: string } | null>(null);
  const polled = usePolled<ChannelDetail>(() => `/channels/${id}`, id, DETAIL_MS);
  const live = channelSignal(id)?.value;
  const range = useMemo(() => rangeOf(query.value), [query.value]);
  const zone = useMemo<Zone>(() => (siteFirst.value && siteZone.value ? { name: siteZone.value, label: "site" } : UTC), [siteFirst.value, siteZone.value]);
  const tab = tabOf(query.value);
  useEffect(() => void loadCatalogue(), []);
  if (!polled.data && !live) return <p class={polled.failure ? "failure" : "quiet"}>{polled.failure || "Loading"}</p>;
  const channel: ChannelDetail = { ...polled.data, ...live } as ChannelDetail;
  const own = alarms.value.filter((alarm) => channelOf(alarm) === id);
  const onPicture = (path: string, title: string) => (large.value = { path, title });
  return (
    <>
      <Title channel={channel} />
      <div class={polled.failure ? "channel-top greyed" : "channel-top"}>
        <div>
          <LivePicture channel={channel} />
          <button type="button" onClick={() => onPicture(`/channels/${id}/shot.jpg`, channel.name)}>
            Larger picture
          </button>
        </div>
        <Facts facts={inputFacts(channel)} />
        <Facts facts={figureFacts(channel, ageOf(channel.measured_at, now.value))} />
      </div>
      {own.length > 0 && (
        <section>
          <h2>Open alarms</h2>
          <AlarmTable alarms={own} />
        </section>
      )}
      <nav class="tabs channel-tabs" aria-label="About this channel">
        {TABS.map((one) => (
          <button key={one.tab} type="button" aria-current={one.tab === tab ? "page" : undefined} onClick={() => show(one.tab)}>
            {one.name}
          </button>
        ))}
      </nav>
      {polled.failure && <p class="failure">{polled.failure}</p>}
      <Body id={id} tab={tab} detail={polled.data} range={range} zone={zone} onPicture={onPicture} />
      {large.value && <LargePicture {...large.value} onClose={() => (large.value = null)} />}
    </>
  );
}

export function ChannelScreen({ id }: { id: string }) {
  return (
    <main class="screen">
      <Detail key={id} id={id} />
    </main>
  );
}
