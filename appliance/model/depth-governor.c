/* Load into strain, strain and budget into a plan, the plan into wishes. */
#include "appliance/model/depth-governor.h"

#include <glib.h>
#include <math.h>

#define SMOOTH_S         5.0 /* loads are averaged over so long */
#define OVERSPENT_STEP   0.15
#define OVERSPENT        1.15                /* times the budget */
#define STRAIN_EVERY_US  (3 * US_PER_SECOND) /* so that a step down shows before the next */
#define LATE_HOLD_US     (10 * US_PER_SECOND)
#define TOO_LATE_HOLD_US (20 * US_PER_SECOND)
#define HOLD_MAX_US      (480 * US_PER_SECOND)
#define FORGIVEN_US      (600 * US_PER_SECOND)
#define BLIND_AFTER_US   (3 * US_PER_SECOND) /* losses at the floor */
#define RELIEF_A_SECOND  0.04
#define MARGIN           0.03 /* of the budget, that a newcomer must leave free */
#define ROOM             0.9  /* of the cores that others leave */
#define EPSILON          1e-9

typedef struct {
    const DepthGovernor *governor; /* no-ref */
    DepthChannel **order;          /* no-ref entries; sorted anew for every grant */
    size_t n;
    double left_cores;
    double margin_cores;
    MonoUs now_us;
} Plan;

typedef enum { WHO_ALL, WHO_FRESH, WHO_SUSPECT, WHO_WATCHED, WHO_NO_KEYS } Who;

/* Part of the budget goes to some channels, for one reason. */
typedef struct {
    Who who;
    Depth depth;
    DepthReason reason;
    double limit_cores; /* of what is left */
    size_t max;         /* channels that may get so deep */
} Grant;

static double
smooth(double before, double value, double time_s)
{
    if (!isfinite(value))
        return before;
    return isfinite(before) ? before + (value - before) * (1 - exp(-time_s / SMOOTH_S)) : value;
}

static void
strain_to(DepthGovernor *governor, double strain, StrainCause cause, int64_t hold_us, MonoUs now_us)
{
    governor->strain = MIN(strain, 1.0);
    governor->cause = MAX(cause, governor->cause);
    governor->strained_us = now_us;
    governor->calm_from_us = MAX(governor->calm_from_us, now_us + hold_us);
}

/* Packets are worth more than any picture. Trouble that comes back when depth does is waited out
 * twice as long. */
static void
bring_to_floor(DepthGovernor *governor, StrainCause cause, int64_t hold_us, MonoUs now_us)
{
    if (governor->strain < 1.0)
        governor->hold_us = MIN(2 * governor->hold_us, HOLD_MAX_US);
    governor->hold_us = MAX(governor->hold_us, hold_us);
    governor->cause = MAX(cause, governor->cause);
    governor->calm_from_us = now_us + governor->hold_us;
    if (governor->strain >= 1.0)
        return;
    governor->strain = 1.0;
    governor->strained_us = now_us;
}

static void
strain_by_drops(DepthGovernor *governor, MonoUs now_us)
{
    if (governor->strain >= 1.0 && now_us - governor->strained_us >= BLIND_AFTER_US)
        governor->blind = true;
    bring_to_floor(governor, STRAIN_OWN_DROPS, DEPTH_HOLD_US, now_us);
}

static void
relieve(DepthGovernor *governor, double time_s, MonoUs now_us)
{
    if (now_us < governor->calm_from_us)
        return;
    governor->blind = false;
    governor->strain = MAX(governor->strain - RELIEF_A_SECOND * time_s, 0.0);
    if (governor->strain > 0)
        return;
    governor->cause = STRAIN_NONE;
    if (now_us - governor->strained_us > FORGIVEN_US)
        governor->hold_us = 0;
}

