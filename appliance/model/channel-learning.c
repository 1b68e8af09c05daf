/* Seeing a day, and drawing conclusions from it. */
#include "appliance/model/channel-learning.h"

#include <math.h>

#include "pipelines/base/text.h"

#define REPORT_GAP_US   (5 * US_PER_SECOND) /* a longer time between reports was not watched */
#define RATE_CLASS      0.05                /* width of a class of distances */
#define RATE_SHARE      0.999               /* of the seconds that a limit must let pass */
#define CONSTANT_SPREAD 0.02                /* of means of ten minutes: a constant rate */
#define USUAL_MARGIN    1.25                /* by which a delay must exceed what is usual */
#define LIMIT_MAX_S     3600.0              /* longest delay that is proposed */
#define A85_TARGET_LUFS (-24.0)
#define A85_PEAK_DBTP   (-2.0)
#define A85_NEAR_LU     0.5

/* ---- Seeing ---- */

static double
metric_of(const MetricValue *metrics, size_t n, MetricId metric, double otherwise)
{
    for (size_t i = 0; i < n; i++) {
        if (metrics[i].metric == metric)
            return metrics[i].value;
    }
    return otherwise;
}

static void
take_service(ChannelLearning *learning, const char *name)
{
    if (name == NULL || *name == '\0')
        return;
    g_autofree char *clean = text_clean(name, sizeof learning->service - 1);

    g_strlcpy(learning->service, clean, sizeof learning->service);
}

static void
take_figures(ChannelLearning *learning, const ChannelReport *report)
{
    const double key_s = metric_of(report->metrics, report->n_metrics, METRIC_KEY_INTERVAL, 0);
    const AudioReport *first = report->n_audios > 0 ? &report->audios[0] : NULL;
    const double lufs = first != NULL ? metric_of(first->metrics, first->n_metrics,
                                                  METRIC_LOUDNESS_HOUR, (double)-INFINITY)
                                      : (double)-INFINITY;

    learning->key_interval_s = fmax(learning->key_interval_s, key_s);
    learning->audios = MAX(learning->audios, (unsigned)report->n_audios);
    learning->video = learning->video || (report->video != NULL && *report->video != '\0');
    if (isfinite(lufs) && lufs > -70) {
        learning->loudness_lufs = lufs;
        learning->loudness_known = true;
    }
    take_service(learning, report->service_name);
}

bool
channel_learning_report(ChannelLearning *learning, const ChannelReport *report, MonoUs now_us)
{
    const int64_t passed_us = now_us - learning->last_us;
    const bool begun = learning->last_us != 0;

    learning->last_us = now_us;
    if (learning->watched_us >= LEARN_US)
        return false;
    take_figures(learning, report);
    if (begun && passed_us > 0 && passed_us <= REPORT_GAP_US)
        learning->watched_us = MIN(learning->watched_us + passed_us, LEARN_US);
    return learning->watched_us >= LEARN_US;
}

void
channel_learning_span(ChannelLearning *learning, FaultId fault, int64_t lasted_us)
{
    double lasted_s = (double)lasted_us / US_PER_SECOND;
    LearnedSpans *spans = fault == FAULT_PICTURE_BLACK    ? &learning->black
                          : fault == FAULT_PICTURE_FROZEN ? &learning->frozen
                          : fault == FAULT_SOUND_SILENT   ? &learning->silent
                                                          : NULL;

    if (spans == NULL || lasted_us < US_PER_SECOND || learning->watched_us >= LEARN_US)
        return;
    spans->count++;
    for (unsigned i = 0; i < LEARN_LONGEST; i++) {
        if (lasted_s <= spans->longest_s[i])
            continue;
        const double shorter_s = spans->longest_s[i];

        spans->longest_s[i] = lasted_s;
        lasted_s = shorter_s;
    }
}

