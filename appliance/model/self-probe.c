/* One run after the other; time is an argument. */
#include "appliance/model/self-probe.h"

#include <glib.h>

#define SECONDS(us) ((double)(us) / (double)US_PER_SECOND)

void
self_probe_init(SelfProbe *probe, int64_t every_us, MonoUs now_us)
{
    *probe = (SelfProbe){.every_us = every_us,
                         .since_us = now_us,
                         .next_us = now_us,
                         .to_journal_us = -1,
                         .to_receiver_us = -1};
}

bool
self_probe_sends(const SelfProbe *probe)
{
    return probe->phase != SELF_PROBE_SILENT && probe->phase != SELF_PROBE_RAISED;
}

static void
enter(SelfProbe *probe, SelfProbePhase phase, MonoUs now_us)
{
    probe->phase = phase;
    probe->since_us = now_us;
}

static void
end_run(SelfProbe *probe, SelfProbeVerdict verdict, MonoUs now_us)
{
    probe->verdict = verdict;
    probe->ended_us = now_us;
    probe->runs++;
    probe->failures += verdict == SELF_PROBE_FAILED;
    probe->next_us = now_us + probe->every_us;
}

static void
fail(SelfProbe *probe, const char *what, MonoUs now_us)
{
    g_snprintf(probe->text, sizeof probe->text, "%s within %.0f s", what,
               SECONDS(SELF_PROBE_PATIENCE_US));
    end_run(probe, SELF_PROBE_FAILED, now_us);
}

void
self_probe_channel(SelfProbe *probe, bool good, MonoUs now_us)
{
    if (good && probe->phase == SELF_PROBE_WARMING)
        enter(probe, SELF_PROBE_RESTING, now_us);
    else if (!good && probe->phase == SELF_PROBE_RESTING)
        enter(probe, SELF_PROBE_WARMING, now_us);
}

void
self_probe_stopped(SelfProbe *probe, MonoUs at_us)
{
    if (probe->phase == SELF_PROBE_SILENT)
        probe->silent_us = at_us;
}

void
self_probe_raised(SelfProbe *probe, MonoUs now_us)
{
    if (probe->phase != SELF_PROBE_SILENT)
        return;
    probe->to_journal_us = now_us - probe->silent_us;
    enter(probe, SELF_PROBE_RAISED, now_us);
}

void
self_probe_received(SelfProbe *probe, MonoUs now_us)
{
    if (probe->phase != SELF_PROBE_RAISED)
        return;
    probe->to_receiver_us = now_us - probe->silent_us;
    const bool slow = probe->to_receiver_us > SELF_PROBE_SLOW_US;

    g_snprintf(probe->text, sizeof probe->text,
               "An alarm took %.2f s from the wire to the journal and %.2f s to a receiver",
               SECONDS(probe->to_journal_us), SECONDS(probe->to_receiver_us));
    end_run(probe, slow ? SELF_PROBE_SLOW : SELF_PROBE_PASSED, now_us);
    enter(probe, SELF_PROBE_MENDING, now_us);
}

void
self_probe_cleared(SelfProbe *probe, MonoUs now_us)
{
    if (probe->phase == SELF_PROBE_MENDING)
        enter(probe, SELF_PROBE_RESTING, now_us);
}

static bool
is_late(const SelfProbe *probe, MonoUs now_us)
{
    return now_us - probe->since_us >= SELF_PROBE_PATIENCE_US;
}

static void
begin_run(SelfProbe *probe, MonoUs now_us)
{
    probe->to_journal_us = probe->to_receiver_us = -1;
    probe->silent_us = now_us;
    enter(probe, SELF_PROBE_SILENT, now_us);
}

bool
self_probe_step(SelfProbe *probe, MonoUs now_us)
{
    const SelfProbePhase before = probe->phase;
    const uint64_t runs = probe->runs;

    switch (probe->phase) {
    case SELF_PROBE_RESTING:
        if (now_us >= probe->next_us)
            begin_run(probe, now_us);
        break;
    case SELF_PROBE_WARMING:
        if (!is_late(probe, now_us))
            break;
        fail(probe, "The probe's own channel is not measured as good", now_us);
        probe->since_us = now_us;
        break;
    case SELF_PROBE_SILENT:
        if (!is_late(probe, now_us))
            break;
        fail(probe, "The probe's channel fell silent, and no alarm stood in the journal", now_us);
        enter(probe, SELF_PROBE_WARMING, now_us);
        break;
    case SELF_PROBE_RAISED:
        if (!is_late(probe, now_us))
            break;
        fail(probe, "The probe's alarm stood, and its message did not arrive", now_us);
        enter(probe, SELF_PROBE_WARMING, now_us);
        break;
    case SELF_PROBE_MENDING:
        if (!is_late(probe, now_us))
            break;
        fail(probe, "The probe's channel is back, and its alarm did not clear", now_us);
        enter(probe, SELF_PROBE_WARMING, now_us);
        break;
    }
    return probe->phase != before || probe->runs != runs;
}

MonoUs
self_probe_deadline_us(const SelfProbe *probe)
{
    return probe->phase == SELF_PROBE_RESTING ? probe->next_us
                                              : probe->since_us + SELF_PROBE_PATIENCE_US;
}

bool
self_probe_is_faulty(const SelfProbe *probe)
{
    return probe->verdict == SELF_PROBE_SLOW || probe->verdict == SELF_PROBE_FAILED;
}

const char *
self_probe_verdict_name(SelfProbeVerdict verdict)
{
    static const char *const names[] = {[SELF_PROBE_UNKNOWN] = "unknown",
                                        [SELF_PROBE_PASSED] = "passed",
                                        [SELF_PROBE_SLOW] = "slow",
                                        [SELF_PROBE_FAILED] = "failed"};

    return (unsigned)verdict < G_N_ELEMENTS(names) ? names[verdict] : "unknown";
}