static void
take_load(DepthGovernor *governor, const DepthLoad *load, MonoUs now_us)
{
    DepthSummary *summary = &governor->summary;
    const bool first = governor->stepped_us == 0;
    const double time_s =
        first ? 0 : (double)(now_us - governor->stepped_us) / (double)US_PER_SECOND;
    const bool may_strain = first || now_us - governor->strained_us >= STRAIN_EVERY_US;

    governor->stepped_us = now_us;
    summary->budget_cores = load->cores * load->budget;
    summary->spent_cores =
        smooth(first ? (double)NAN : summary->spent_cores, load->spent_cores, time_s);
    summary->others_cores =
        smooth(first ? (double)NAN : summary->others_cores, load->others_cores, time_s);
    if (load->own_drops)
        strain_by_drops(governor, now_us);
    else if (load->filled >= DEPTH_TOO_FULL)
        bring_to_floor(governor, STRAIN_LATE, TOO_LATE_HOLD_US, now_us);
    else if (load->filled >= DEPTH_FILLED)
        strain_to(
            governor,
            MAX(governor->strain, (load->filled - DEPTH_FILLED) / (DEPTH_TOO_FULL - DEPTH_FILLED)),
            STRAIN_LATE, LATE_HOLD_US, now_us);
    else if (summary->spent_cores > summary->budget_cores * OVERSPENT && may_strain)
        strain_to(governor, governor->strain + OVERSPENT_STEP, STRAIN_OVERSPENT, LATE_HOLD_US,
                  now_us);
    else
        relieve(governor, time_s, now_us);
}

bool
depth_channel_is_suspect(const DepthChannel *channel, MonoUs now_us)
{
    return now_us < channel->suspect_until_us;
}

static void
take_hints(DepthChannel *channel, int64_t passed_us, MonoUs now_us)
{
    const uint16_t hints = (uint16_t)(channel->hints & DEPTH_SUSPECT_HINTS);

    if (!depth_channel_is_suspect(channel, now_us))
        channel->seen_hints = 0;
    if ((hints & ~channel->seen_hints) != 0)
        channel->confirmed_us = 0;
    else if (channel->looked == DEPTH_FULL)
        channel->confirmed_us += passed_us;
    channel->seen_hints |= hints;
    if (hints != 0)
        channel->suspect_until_us = now_us + DEPTH_LINGER_US;
}

static double
cores_of(const Plan *plan, const DepthChannel *channel, Depth depth)
{
    return depth_cost_cores(&channel->cost, depth, &plan->governor->speed);
}

static double
sum_at(const Plan *plan, Depth depth)
{
    double cores = 0;

    for (size_t i = 0; i < plan->n; i++)
        cores += cores_of(plan, plan->order[i], depth);
    return cores;
}

static bool
is_meant(const DepthChannel *channel, Who who, MonoUs now_us)
{
    const bool suspect = depth_channel_is_suspect(channel, now_us);

    switch (who) {
    case WHO_FRESH:
        return suspect && channel->confirmed_us < DEPTH_CONFIRM_US;
    case WHO_SUSPECT:
        return suspect;
    case WHO_WATCHED:
        return channel->watched_us != 0 && now_us - channel->watched_us < DEPTH_WATCHED_US;
    case WHO_NO_KEYS:
        return (channel->hints & HINT_NO_KEYS) != 0;
    case WHO_ALL:
        break;
    }
    return true;
}

/* Whose turn it is: first those in the midst of theirs, then who has waited longest; who has had
 * his comes last. */
typedef struct {
    Depth depth;
    MonoUs now_us;
} Turn;

static MonoUs
rank_of(const DepthChannel *channel, const Turn *turn)
{
    if (channel->wanted < turn->depth)
        return channel->had_us[turn->depth];
    return turn->now_us - channel->got_us[turn->depth] < DEPTH_TURN_US ? -1 : turn->now_us;
}

static int
by_turn(gconstpointer a, gconstpointer b, gpointer data)
{
    const MonoUs first = rank_of(*(const DepthChannel *const *)a, data);
    const MonoUs second = rank_of(*(const DepthChannel *const *)b, data);

    return first < second ? -1 : first > second;
}

static void
grant(Plan *plan, const Grant *what)
{
    Turn turn = {.depth = what->depth, .now_us = plan->now_us};
    const bool eager = what->reason == DEPTH_REASON_BUDGET || what->reason == DEPTH_REASON_ROTATION;
    double limit_cores = MIN(what->limit_cores, plan->left_cores);
    size_t given = 0;

    g_qsort_with_data(plan->order, (gint)plan->n, sizeof *plan->order, by_turn, &turn);
    for (size_t i = 0; i < plan->n && given < what->max; i++) {
        DepthChannel *channel = plan->order[i];
        const double extra =
            cores_of(plan, channel, what->depth) - cores_of(plan, channel, channel->planned);
        const double margin =
            eager && what->depth > DEPTH_KEY_EVERY_4_S && channel->wanted < what->depth
                ? plan->margin_cores
                : 0;

        if (channel->planned >= what->depth || !is_meant(channel, what->who, plan->now_us) ||
            extra + margin > limit_cores + EPSILON)
            continue;
        channel->planned = what->depth;
        channel->reason = what->reason;
        plan->left_cores -= extra;
        limit_cores -= extra;
        given++;
    }
}

