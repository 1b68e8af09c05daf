/* The tables. */
#include "appliance/model/incident-rules.h"

#include <glib.h>
#include <string.h>

static const FaultFamily families[FAULT_NUMBER_MAX + 1] = {
    [FAULT_NO_PACKETS] = FAMILY_SILENT,
    [FAULT_SYNC_LOST] = FAMILY_DAMAGED,
    [FAULT_PAT_MISSING] = FAMILY_DAMAGED,
    [FAULT_PMT_MISSING] = FAMILY_DAMAGED,
    [FAULT_CONTINUITY] = FAMILY_DAMAGED,
    [FAULT_TRANSPORT_ERROR] = FAMILY_DAMAGED,
    [FAULT_PCR_DISCONTINUITY] = FAMILY_DAMAGED,
    [FAULT_PCR_REPETITION] = FAMILY_DAMAGED,
    [FAULT_PCR_ACCURACY] = FAMILY_DAMAGED,
    [FAULT_TABLE_CRC] = FAMILY_DAMAGED,
    [FAULT_PTS_REPETITION] = FAMILY_DAMAGED,
    [FAULT_CAT_MISSING] = FAMILY_DAMAGED,
    [FAULT_SI_REPETITION] = FAMILY_DAMAGED,
    [FAULT_SECOND_SOURCE] = FAMILY_DAMAGED,
    [FAULT_PICTURE_UNDECODABLE] = FAMILY_DAMAGED,
    [FAULT_SERVICE_ABSENT] = FAMILY_CONTENT,
    [FAULT_VIDEO_MISSING] = FAMILY_CONTENT,
    [FAULT_AUDIO_MISSING] = FAMILY_CONTENT,
    [FAULT_AUDIO_STREAM_MISSING] = FAMILY_CONTENT,
    [FAULT_PICTURE_BLACK] = FAMILY_CONTENT,
    [FAULT_PICTURE_FROZEN] = FAMILY_CONTENT,
    [FAULT_PICTURE_UNIFORM] = FAMILY_CONTENT,
    [FAULT_SOUND_SILENT] = FAMILY_CONTENT,
    [FAULT_SOUND_STREAM_SILENT] = FAMILY_CONTENT,
    [FAULT_COLOUR_BARS] = FAMILY_CONTENT,
    [FAULT_SLATE_SHOWN] = FAMILY_CONTENT,
    [FAULT_OFF_AIR] = FAMILY_CONTENT,
    [FAULT_WORKER_LOST] = FAMILY_WORKER,
    [FAULT_OWN_LOSS] = FAMILY_OWN_LOSS,
};

static const FaultId faults[SHARE_COUNT][FAMILY_COUNT] = {
    [SHARE_INPUT] = {[FAMILY_SILENT] = FAULT_MULTIPLEX_LOST,
                     [FAMILY_DAMAGED] = FAULT_MULTIPLEX_DAMAGED,
                     [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_SOURCE] = {[FAMILY_SILENT] = FAULT_SOURCE_LOST,
                      [FAMILY_DAMAGED] = FAULT_SOURCE_DAMAGED,
                      [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_VLAN] = {[FAMILY_SILENT] = FAULT_VLAN_SILENT,
                    [FAMILY_DAMAGED] = FAULT_VLAN_DAMAGED,
                    [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_NIC] = {[FAMILY_SILENT] = FAULT_INTERFACE_SILENT,
                   [FAMILY_DAMAGED] = FAULT_INTERFACE_DAMAGED,
                   [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_GROUP] = {[FAMILY_SILENT] = FAULT_GROUP_FAILING,
                     [FAMILY_DAMAGED] = FAULT_GROUP_DAMAGED,
                     [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_ALL] = {[FAMILY_SILENT] = FAULT_ALL_SILENT,
                   [FAMILY_DAMAGED] = FAULT_ALL_DAMAGED,
                   [FAMILY_CONTENT] = FAULT_CONTENT_FAILING},
    [SHARE_BOX] = {[FAMILY_WORKER] = FAULT_WORKERS_LOST, [FAMILY_OWN_LOSS] = FAULT_OVERLOAD},
};

/* How names of what is shared begin, and where it stands in a sentence. */
static const struct {
    const char *prefix;
    const char *place;
} kinds[SHARE_COUNT] = {
    [SHARE_INPUT] = {"input/", "of multiplex"},
    [SHARE_SOURCE] = {"source/", "from source"},
    [SHARE_VLAN] = {"vlan/", "on VLAN"},
    [SHARE_NIC] = {"nic/", "on interface"},
    [SHARE_GROUP] = {"group/", "of group"},
    [SHARE_ALL] = {"all/channels", "of this box"},
    [SHARE_BOX] = {"box", ""},
};

FaultFamily
incident_family(FaultId fault)
{
    return (unsigned)fault <= FAULT_NUMBER_MAX ? families[fault] : FAMILY_NONE;
}

FaultId
incident_fault(ShareKind kind, FaultFamily family)
{
    return faults[kind][family];
}

bool
incident_fault_parse(FaultId fault,
                     const char *resource,
                     ShareKind *ret_kind,
                     FaultFamily *ret_family)
{
    for (ShareKind kind = 0; kind < SHARE_COUNT; kind++) {
        if (!g_str_has_prefix(resource, kinds[kind].prefix))
            continue;
        for (FaultFamily family = FAMILY_SILENT; family < FAMILY_COUNT; family++) {
            if (fault == FAULT_NONE || faults[kind][family] != fault)
                continue;
            *ret_kind = kind;
            *ret_family = family;
            return true;
        }
    }
    return false;
}

uint32_t
incident_threshold(ShareKind kind, uint32_t n_sharing)
{
    if (kind == SHARE_BOX)
        return 2;
    return CLAMP((n_sharing + 4) / 5, 2, 5);
}

char *
incident_sentence(ShareKind kind, FaultFamily family, const char *resource)
{
    const char *name = resource + strlen(kinds[kind].prefix);
    const char *place = kinds[kind].place;
    const char *gap = *name != '\0' ? " " : "";

    switch (family) {
    case FAMILY_SILENT:
        return g_strdup_printf("channels %s%s%s receive nothing", place, gap, name);
    case FAMILY_DAMAGED:
        return g_strdup_printf("channels %s%s%s arrive damaged", place, gap, name);
    case FAMILY_CONTENT:
        return g_strdup_printf("channels %s%s%s have lost picture or sound", place, gap, name);
    case FAMILY_WORKER:
        return g_strdup("inputs are not measured: their processes do not report");
    case FAMILY_OWN_LOSS:
        return g_strdup("inputs lose packets inside this box");
    case FAMILY_NONE:
    case FAMILY_COUNT:
        break;
    }
    return g_strdup("");
}

bool
incident_head_speaks_for(FaultId head, FaultId part)
{
    if (head == FAULT_OFF_AIR)
        return part == FAULT_PICTURE_BLACK || part == FAULT_PICTURE_FROZEN ||
               part == FAULT_PICTURE_UNIFORM || part == FAULT_SOUND_SILENT ||
               part == FAULT_SOUND_STREAM_SILENT || part == FAULT_AUDIO_MISSING;
    return head == FAULT_VIDEO_MISSING &&
           (part == FAULT_AUDIO_MISSING || part == FAULT_SOUND_SILENT);
}
