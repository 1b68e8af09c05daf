/* One function a reason. */
#include "appliance/model/trust.h"

static void
reason_clear(gpointer data)
{
    TrustReason *reason = data;

    g_free(reason->text);
    g_ptr_array_unref(reason->channels);
}

/* @text: (transfer full). Returns: its channels, to be filled; (transfer none) */
static GPtrArray *
tell(GArray *reasons, TrustKind kind, bool doubt, char *text)
{
    const TrustReason reason = {kind, doubt, text, g_ptr_array_new_with_free_func(g_free)};

    g_array_append_val(reasons, reason);
    return reason.channels;
}

static void
add_channels(GPtrArray *ids,
             const Snapshot *snapshot,
             bool (*is_meant)(const ChannelView *channel, MonoUs now_us),
             MonoUs now_us)
{
    for (size_t i = 0; i < snapshot->n_channels; i++)
        if (is_meant(&snapshot->channels[i], now_us))
            g_ptr_array_add(ids, g_strdup(snapshot->channels[i].id));
}

static bool
lost_lately(const ChannelView *channel, MonoUs now_us)
{
    return channel->own_loss_us != 0 && now_us - channel->own_loss_us < TRUST_RECENT_US;
}

static bool
lost_ever(const ChannelView *channel, MonoUs now_us)
{
    return channel->own_drops > 0 && !lost_lately(channel, now_us);
}

static bool
is_unknown(const ChannelView *channel, MonoUs now_us)
{
    return channel->state == CHANNEL_UNKNOWN;
}

static size_t
count(const Snapshot *snapshot, bool (*is_meant)(const ChannelView *, MonoUs), MonoUs now_us)
{
    size_t n = 0;

    for (size_t i = 0; i < snapshot->n_channels; i++)
        n += is_meant(&snapshot->channels[i], now_us);
    return n;
}

static void
about_channels(GArray *reasons, const Snapshot *snapshot, MonoUs now_us)
{
    const size_t lately = count(snapshot, lost_lately, now_us);
    const size_t unknown = count(snapshot, is_unknown, now_us);

    if (lately > 0)
        add_channels(tell(reasons, TRUST_OWN_LOSS, true,
                          g_strdup_printf("This box itself lost packets of %zu of %zu channels in "
                                          "the last 10 min: their figures are degraded",
                                          lately, snapshot->n_channels)),
                     snapshot, lost_lately, now_us);
    if (unknown > 0)
        add_channels(tell(reasons, TRUST_UNKNOWN, true,
                          g_strdup_printf("%zu of %zu channels cannot be measured now", unknown,
                                          snapshot->n_channels)),
                     snapshot, is_unknown, now_us);
}

static const ServiceView *
find_service(const Snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->n_services; i++)
        if (g_strcmp0(snapshot->services[i].name, name) == 0)
            return &snapshot->services[i];
    return NULL;
}

static void
about_depth(GArray *reasons, const DepthSummary *depth)
{
    if (!depth->reduced)
        return;
    (void)tell(reasons, TRUST_DEPTH, true,
               depth->n_blind > 0
                   ? g_strdup_printf("This box is too busy: %u of %u channels go without pictures",
                                     depth->n_blind, depth->n_present)
                   : g_strdup_printf("This box is too busy: %u of %u channels get a key frame "
                                     "every 4 s at most, shorter disturbances may be missed",
                                     depth->n_below_keys, depth->n_present));
}

static void
about_probe(GArray *reasons, const Snapshot *snapshot)
{
    const ServiceView *probe = find_service(snapshot, "self-probe");

    if (probe != NULL && g_strcmp0(probe->state, "failing") == 0)
        (void)tell(reasons, TRUST_PROBE, true,
                   g_strdup_printf("An alarm made on purpose did not come through as it should: %s",
                                   probe->text));
}

/* What is told without a doubt about the present. */
static void
about_the_past(GArray *reasons, const Snapshot *snapshot, MonoUs now_us)
{
    const ServiceView *history = find_service(snapshot, "history");

    if (history != NULL && g_strcmp0(history->state, "ok") != 0)
        (void)tell(reasons, TRUST_STORES, false,
                   g_strdup("The history database does not keep up: charts beyond the last hour "
                            "may have holes for now"));
    if (count(snapshot, lost_ever, now_us) > 0 && count(snapshot, lost_lately, now_us) == 0)
        add_channels(tell(reasons, TRUST_PAST_LOSS, false,
                          g_strdup_printf("This box lost %" G_GUINT64_FORMAT
                                          " datagrams since it started, none of them in the last "
                                          "10 min",
                                          snapshot->own_drops)),
                     snapshot, lost_ever, now_us);
}

GArray *
trust_reasons(const Snapshot *snapshot, MonoUs now_us)
{
    GArray *reasons = g_array_new(FALSE, FALSE, sizeof(TrustReason));

    g_array_set_clear_func(reasons, reason_clear);
    if (now_us - snapshot->at_us > TRUST_STALE_US)
        (void)tell(reasons, TRUST_STALE, true,
                   g_strdup_printf("What is shown is %" G_GINT64_FORMAT
                                   " s old: the supervision loop hangs",
                                   (now_us - snapshot->at_us) / US_PER_SECOND));
    about_channels(reasons, snapshot, now_us);
    about_depth(reasons, &snapshot->depth);
    about_probe(reasons, snapshot);
    if (!snapshot->clock_synced)
        (void)tell(
            reasons, TRUST_CLOCK, true,
            g_strdup("The clock is not synchronised: times may be wrong, durations are not"));
    about_the_past(reasons, snapshot, now_us);
    return reasons;
}

bool
trust_holds(const GArray *reasons)
{
    for (guint i = 0; i < reasons->len; i++)
        if (g_array_index(reasons, TrustReason, i).doubt)
            return false;
    return true;
}

const char *
trust_kind_name(TrustKind kind)
{
    static const char *const names[TRUST_COUNT] = {"stale", "own-loss", "unknown", "clock",
                                                   "depth", "probe",    "stores",  "past-loss"};

    return kind < TRUST_COUNT ? names[kind] : "unknown";
}