void
channel_learning_rate(ChannelLearning *learning, double ratio)
{
    const double class = fabs(ratio - 1) / RATE_CLASS;

    if (learning->watched_us < LEARN_US)
        learning->rate_classes[(unsigned)fmin(class, LEARN_RATE_STEP - 1)]++;
}

/* ---- Concluding ---- */

static void G_GNUC_PRINTF(2, 3) add_fact(ChannelProposal *proposal, const char *format, ...)
{
    va_list arguments;

    if (proposal->n_facts == PROPOSAL_MAX)
        return;
    va_start(arguments, format);
    proposal->facts[proposal->n_facts++] = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

/* @why: (transfer full) */
static void
set(ChannelProposal *proposal, FaultId fault, unsigned field, double value, char *why)
{
    if (proposal->n_settings == PROPOSAL_MAX) {
        g_free(why);
        return;
    }
    proposal->settings[proposal->n_settings++] =
        (ProfileSetting){.fault = fault, .field = field, .value = value, .why = why};
}

static void
propose_delay(ChannelProposal *proposal,
              const LearnedSpans *spans,
              const AlarmProfile *present,
              FaultId fault,
              const char *what)
{
    const AlarmRule *rule = &alarm_profile_rule(present, fault)->alarm;
    const double raise_s = (double)rule->raise_after_us / US_PER_SECOND;
    const double escalate_s = (double)rule->escalate_after_us / US_PER_SECOND;
    const double usual_s = spans->longest_s[LEARN_LONGEST - 1]; /* not twice only */
    const double wanted_s = fmin(ceil(usual_s * 1.5), LIMIT_MAX_S);

    add_fact(proposal, "%s %u times for a second and more, at the longest for %.1f s", what,
             spans->count, spans->longest_s[0]);
    if (usual_s * USUAL_MARGIN <= raise_s)
        return;
    set(proposal, fault, PROFILE_RAISE, wanted_s,
        g_strdup_printf(
            "%s for %.1f s and longer %u times on its first day: %.0f s is usual, not a "
            "fault",
            what, usual_s, LEARN_LONGEST, usual_s));
    if (escalate_s > 0 && escalate_s < 2 * wanted_s)
        set(proposal, fault, PROFILE_ESCALATE, fmin(2 * wanted_s, LIMIT_MAX_S),
            g_strdup_printf("Twice the %.0f s after which it is raised", wanted_s));
}

/* Distance from the median that all but one second in a thousand keep to; 0: not known. */
static double
usual_distance(const ChannelLearning *learning)
{
    uint64_t seconds = 0, sum = 0;

    for (unsigned i = 0; i < LEARN_RATE_STEP; i++)
        seconds += learning->rate_classes[i];
    for (unsigned i = 0; i < LEARN_RATE_STEP && seconds > 0; i++) {
        sum += learning->rate_classes[i];
        if ((double)sum >= RATE_SHARE * (double)seconds)
            return (i + 1) * RATE_CLASS;
    }
    return 0;
}

static void
propose_rate(ChannelProposal *proposal,
             const ChannelLearning *learning,
             const AlarmProfile *present,
             const RateMedian *rate)
{
    const double distance = usual_distance(learning);
    const double limit = present->limits.values[LIMIT_BITRATE_OFF];

    if (rate->median_bps <= 0)
        return;
    add_fact(
        proposal,
        "The bit rate has a median of %.3f Mbit/s; its means of ten minutes lie within %.1f %%",
        rate->median_bps / 1e6, rate_median_spread(rate) * 100);
    if (distance > limit)
        set(proposal, FAULT_NONE, LIMIT_BITRATE_OFF, distance + RATE_CLASS,
            g_strdup_printf("One second in a thousand is more than %.0f %% off the median",
                            (distance - RATE_CLASS) * 100));
    else if (distance > 0 && distance <= RATE_CLASS && rate_median_spread(rate) < CONSTANT_SPREAD &&
             limit > 0.1)
        set(proposal, FAULT_NONE, LIMIT_BITRATE_OFF, 0.1,
            g_strdup("The rate is constant: a tenth off it is a fault already"));
}

static void
propose_loudness(ChannelProposal *proposal,
                 const ChannelLearning *learning,
                 const AlarmProfile *present)
{
    const double target = present->limits.values[LIMIT_LOUDNESS_TARGET];
    const double tolerance = present->limits.values[LIMIT_LOUDNESS_TOLERANCE];
    const double lufs = learning->loudness_lufs;
    const double off = fabs(lufs - target);

    if (!learning->loudness_known)
        return;
    add_fact(proposal, "The loudness of an hour is %.1f LUFS, the target %.0f", lufs, target);
    if (fabs(lufs - A85_TARGET_LUFS) <= A85_NEAR_LU && off > A85_NEAR_LU &&
        fabs(target - A85_TARGET_LUFS) > 0.01) {
        set(proposal, FAULT_NONE, LIMIT_LOUDNESS_TARGET, A85_TARGET_LUFS,
            g_strdup_printf("An hour is %.1f LUFS: by ATSC A/85, not by EBU R 128", lufs));
        set(proposal, FAULT_NONE, LIMIT_TRUE_PEAK, A85_PEAK_DBTP,
            g_strdup("ATSC A/85 permits true peaks up to -2 dBTP"));
    } else if (off > tolerance) {
        set(proposal, FAULT_NONE, LIMIT_LOUDNESS_TOLERANCE, fmin(ceil(off + 1), 30),
            g_strdup_printf("An hour is %.1f LUFS; correct the loudness, or take this", lufs));
        set(proposal, FAULT_NONE, LIMIT_LOUDNESS_STEP, fmin(ceil(off + 4), 30),
            g_strdup("Three more than the distance that warns"));
    }
}

static void
propose_components(ChannelProposal *proposal, const ChannelLearning *learning)
{
    if (learning->service[0] != '\0')
        add_fact(proposal, "The service calls itself \"%s\"", learning->service);
    add_fact(proposal, "%s, and %u streams of sound",
             learning->video ? "There is a picture" : "There is no picture", learning->audios);
    if (learning->key_interval_s > 0)
        add_fact(proposal,
                 "Key frames are up to %.1f s apart: what is shorter is seen only while every "
                 "picture is decoded",
                 learning->key_interval_s);
    if (learning->audios == 0 && learning->video) {
        set(proposal, FAULT_AUDIO_MISSING, PROFILE_ENABLED, 0,
            g_strdup("It has no sound; without this a stream of sound in the tables is expected"));
        set(proposal, FAULT_SOUND_SILENT, PROFILE_ENABLED, 0, g_strdup("It has no sound"));
    }
}

void
channel_learning_propose(const ChannelLearning *learning,
                         const AlarmProfile *present,
                         const RateMedian *rate,
                         ChannelProposal *ret_proposal)
{
    *ret_proposal = (ChannelProposal){
        .base = !learning->video && learning->audios > 0 ? "radio" : present->name};
    if (learning->watched_us == 0)
        return;
    propose_components(ret_proposal, learning);
    if (learning->video) {
        propose_delay(ret_proposal, &learning->black, present, FAULT_PICTURE_BLACK,
                      "The picture was black");
        propose_delay(ret_proposal, &learning->frozen, present, FAULT_PICTURE_FROZEN,
                      "The picture stood still");
    }
    if (learning->audios > 0)
        propose_delay(ret_proposal, &learning->silent, present, FAULT_SOUND_SILENT,
                      "The sound was silent");
    propose_rate(ret_proposal, learning, present, rate);
    propose_loudness(ret_proposal, learning, present);
}

void
channel_proposal_clear(ChannelProposal *proposal)
{
    for (size_t i = 0; i < proposal->n_settings; i++)
        g_free((gpointer)proposal->settings[i].why);
    for (size_t i = 0; i < proposal->n_facts; i++)
        g_free(proposal->facts[i]);
    *proposal = (ChannelProposal){0};
}
