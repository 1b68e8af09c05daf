/* Off air out of the evidence of its parts. */
#include "appliance/model/alarm-off-air.h"

typedef enum { UNKNOWN, ABSENT, PRESENT } Finding;

typedef struct {
    Finding finding;
    MonoUs since_us; /* of what is present */
} Part;

bool
alarm_off_air_covers(FaultId fault)
{
    return fault == FAULT_PICTURE_BLACK || fault == FAULT_PICTURE_FROZEN ||
           fault == FAULT_PICTURE_UNIFORM || fault == FAULT_SOUND_SILENT ||
           fault == FAULT_SOUND_STREAM_SILENT;
}

static Part
part_of(const Resource *resource, FaultId fault)
{
    const Slot *slot = resource->slots[fault];

    if (slot == NULL || !slot->known)
        return (Part){UNKNOWN, 0};
    return (Part){slot->input.faulty ? PRESENT : ABSENT, slot->input.since_us};
}

/* Either of two will do. */
static Part
either(Part one, Part other)
{
    if (one.finding == PRESENT && other.finding == PRESENT)
        return one.since_us <= other.since_us ? one : other;
    if (one.finding == PRESENT || other.finding == PRESENT)
        return one.finding == PRESENT ? one : other;
    return one.finding == ABSENT ? one : other;
}

static Finding
all_of(const Part *parts, size_t n)
{
    bool unknown = false;

    for (size_t i = 0; i < n; i++) {
        if (parts[i].finding == ABSENT)
            return ABSENT;
        unknown = unknown || parts[i].finding == UNKNOWN;
    }
    return unknown ? UNKNOWN : PRESENT;
}

/* "... ; the sound went first". Returns: (transfer full) */
static char *
describe(const Part *parts)
{
    static const char *const names[] = {"the picture went dark", "the picture stood still",
                                        "the sound went silent"};
    size_t first = 0, n_together = 0;

    for (size_t i = 1; i < G_N_ELEMENTS(names); i++)
        first = parts[i].since_us < parts[first].since_us ? i : first;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        n_together += parts[i].since_us - parts[first].since_us < US_PER_SECOND;
    if (n_together == G_N_ELEMENTS(names))
        return g_strdup_printf("%s; all at once", fault_info(FAULT_OFF_AIR)->sentence);
    return g_strdup_printf("%s; %s first", fault_info(FAULT_OFF_AIR)->sentence, names[first]);
}

void
alarm_off_air_observe(
    AlarmBook *book, Resource *resource, FaultId fault, AlarmNow now, GPtrArray *transitions)
{
    const Part parts[] = {
        either(part_of(resource, FAULT_PICTURE_BLACK), part_of(resource, FAULT_PICTURE_UNIFORM)),
        part_of(resource, FAULT_PICTURE_FROZEN),
        either(part_of(resource, FAULT_SOUND_SILENT), part_of(resource, FAULT_AUDIO_MISSING)),
    };
    const Finding finding = all_of(parts, G_N_ELEMENTS(parts));
    Slot *slot = resource->slots[FAULT_OFF_AIR];

    if ((!alarm_off_air_covers(fault) && fault != FAULT_AUDIO_MISSING) || finding == UNKNOWN ||
        (slot == NULL && finding == ABSENT))
        return;
    if (slot == NULL)
        slot = resource->slots[FAULT_OFF_AIR] = g_new0(Slot, 1);
    if (!slot->known || slot->input.faulty != (finding == PRESENT)) {
        MonoUs since_us = part_of(resource, fault).since_us;

        for (size_t i = 0; finding == PRESENT && i < G_N_ELEMENTS(parts); i++)
            since_us = MAX(since_us, parts[i].since_us);
        slot->known = true;
        slot->input = (AlarmInput){.faulty = finding == PRESENT, .since_us = since_us};
        book->dirty = true;
    }
    if (finding == PRESENT) {
        g_free(slot->text);
        slot->text = describe(parts);
    }
    if (alarm_judge(book, resource, FAULT_OFF_AIR, now, transitions))
        alarm_judge_resource(book, resource, now, transitions);
}
