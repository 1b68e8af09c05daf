/* How deeply a channel is looked at, in words. */

export const DEPTHS: Record<string, string> = {
  bitstream: "bitstream only",
  "key-every-4-s": "a key frame every 4 s",
  "every-key": "every key frame",
  full: "every picture",
};