/* What others leave free is not ours either: beyond suspects and what people look at, only room
 * that nobody needs is spent. */
static void
leave_room(Plan *plan, const DepthLoad *load, double planned_cores)
{
    const double others = plan->governor->summary.others_cores;

    if (isfinite(others))
        plan->left_cores =
            MIN(plan->left_cores, MAX((load->cores - others) * ROOM - planned_cores, 0.0));
}

static void
spend(Plan *plan, const DepthLoad *load, double total_cores)
{
    const Grant urgent[] = {
        {WHO_ALL, DEPTH_KEY_EVERY_4_S, DEPTH_REASON_BUDGET, INFINITY, SIZE_MAX},
        /* One of each in any case: many in trouble do not keep a new hint or a person waiting. */
        {WHO_FRESH, DEPTH_FULL, DEPTH_REASON_SUSPECT, INFINITY, 1},
        {WHO_WATCHED, DEPTH_FULL, DEPTH_REASON_WATCHED, INFINITY, 1},
        {WHO_SUSPECT, DEPTH_EVERY_KEY, DEPTH_REASON_SUSPECT, INFINITY, SIZE_MAX},
        {WHO_WATCHED, DEPTH_EVERY_KEY, DEPTH_REASON_WATCHED, INFINITY, SIZE_MAX},
        {WHO_FRESH, DEPTH_FULL, DEPTH_REASON_SUSPECT, INFINITY, SIZE_MAX},
        {WHO_WATCHED, DEPTH_FULL, DEPTH_REASON_WATCHED, INFINITY, SIZE_MAX},
        {WHO_NO_KEYS, DEPTH_FULL, DEPTH_REASON_NO_KEYS, INFINITY, SIZE_MAX},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(urgent); i++)
        grant(plan, &urgent[i]);
    leave_room(plan, load, total_cores - plan->left_cores);
    const Grant rest[] = {
        /* Trouble that lasts leaves half to the others. */
        {WHO_SUSPECT, DEPTH_FULL, DEPTH_REASON_SUSPECT, plan->left_cores / 2, SIZE_MAX},
        {WHO_ALL, DEPTH_FULL, DEPTH_REASON_ROTATION, INFINITY, 1},
        {WHO_ALL, DEPTH_EVERY_KEY, DEPTH_REASON_BUDGET, INFINITY, SIZE_MAX},
        {WHO_ALL, DEPTH_FULL, DEPTH_REASON_ROTATION, INFINITY, SIZE_MAX},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rest); i++)
        grant(plan, &rest[i]);
}

static void
plan_depths(Plan *plan, const DepthLoad *load)
{
    const DepthGovernor *governor = plan->governor;
    const double budget_cores = governor->summary.budget_cores;
    const double least = sum_at(plan, DEPTH_BITSTREAM);
    const double floor_cores = MIN(sum_at(plan, DEPTH_KEY_EVERY_4_S), budget_cores);
    const double total = governor->blind
                             ? least
                             : floor_cores + (1 - governor->strain) * (budget_cores - floor_cores);

    for (size_t i = 0; i < plan->n; i++) {
        plan->order[i]->planned = DEPTH_BITSTREAM;
        plan->order[i]->reason = DEPTH_REASON_BUDGET;
    }
    plan->left_cores = total - least;
    plan->margin_cores = budget_cores * MARGIN;
    if (!governor->blind)
        spend(plan, load, total);
}

/* Load is why, where the whole budget would have given more. */
static void
tell_overload(Plan *plan)
{
    const DepthGovernor *governor = plan->governor;

    for (size_t i = 0; i < plan->n; i++) {
        DepthChannel *channel = plan->order[i];

        if (channel->reason == DEPTH_REASON_BUDGET && channel->planned < DEPTH_EVERY_KEY &&
            governor->strain > 0)
            channel->reason = DEPTH_REASON_OVERLOAD;
    }
}

static void
wish(DepthChannel *channel, Depth depth, MonoUs now_us)
{
    for (unsigned d = DEPTH_KEY_EVERY_4_S; d < DEPTH_COUNT; d++) {
        if (channel->wanted < (Depth)d && depth >= (Depth)d)
            channel->got_us[d] = now_us;
        if (channel->wanted >= (Depth)d && depth < (Depth)d)
            channel->had_us[d] = now_us;
    }
    channel->wanted = depth;
}

