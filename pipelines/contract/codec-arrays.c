/* The report's lists to variants.
 *
 * All their entries have a fixed size, so that a list is one block of memory: as it stands on the
 * wire, in the byte order of this machine, padding zero. A builder would take hundreds of
 * allocations a report. */
#include "pipelines/contract/codec-part.h"

typedef struct {
    guint16 metric;
    guint8 padding[6];
    gdouble value;
} WireMetric; /* (qd) */

typedef struct {
    guint16 fault;
    guint8 active;
    guint8 padding[5];
    gint64 since_us;
    gdouble value;
} WireFault; /* (qbxd) */

typedef struct {
    guint16 pid;
    guint8 stream_type;
    guint8 padding[5];
    guint64 packets;
    guint64 cc_errors;
    guint32 bitrate_bps;
    guint8 padding_after[4];
} WirePid; /* (qyttu) */

typedef struct {
    guint8 indicator;
    guint8 active;
    guint8 padding[6];
    guint64 count;
    gint64 last_us;
} WireIndicator; /* (ybtx) */

typedef struct {
    guint8 check;
    guint8 padding[7];
    gint64 resolution_us;
    gint64 looked_us;
} WireCheck; /* (yxx) */

G_STATIC_ASSERT(sizeof(WireMetric) == 16);
G_STATIC_ASSERT(sizeof(WireFault) == 24);
G_STATIC_ASSERT(sizeof(WirePid) == 32);
G_STATIC_ASSERT(sizeof(WireIndicator) == 24);
G_STATIC_ASSERT(sizeof(WireCheck) == 24);

/* @type: of one entry. Returns: (transfer full): floating */
static GVariant *
list_of(const char *type, const void *entries, size_t n, size_t entry_size)
{
    return g_variant_new_fixed_array(G_VARIANT_TYPE(type), entries, n, entry_size);
}

GVariant *
codec_metrics_to_variant(const MetricValue *metrics, size_t n_metrics)
{
    g_autofree WireMetric *wire = g_new0(WireMetric, n_metrics);

    for (size_t i = 0; i < n_metrics; i++) {
        wire[i].metric = metrics[i].metric;
        wire[i].value = metrics[i].value;
    }
    return list_of("(qd)", wire, n_metrics, sizeof *wire);
}

GVariant *
codec_faults_to_variant(const FaultState *faults, size_t n_faults)
{
    g_autofree WireFault *wire = g_new0(WireFault, n_faults);

    for (size_t i = 0; i < n_faults; i++) {
        wire[i].fault = faults[i].fault;
        wire[i].active = faults[i].active;
        wire[i].since_us = faults[i].since_us;
        wire[i].value = faults[i].value;
    }
    return list_of("(qbxd)", wire, n_faults, sizeof *wire);
}

GVariant *
codec_pids_to_variant(const PidReport *pids, size_t n_pids)
{
    g_autofree WirePid *wire = g_new0(WirePid, n_pids);

    for (size_t i = 0; i < n_pids; i++) {
        wire[i].pid = pids[i].pid;
        wire[i].stream_type = pids[i].stream_type;
        wire[i].packets = pids[i].packets;
        wire[i].cc_errors = pids[i].cc_errors;
        wire[i].bitrate_bps = pids[i].bitrate_bps;
    }
    return list_of("(qyttu)", wire, n_pids, sizeof *wire);
}

GVariant *
codec_indicators_to_variant(const IndicatorReport *indicators, size_t n_indicators)
{
    g_autofree WireIndicator *wire = g_new0(WireIndicator, n_indicators);

    for (size_t i = 0; i < n_indicators; i++) {
        wire[i].indicator = indicators[i].indicator;
        wire[i].active = indicators[i].active;
        wire[i].count = indicators[i].count;
        wire[i].last_us = indicators[i].last_us;
    }
    return list_of("(ybtx)", wire, n_indicators, sizeof *wire);
}

GVariant *
codec_checks_to_variant(const ChannelReport *channel)
{
    g_autofree WireCheck *wire = g_new0(WireCheck, channel->n_checks);

    for (size_t i = 0; i < channel->n_checks; i++) {
        wire[i].check = channel->checks[i].check;
        wire[i].resolution_us = channel->checks[i].resolution_us;
        wire[i].looked_us = channel->checks[i].looked_us;
    }
    return list_of("(yxx)", wire, channel->n_checks, sizeof *wire);
}
