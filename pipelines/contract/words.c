/* Words of the API for wire findings, depths and notes. */
#include "pipelines/contract/message.h"

#include <glib.h>

static const char *const finding_names[] = {
    [WIRE_STARTING] = "starting",
    [WIRE_OK] = "ok",
    [WIRE_BAD_ADDRESS] = "bad-address",
    [WIRE_NOT_JOINED] = "not-joined",
    [WIRE_NOTHING] = "nothing-on-wire",
    [WIRE_FILTERED] = "filtered",
    [WIRE_NO_TS] = "no-ts",
    [WIRE_SERVICE_ABSENT] = "service-absent",
};

static const char *const depth_names[] = {
    [DEPTH_BITSTREAM] = "bitstream",
    [DEPTH_KEY_EVERY_4_S] = "key-every-4-s",
    [DEPTH_EVERY_KEY] = "every-key",
    [DEPTH_FULL] = "full",
};

static const char *const hint_names[DEPTH_HINTS] = {
    "small-units", "silence", "ts-error", "black", "still", "undecodable", "changed", "no-keys",
};

static const char *const note_kind_names[] = {
    [NOTE_TABLES] = "tables",
    [NOTE_SPLICE] = "splice",
    [NOTE_SENDER] = "sender",
    [NOTE_FORMAT] = "format",
};

const char *
note_kind_name(unsigned kind)
{
    return kind < G_N_ELEMENTS(note_kind_names) ? note_kind_names[kind] : "unknown";
}

const char *
wire_finding_name(unsigned finding)
{
    return finding < G_N_ELEMENTS(finding_names) ? finding_names[finding] : "unknown";
}

const char *
depth_name(unsigned depth)
{
    return depth < G_N_ELEMENTS(depth_names) ? depth_names[depth] : "unknown";
}

const char *
depth_hint_name(unsigned bit)
{
    return bit < DEPTH_HINTS ? hint_names[bit] : "unknown";
}

const char *
component_kind_name(unsigned kind)
{
    static const char *const names[] = {"data", "video", "audio", "subtitles"};

    return kind < G_N_ELEMENTS(names) ? names[kind] : "unknown";
}

const char *
histogram_kind_name(unsigned kind)
{
    static const char *const names[] = {"unknown", "pcr-interval", "pcr-accuracy", "arrival"};

    return kind < G_N_ELEMENTS(names) ? names[kind] : names[0];
}
