/* Growth of counters around a loss, judged and put into words. */
#include "pipelines/worker/loss-evidence.h"

#include <glib.h>
#include <string.h>

/* What grew from the base of the loss to now. */
typedef struct {
    uint64_t own_drops;
    uint64_t nic_missed;
    uint64_t softnet_drops;
    uint64_t rtp_lost;
    uint64_t leg_lost[2];
    uint64_t input_missing;
    double steal; /* share of CPU time */
} Growth;

/* Counters of the kernel and of the stream may begin anew. */
static uint64_t
grown(uint64_t before, uint64_t now)
{
    return now > before ? now - before : 0;
}

static Growth
growth_since(const LossSample *base, const LossSample *now)
{
    const uint64_t ticks = grown(base->all_ticks, now->all_ticks);
    const uint64_t stolen = grown(base->steal_ticks, now->steal_ticks);

    return (Growth){
        .own_drops = grown(base->own_drops, now->own_drops),
        .nic_missed = grown(base->nic_missed, now->nic_missed),
        .softnet_drops = grown(base->softnet_drops, now->softnet_drops),
        .rtp_lost = grown(base->rtp_lost, now->rtp_lost),
        .leg_lost = {grown(base->leg_lost[0], now->leg_lost[0]),
                     grown(base->leg_lost[1], now->leg_lost[1])},
        .input_missing = grown(base->input_missing, now->input_missing),
        .steal = ticks > 0 ? (double)stolen / (double)ticks : 0.0,
    };
}

static CauseScope
cause_of(const Growth *growth, const LossSample *now, const LossCount *lost)
{
    if (growth->own_drops + growth->nic_missed + growth->softnet_drops + lost->own_missing > 0)
        return CAUSE_MONITOR;
    if (!now->rtp || growth->rtp_lost > 0)
        return CAUSE_NETWORK;
    return CAUSE_INPUT;
}

/* ---- Words ---- */

/* "1 frame", "2 frames" */
static void
say_number(GString *out, uint64_t count, const char *thing)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s%s", count, thing, count == 1 ? "" : "s");
}

static void
say_drops(GString *out, uint64_t count, const char *thing, const char *fate)
{
    if (count == 0)
        return;
    g_string_append(out, "; ");
    say_number(out, count, thing);
    g_string_append(out, fate);
}

static void
say_monitor(GString *out, const Growth *growth)
{
    g_string_append(out, "lost by this box");
    say_drops(out, growth->own_drops, "datagram", " did not fit its socket buffer");
    say_drops(out, growth->nic_missed, "frame", " did not fit the interface's ring");
    say_drops(out, growth->softnet_drops, "packet", " dropped by its kernel (softnet)");
}

static void
say_network(GString *out, const Growth *growth, const LossSample *now)
{
    const unsigned held = now->packets_per_datagram;

    if (now->rtp) {
        say_number(out, growth->rtp_lost, "RTP datagram");
        g_string_append(out, " lost on the way");
        if (now->two_legs)
            g_string_append_printf(
                out, " (leg 1 lost %" G_GUINT64_FORMAT ", leg 2 lost %" G_GUINT64_FORMAT ")",
                growth->leg_lost[0], growth->leg_lost[1]);
        if (now->fec)
            g_string_append(out, ", more than FEC could repair");
    } else if (held > 1 && growth->input_missing > 0 && growth->input_missing % held == 0) {
        g_string_append(out, "as many as ");
        say_number(out, growth->input_missing / held, "whole datagram");
        g_string_append(out, ": lost on the way, though no sequence numbers prove it");
    } else {
        g_string_append(out, "the stream has no sequence numbers that say where");
    }
}

static void
say_cause(GString *out, CauseScope cause, const Growth *growth, const LossSample *now)
{
    switch (cause) {
    case CAUSE_INPUT:
        g_string_append(out, "RTP sequence complete: damaged before it was sent");
        break;
    case CAUSE_NETWORK:
        say_network(out, growth, now);
        break;
    case CAUSE_MONITOR:
        say_monitor(out, growth);
        break;
    }
    if (cause != CAUSE_MONITOR)
        g_string_append(out, "; this box dropped nothing");
}

static void
say_strain(GString *out, int64_t late_us, double steal)
{
    if (late_us >= LOSS_LATE_US)
        g_string_append_printf(out, "; it was late by %d ms", (int)(late_us / US_PER_MS));
    if (steal >= LOSS_STEAL)
        g_string_append_printf(out, "; %.0f %% of its CPU time was taken by the hypervisor",
                               100.0 * steal);
}

