/* Comparing two tellings. */
#include "appliance/model/channel-structure.h"

#include "pipelines/contract/codec.h"

struct ChannelStructure {
    gatomicrefcount refs;
    Message *message; /* owned */
    WallUs since_us[STRUCTURE_COMPONENTS_MAX];
    GoneComponent gone[STRUCTURE_GONE_MAX]; /* @n_gone entries; texts owned */
    size_t n_gone;
};

static const ComponentReport *
find(const MessageStructure *structure, uint16_t pid, size_t *ret_index)
{
    for (size_t i = 0; i < structure->n_components; i++) {
        if (structure->components[i].pid != pid)
            continue;
        *ret_index = i;
        return &structure->components[i];
    }
    return NULL;
}

static bool
is_same(const ComponentReport *a, const ComponentReport *b)
{
    return a->stream_type == b->stream_type && a->kind == b->kind && a->ca == b->ca &&
           g_strcmp0(a->codec, b->codec) == 0 && g_strcmp0(a->language, b->language) == 0;
}

/* Before the PMT came nothing is known to compare with. */
static bool
is_known(const ChannelStructure *structure)
{
    return structure != NULL && structure->message->structure.n_components > 0;
}

static void
mark(ChannelStructure *structure, const ChannelStructure *before, WallUs now_us)
{
    const MessageStructure *told = &structure->message->structure;

    for (size_t i = 0; is_known(before) && i < told->n_components; i++) {
        size_t index = 0;
        const ComponentReport *was =
            find(&before->message->structure, told->components[i].pid, &index);

        structure->since_us[i] =
            was != NULL && is_same(was, &told->components[i]) ? before->since_us[index] : now_us;
    }
}

static void
add_gone(ChannelStructure *structure, const char *codec, const char *language, GoneComponent gone)
{
    if (structure->n_gone == STRUCTURE_GONE_MAX)
        return;
    gone.codec = g_strdup(codec);
    gone.language = g_strdup(language);
    structure->gone[structure->n_gone++] = gone;
}

static void
list_gone(ChannelStructure *structure, const ChannelStructure *before, WallUs now_us)
{
    const MessageStructure *told = &structure->message->structure;
    size_t index = 0;

    for (size_t i = 0; i < before->message->structure.n_components; i++) {
        const ComponentReport *was = &before->message->structure.components[i];

        if (find(told, was->pid, &index) == NULL)
            add_gone(structure, was->codec, was->language,
                     (GoneComponent){.pid = was->pid, .gone_us = now_us});
    }
    for (size_t i = 0; i < before->n_gone; i++) {
        const GoneComponent *gone = &before->gone[i];

        if (now_us - gone->gone_us < STRUCTURE_GONE_US && find(told, gone->pid, &index) == NULL)
            add_gone(structure, gone->codec, gone->language, *gone);
    }
}

ChannelStructure *
channel_structure_take(ChannelStructure *before, Message *message, WallUs now_us)
{
    ChannelStructure *structure;

    /* While the PMT is away, what was there stays, with its age and its marks. */
    if (is_known(before) && message->structure.n_components == 0) {
        message_free(message);
        return before;
    }
    structure = g_new0(ChannelStructure, 1);
    g_atomic_ref_count_init(&structure->refs);
    structure->message = message;
    mark(structure, before, now_us);
    if (before != NULL)
        list_gone(structure, before, now_us);
    channel_structure_unref(before);
    return structure;
}

const MessageStructure *
channel_structure_told(const ChannelStructure *structure)
{
    return &structure->message->structure;
}

WallUs
channel_structure_since(const ChannelStructure *structure, size_t index)
{
    return index < STRUCTURE_COMPONENTS_MAX ? structure->since_us[index] : 0;
}

const GoneComponent *
channel_structure_gone(const ChannelStructure *structure, size_t *ret_n)
{
    *ret_n = structure->n_gone;
    return structure->gone;
}

ChannelStructure *
channel_structure_ref(ChannelStructure *structure)
{
    if (structure != NULL)
        g_atomic_ref_count_inc(&structure->refs);
    return structure;
}

void
channel_structure_unref(ChannelStructure *structure)
{
    if (structure == NULL || !g_atomic_ref_count_dec(&structure->refs))
        return;
    for (size_t i = 0; i < structure->n_gone; i++) {
        g_free(structure->gone[i].codec);
        g_free(structure->gone[i].language);
    }
    message_free(structure->message);
    g_free(structure);
}
