/* The fill is kept relative to the begin of the interval; only its extremes are remembered. */
#include "pipelines/ts/mdi.h"

#define BITS_PER_BYTE 8.0

void
mdi_set_rate_bps(Mdi *mdi, double rate_bps)
{
    mdi->nominal_bps = rate_bps > 0 ? rate_bps : 0;
}

void
mdi_set_bad(Mdi *mdi, uint64_t packets)
{
    mdi->bad = packets;
}

static double
seconds(MonoUs from_us, MonoUs to_us)
{
    return (double)(to_us - from_us) / (double)US_PER_SECOND;
}

static void
report_loss(Mdi *mdi, MonoUs now_us)
{
    /* More than one period if nobody looked: the mean over all of them. */
    const double span = seconds(mdi->end_us - MDI_INTERVAL_US, now_us);
    const uint64_t bad = mdi->bad > mdi->bad_before ? mdi->bad - mdi->bad_before : 0;

    mdi->figures.mlr = (double)bad / (span > 1 ? span : 1);
    if (mdi->figures.mlr > mdi->figures.mlr_max)
        mdi->figures.mlr_max = mdi->figures.mlr;
}

static void
report_delay(Mdi *mdi)
{
    MdiFigures *figures = &mdi->figures;

    figures->known = true;
    figures->rate_bps = mdi->rate_bps;
    figures->rate_nominal = mdi->rate_nominal;
    figures->df_ms = (mdi->high - mdi->low) * BITS_PER_BYTE / mdi->rate_bps * 1000;
    if (figures->df_ms > figures->df_max_ms)
        figures->df_max_ms = figures->df_ms;
}

/* The next interval begins just after the last datagram. */
static void
begin(Mdi *mdi, MonoUs now_us)
{
    const double span = seconds(mdi->start_us, mdi->last_us);
    const bool measured = !mdi->tainted && mdi->bytes > 0 && span > 0;

    if (mdi->nominal_bps > 0)
        mdi->rate_bps = mdi->nominal_bps;
    else if (measured)
        mdi->rate_bps = (double)mdi->bytes * BITS_PER_BYTE / span;
    mdi->rate_nominal = mdi->nominal_bps > 0;
    mdi->start_us = mdi->last_us;
    mdi->bytes = 0;
    mdi->low = 0;
    mdi->high = 0;
    mdi->bad_before = mdi->bad;
    mdi->tainted = false;
    mdi->end_us = now_us - now_us % MDI_INTERVAL_US + MDI_INTERVAL_US;
}

void
mdi_tick(Mdi *mdi, MonoUs now_us)
{
    if (mdi->end_us == 0 || now_us < mdi->end_us)
        return;
    if (!mdi->tainted) {
        report_loss(mdi, now_us);
        if (mdi->bytes > 0 && mdi->rate_bps > 0)
            report_delay(mdi);
    }
    begin(mdi, now_us);
}

void
mdi_push(Mdi *mdi, uint64_t size, MonoUs arrival_us)
{
    if (mdi->end_us == 0) {
        mdi->last_us = arrival_us;
        begin(mdi, arrival_us);
        return;
    }
    mdi_tick(mdi, arrival_us);
    const double drained = seconds(mdi->start_us, arrival_us) * mdi->rate_bps / BITS_PER_BYTE;
    const double before = (double)mdi->bytes - drained;

    mdi->bytes += size;
    if (before < mdi->low)
        mdi->low = before;
    if (before + (double)size > mdi->high)
        mdi->high = before + (double)size;
    mdi->last_us = arrival_us;
}

void
mdi_clock_jumped(Mdi *mdi)
{
    mdi->tainted = true;
    mdi->end_us = 0;
}