/* ---- Judging ---- */

/* Judges the open loss. Returns whether the verdict changed. */
static bool
judge(LossEvidence *evidence, const LossSample *now)
{
    LossVerdict *verdict = &evidence->verdict;
    const Growth growth = growth_since(&evidence->base, now);
    const LossCount *lost = &verdict->lost;
    const uint64_t missing = lost->missing + lost->own_missing;
    g_autoptr(GString) text = g_string_new(NULL);

    verdict->cause = cause_of(&growth, now, lost);
    if (missing > 0)
        say_number(text, missing, "packet");
    g_string_append(text, missing > 0 ? " missing; " : "Packets out of order; ");
    say_cause(text, verdict->cause, &growth, now);
    say_strain(text, evidence->late_us, growth.steal);
    if (g_strcmp0(verdict->text, text->str) == 0)
        return false;
    g_strlcpy(verdict->text, text->str, sizeof verdict->text);
    return true;
}

/* The newest sample that is LOSS_AROUND_US old, or the oldest. There is one. */
static const LossSample *
sample_before(const LossEvidence *evidence, MonoUs now_us)
{
    unsigned i = evidence->n_samples - 1;

    while (i > 0 && now_us - evidence->samples[i].at_us < LOSS_AROUND_US)
        i--;
    return &evidence->samples[i];
}

static void
keep_sample(LossEvidence *evidence, const LossSample *sample)
{
    if (evidence->n_samples == LOSS_SAMPLES) {
        evidence->n_samples--;
        memmove(evidence->samples, evidence->samples + 1,
                evidence->n_samples * sizeof evidence->samples[0]);
    }
    evidence->samples[evidence->n_samples++] = *sample;
}

static LossCount
count_since(const LossCount *before, const LossCount *now)
{
    return (LossCount){
        .errors = grown(before->errors, now->errors),
        .missing = grown(before->missing, now->missing),
        .own_missing = grown(before->own_missing, now->own_missing),
    };
}

static void
add_count(LossCount *sum, const LossCount *more)
{
    sum->errors += more->errors;
    sum->missing += more->missing;
    sum->own_missing += more->own_missing;
}

/* The latest turn since the base of the loss. */
static int64_t
late_since_base(const LossEvidence *evidence)
{
    int64_t late_us = 0;

    for (unsigned i = 0; i < evidence->n_samples; i++) {
        if (evidence->samples[i].at_us > evidence->base.at_us)
            late_us = MAX(late_us, evidence->samples[i].late_us);
    }
    return late_us;
}

/* A loss begins, or the one that is open grows. */
static void
take_loss(LossEvidence *evidence, const LossCount *lost, MonoUs now_us)
{
    if (!evidence->open) {
        evidence->base = *sample_before(evidence, now_us);
        evidence->late_us = late_since_base(evidence);
        evidence->verdict =
            (LossVerdict){.from_us = evidence->samples[evidence->n_samples - 1].at_us};
        evidence->open = true;
    }
    add_count(&evidence->verdict.lost, lost);
    evidence->verdict.until_us = now_us;
    evidence->last_us = now_us;
}

static bool
is_over(const LossEvidence *evidence, bool grew, MonoUs now_us)
{
    if (grew)
        return now_us - evidence->verdict.from_us > LOSS_SPAN_US;
    return now_us - evidence->last_us > LOSS_AROUND_US;
}

bool
loss_evidence_step(LossEvidence *evidence, const LossSample *sample, const LossCount *count)
{
    const LossCount lost = count_since(&evidence->seen, count);
    const bool grew = evidence->n_samples > 0 && lost.errors + lost.own_missing > 0;
    bool changed = false;

    evidence->seen = *count;
    if (is_over(evidence, grew, sample->at_us))
        evidence->open = false;
    if (grew)
        take_loss(evidence, &lost, sample->at_us);
    keep_sample(evidence, sample);
    if (!evidence->open)
        return false;
    evidence->late_us = MAX(evidence->late_us, sample->late_us);
    changed = judge(evidence, sample) || grew;
    if (grew && evidence->verdict.cause == CAUSE_MONITOR) {
        evidence->of_monitor.errors += lost.errors;
        evidence->of_monitor.missing += lost.missing;
    }
    return changed;
}
