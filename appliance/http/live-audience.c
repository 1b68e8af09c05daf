/* Digests say what changed. */
#include "appliance/http/live-audience.h"

#include "appliance/http/json-writer.h"
#include "appliance/http/view-live.h"

#define FULL_EVERY_S 30u /* every channel is sent in full at least so often */

static void
remember(Audience *audience, const Snapshot *snapshot, const ViewTime *now)
{
    g_hash_table_remove_all(audience->digests);
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const uint64_t digest = view_channel_digest(&snapshot->channels[i], now);

        g_hash_table_insert(audience->digests, g_strdup(snapshot->channels[i].id),
                            g_memdup2(&digest, sizeof digest));
    }
}

static uint64_t
digest_of_ids(const Snapshot *snapshot)
{
    uint64_t digest = snapshot->n_channels;

    for (size_t i = 0; i < snapshot->n_channels; i++)
        digest = digest * UINT64_C(1099511628211) + g_str_hash(snapshot->channels[i].id);
    return digest;
}

Audience *
audience_new(const Scope *scope, const Snapshot *snapshot, const ViewTime *now)
{
    Audience *audience = g_new0(Audience, 1);

    audience->key = scope_key(scope);
    scope_copy(scope, &audience->scope);
    audience->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    audience->ids_digest = digest_of_ids(snapshot);
    remember(audience, snapshot, now);
    return audience;
}

void
audience_free(gpointer data)
{
    Audience *audience = (Audience *)data;

    g_free(audience->key);
    scope_clear(&audience->scope);
    g_hash_table_unref(audience->digests);
    g_free(audience);
}

bool
audience_starts_over(Audience *audience, const Snapshot *snapshot, const ViewTime *now)
{
    const uint64_t digest = digest_of_ids(snapshot);

    if (audience->ids_digest == digest)
        return false;
    audience->ids_digest = digest;
    remember(audience, snapshot, now);
    return true;
}

/* A channel is due when it changed, or when its turn has come. */
static bool
is_due(Audience *audience, const ChannelView *channel, bool turn, const ViewTime *now)
{
    uint64_t *told = (uint64_t *)g_hash_table_lookup(audience->digests, channel->id);
    const uint64_t digest = view_channel_digest(channel, now);

    if (told != NULL && *told == digest)
        return turn;
    g_hash_table_insert(audience->digests, g_strdup(channel->id),
                        g_memdup2(&digest, sizeof digest));
    return true;
}

GString *
audience_states(Audience *audience, const Snapshot *snapshot, uint64_t ticks, const ViewTime *now)
{
    GString *json = g_string_new(NULL);
    unsigned n = 0;

    json_begin_object(json, NULL);
    json_begin_array(json, "channels");
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const bool turn = ticks % LIVE_TICKS_A_SECOND == 0 &&
                          ticks / LIVE_TICKS_A_SECOND % FULL_EVERY_S == i % FULL_EVERY_S;

        if (!is_due(audience, &snapshot->channels[i], turn, now))
            continue;
        view_channel(json, NULL, &snapshot->channels[i], now);
        n++;
    }
    json_end_array(json);
    json_end_object(json);
    if (n == 0)
        g_string_free(g_steal_pointer(&json), TRUE);
    return json;
}

GString *
audience_levels(Board *board, const Snapshot *snapshot, const ViewTime *now)
{
    g_autofree BoardLevels *levels = g_new0(BoardLevels, MAX(snapshot->n_channels, 1));
    GString *json = g_string_new(NULL);

    for (size_t i = 0; i < snapshot->n_channels; i++)
        (void)board_get_levels(board, snapshot->channels[i].id, &levels[i]);
    view_levels(json, levels, snapshot->n_channels, now);
    return json;
}
