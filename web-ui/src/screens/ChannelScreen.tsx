/* One channel: what it is, what arrives, how it went, what is wrong. */
import { useSignal } from "@preact/signals";
import { channelOf, saidOf } from "../model/alarm-list";
import { DEPTHS, depthReason } from "../model/checks";
import { NONE, bitrate, count, dateTime, duration, instant } from "../model/format";
import { ageOf, isFresh } from "../model/freshness";
import { chartColumns, summarise } from "../model/series";
import { tileView } from "../model/tile";
import type { ChannelDetail, SeriesData } from "../model/types";
import { usePolled } from "../live/polling";
import { alarms, channelSignal, now, recoveredAt, said, skew } from "../live/state";
import { AlarmTable } from "../parts/AlarmTable";
import { Chart } from "../parts/Chart";
import { ChecksTable } from "../parts/ChecksTable";
import { type Fact, Facts } from "../parts/Facts";
import { LargePicture } from "../parts/LargePicture";
import { LivePicture } from "../parts/LivePicture";
import { LookIcon } from "../parts/LookIcon";
import { PictureStrip } from "../parts/PictureStrip";
import { PidTable } from "../parts/PidTable";
import { SoundTable } from "../parts/SoundTable";

const DETAIL_MS = 1000;
const SERIES_MS = 2000;
const SPANS = [
  { seconds: 600, name: "10 min" },
  { seconds: 3600, name: "1 h" },
];
const STATES: Record<string, string> = { ok: "Ok", fault: "Fault", unknown: "Not known", planned: "Planned", starting: "Starting" };

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
    { name: "Group", value: channel.group || NONE },
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

function Charts({ id }: { id: string }) {
  const span = useSignal(600);
  const path = () => {
    const to = Date.now() + skew.peek();
    const from = new Date(to - span.peek() * 1000).toISOString();
    return `/channels/${id}/series?metrics=bitrate,ts_continuity_errors&from=${from}&to=${new Date(to).toISOString()}&max_points=1000`;
  };
  const polled = usePolled<{ metrics: Record<string, SeriesData> }>(path, `${id}/${span.value}`, SERIES_MS);
  const rate = chartColumns(polled.data?.metrics["bitrate"], 1e-6);
  const errors = chartColumns(polled.data?.metrics["ts_continuity_errors"], 1);
  const mean = summarise(rate[3]);
  const most = summarise(errors[2]);
  const to = now.value / 1000;
  const shared = { from: to - span.value, to };
  return (
    <section class="charts">
      <div class="title">
        <h2>Over time</h2>
        <nav class="tabs" aria-label="Time span">
          {SPANS.map(({ seconds, name }) => (
            <button key={seconds} type="button" aria-pressed={span.value === seconds} onClick={() => (span.value = seconds)}>
              {name}
            </button>
          ))}
        </nav>
        {polled.failure && <span class="failure">{polled.failure}</span>}
      </div>
      <Chart
        title="Bit rate, Mb/s"
        kind="band"
        unit="Mb/s"
        columns={rate}
        summary={mean ? `mean ${mean.mean.toFixed(2)}, ${mean.min.toFixed(2)} to ${mean.max.toFixed(2)} Mb/s` : "no data in this time"}
        {...shared}
      />
      <Chart
        title="Continuity errors"
        kind="bars"
        unit=""
        columns={errors}
        summary={most ? (most.sum === 0 ? "none in this time" : `${count(most.sum)} in this time`) : "no data in this time"}
        {...shared}
      />
    </section>
  );
}

function Detail({ id }: { id: string }) {
  const large = useSignal<{ path: string; title: string } | null>(null);
  const polled = usePolled<ChannelDetail>(() => `/channels/${id}`, id, DETAIL_MS);
  const live = channelSignal(id)?.value;
  if (!polled.data && !live) return <p class="quiet">{polled.failure || "Loading"}</p>;
  const channel: ChannelDetail = { ...polled.data, ...live } as ChannelDetail;
  const age = ageOf(channel.measured_at, now.value);
  const view = tileView(channel, saidOf(said.value, id), { now: now.value, recoveredAt: recoveredAt(id), shownAt: null });
  const since = instant(channel.since);
  const own = alarms.value.filter((alarm) => channelOf(alarm) === id);
  return (
    <>
      <div class="title channel-title" data-look={view.look} data-severity={view.severity}>
        <a class="back" href="/wall" aria-label="Back to the wall">
          ‹
        </a>
        <LookIcon look={view.look} severity={view.severity} />
        <h1>{channel.name}</h1>
        <p>
          <b>{STATES[channel.state] ?? channel.state}</b>
          {since !== null && (
            <span title={`since ${dateTime(since)} UTC`}> for {duration(now.value - since)}</span>
          )}
          {channel.state_text && <span> · {channel.state_text}</span>}
        </p>
      </div>
      <div class="channel-top">
        <div>
          <LivePicture channel={channel} />
          <button type="button" onClick={() => (large.value = { path: `/channels/${id}/shot.jpg`, title: channel.name })}>
            Larger picture
          </button>
        </div>
        <Facts facts={inputFacts(channel)} />
        <Facts facts={figureFacts(channel, age)} />
      </div>
      {own.length > 0 && (
        <section>
          <h2>Open alarms</h2>
          <AlarmTable alarms={own} />
        </section>
      )}
      <Charts id={id} />
      <div class="cards wide">
        <section>
          <h2>What the checks see</h2>
          <ChecksTable checks={polled.data?.checks ?? []} />
        </section>
        <section>
          <h2>Sound</h2>
          <SoundTable audios={polled.data?.audios ?? []} />
          <h2 class="later">Pictures kept</h2>
          <PictureStrip id={id} onOpen={(path, title) => (large.value = { path, title })} />
        </section>
      </div>
      {large.value && <LargePicture {...large.value} onClose={() => (large.value = null)} />}
      <section>
        <h2>Transport stream</h2>
        <PidTable pids={polled.data?.pids ?? []} />
      </section>
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