static void
sum_up(Plan *plan, DepthSummary *summary)
{
    const double all_keys = sum_at(plan, DEPTH_EVERY_KEY);

    summary->strain = plan->governor->strain;
    summary->cause = plan->governor->cause;
    summary->planned_cores = 0;
    summary->n_present = summary->n_blind = summary->n_below_keys = 0;
    for (unsigned d = 0; d < DEPTH_COUNT; d++)
        summary->n_at[d] = 0;
    for (size_t i = 0; i < plan->n; i++) {
        const DepthChannel *channel = plan->order[i];

        summary->planned_cores += cores_of(plan, channel, channel->wanted);
        if (channel->own)
            continue;
        summary->n_present++;
        summary->n_blind += channel->wanted == DEPTH_BITSTREAM;
        summary->n_below_keys += channel->wanted < DEPTH_EVERY_KEY;
        summary->n_at[channel->looked]++;
    }
    summary->reduced = summary->n_blind > 0 || (summary->strain > 0 && summary->n_below_keys > 0 &&
                                                all_keys <= summary->budget_cores);
}

/* Channels that report; the others start as their configuration says. */
static size_t
take_channels(Plan *plan, DepthChannel *const *channels, size_t n, int64_t passed_us)
{
    size_t present = 0;

    for (size_t i = 0; i < n; i++) {
        DepthChannel *channel = channels[i];

        if (channel->present) {
            take_hints(channel, passed_us, plan->now_us);
            plan->order[present++] = channel;
            continue;
        }
        wish(channel, DEPTH_KEY_EVERY_4_S, plan->now_us);
        channel->reason = DEPTH_REASON_STARTING;
    }
    return present;
}

static void
learn_speed(DepthGovernor *governor, DepthChannel *const *channels, size_t n)
{
    g_autofree const DepthCost **costs = g_new0(const DepthCost *, n);

    for (size_t i = 0; i < n; i++)
        costs[i] = &channels[i]->cost;
    depth_speed_learn(&governor->speed, costs, n);
}

void
depth_governor_step(DepthGovernor *governor,
                    DepthChannel *const *channels,
                    size_t n,
                    const DepthLoad *load,
                    MonoUs now_us)
{
    g_autofree DepthChannel **order = g_new0(DepthChannel *, MAX(n, 1));
    const int64_t passed_us = governor->stepped_us != 0 ? now_us - governor->stepped_us : 0;
    Plan plan = {.governor = governor, .order = order, .now_us = now_us};

    take_load(governor, load, now_us);
    learn_speed(governor, channels, n);
    plan.n = take_channels(&plan, channels, n, passed_us);
    plan_depths(&plan, load);
    tell_overload(&plan);
    for (size_t i = 0; i < plan.n; i++)
        wish(order[i], order[i]->planned, now_us);
    sum_up(&plan, &governor->summary);
}

const char *
depth_reason_name(DepthReason reason)
{
    static const char *const names[] = {
        [DEPTH_REASON_STARTING] = "starting", [DEPTH_REASON_BUDGET] = "budget",
        [DEPTH_REASON_SUSPECT] = "suspect",   [DEPTH_REASON_WATCHED] = "watched",
        [DEPTH_REASON_NO_KEYS] = "no-keys",   [DEPTH_REASON_ROTATION] = "rotation",
        [DEPTH_REASON_OVERLOAD] = "overload",
    };

    return (unsigned)reason < G_N_ELEMENTS(names) ? names[reason] : "unknown";
}

const char *
strain_cause_name(StrainCause cause)
{
    static const char *const names[] = {
        [STRAIN_NONE] = "none",
        [STRAIN_OVERSPENT] = "overspent",
        [STRAIN_LATE] = "late",
        [STRAIN_OWN_DROPS] = "own-drops",
    };

    return (unsigned)cause < G_N_ELEMENTS(names) ? names[cause] : "unknown";
}

char *
depth_channel_reason_text(const DepthChannel *channel)
{
    g_autoptr(GString) text = g_string_new(depth_reason_name(channel->reason));
    const char *between = ": ";

    for (unsigned bit = 0; channel->reason == DEPTH_REASON_SUSPECT && bit < DEPTH_HINTS; bit++) {
        if ((channel->seen_hints & DEPTH_SUSPECT_HINTS & 1u << bit) == 0)
            continue;
        g_string_append_printf(text, "%s%s", between, depth_hint_name(bit));
        between = ", ";
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
