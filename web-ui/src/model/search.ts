/* Channels by a few letters: of name, short name, id, group or address. */
import type { Channel } from "./types";

const MOST = 12;

/* 0 where the name begins so, 1 where a word of it does, 2 where it stands anywhere; null where nowhere. */
function place(channel: Channel, wanted: string): number | null {
  const names = [channel.short_name, channel.name, channel.id].map((text) => text.toLowerCase());
  if (names.some((name) => name.startsWith(wanted))) return 0;
  if (names.some((name) => name.includes(` ${wanted}`) || name.includes(`-${wanted}`))) return 1;
  return [...names, channel.group.toLowerCase(), channel.address.toLowerCase()].some((text) => text.includes(wanted)) ? 2 : null;
}

/* The best first; in the site's order among equals. All, up to the most, where nothing is asked for. */
export function findChannels(channels: readonly Channel[], text: string): Channel[] {
  const wanted = text.trim().toLowerCase();
  const found = channels.flatMap((channel) => {
    const at = place(channel, wanted);
    return at === null ? [] : [{ channel, at }];
  });
  return found.sort((a, b) => a.at - b.at).slice(0, MOST).map(({ channel }) => channel);
}
