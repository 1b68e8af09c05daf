/* What happened before the stream was one, for people. */
#include "pipelines/probe/report-parts.h"

static const char *
arrival_state(ArrivalState state)
{
    switch (state) {
    case ARRIVAL_ERROR:
        return "  ERROR";
    case ARRIVAL_WARNING:
        return "  warning";
    case ARRIVAL_GOOD:
    case ARRIVAL_UNKNOWN:
        return "";
    }
    return "";
}

const char *
report_skew_class(IpSkewClass skew_class)
{
    switch (skew_class) {
    case IP_SKEW_D:
        return "D";
    case IP_SKEW_A:
        return "A";
    case IP_SKEW_B:
        return "B";
    case IP_SKEW_C:
        return "C";
    case IP_SKEW_BEYOND:
        return "beyond C";
    case IP_SKEW_UNKNOWN:
        return NULL;
    }
    return NULL;
}

IpFigures *
report_network(const ProbeSession *session)
{
    IpFigures *figures = g_new0(IpFigures, 1);

    ip_flow_figures(session->network, session->tick_us, figures);
    return figures;
}

static void
add_line_of_leg(GString *text, const IpLegFigures *leg, bool is_rtp)
{
    if (is_rtp)
        g_string_append_printf(text,
                               "%" G_GUINT64_FORMAT " lost  %" G_GUINT64_FORMAT
                               " late  %" G_GUINT64_FORMAT " doubled  jitter %.2f ms",
                               leg->lost, leg->reordered, leg->duplicates, leg->jitter_us / 1e3);
    else
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " datagrams", leg->datagrams);
    if (leg->mdi.known)
        g_string_append_printf(text, "  MDI %.1f:%.0f", leg->mdi.df_ms, leg->mdi.mlr);
    if (leg->arrival.intervals > 0)
        g_string_append_printf(text, "  gap %.1f ms", (double)leg->arrival.max_us / 1e3);
}

char *
report_network_line(const ProbeSession *session)
{
    if (session->datagrams == 0)
        return NULL;
    GString *text = g_string_new(NULL);
    g_autofree IpFigures *figures = report_network(session);

    g_string_append(text, figures->is_rtp ? "RTP " : "UDP ");
    for (unsigned i = 0; i < IP_LEGS && figures->legs[i].expected; i++) {
        if (i > 0)
            g_string_append(text, "  |  ");
        add_line_of_leg(text, &figures->legs[i], figures->is_rtp);
    }
    if (figures->fec.present)
        g_string_append_printf(text, "  FEC +%" G_GUINT64_FORMAT " -%" G_GUINT64_FORMAT,
                               figures->fec.recovered, figures->fec.unrecovered);
    return g_string_free(text, FALSE);
}

static void
add_change(GString *text, const ProbeSession *session, const char *name, const IpChange *change)
{
    char time[REPORT_TIME_MAX];

    if (change->count == 0)
        return;
    report_time(session, change->at_us, time);
    g_string_append_printf(text,
                           "  %s changed %" G_GUINT64_FORMAT " times, last at %s from %u to %u\n",
                           name, change->count, time, change->from, change->to);
}

static void
add_senders(GString *text, const ProbeSession *session, const IpLegFigures *leg)
{
    for (unsigned i = 0; i < leg->n_senders; i++) {
        const IpSender *sender = &leg->senders[i];
        char source[IP_SOURCE_TEXT_MAX], first[REPORT_TIME_MAX], last[REPORT_TIME_MAX];

        ip_source_text(&sender->address, source, sizeof source);
        report_time(session, sender->first_us, first);
        report_time(session, sender->last_us, last);
        g_string_append_printf(text, "  from %s, %" G_GUINT64_FORMAT " datagrams, %s to %s", source,
                               sender->datagrams, first, last);
        if (sender->header_known)
            g_string_append_printf(text, ", DSCP %u, TTL %u", sender->tos >> 2, sender->ttl);
        g_string_append_c(text, '\n');
    }
    if (leg->n_senders > 1)
        g_string_append_printf(text, "  %s: more than one sender to this address\n",
                               leg->second < IP_SENDERS_MAX ? "NOW" : "Was");
}

static void
add_rtp(GString *text, const ProbeSession *session, const IpLegFigures *leg)
{
    g_string_append_printf(text,
                           "  RTP received %" G_GUINT64_FORMAT ", lost %" G_GUINT64_FORMAT
                           " (longest gap %u), reordered %" G_GUINT64_FORMAT
                           ", duplicates %" G_GUINT64_FORMAT ", restarts %" G_GUINT64_FORMAT "\n",
                           leg->received, leg->lost, leg->burst_max, leg->reordered,
                           leg->duplicates, leg->restarts);
    if (leg->clock_steady)
        g_string_append_printf(text, "  jitter %.3f ms, at most %.3f ms (RFC 3550)\n",
                               leg->jitter_us / 1e3, leg->jitter_max_us / 1e3);
    if (leg->foreign > 0)
        g_string_append_printf(text, "  %" G_GUINT64_FORMAT " datagrams of another RTP sender\n",
                               leg->foreign);
    add_change(text, session, "SSRC", &leg->ssrc);
    add_change(text, session, "payload type", &leg->payload_type);
}

static void
add_timing(GString *text, const IpLegFigures *leg)
{
    const ArrivalFigures *arrival = &leg->arrival;
    const MdiFigures *mdi = &leg->mdi;

    if (mdi->known)
        g_string_append_printf(text,
                               "  MDI (RFC 4445) %.1f:%.0f, at most %.1f:%.0f, at %.3f Mb/s %s\n",
                               mdi->df_ms, mdi->mlr, mdi->df_max_ms, mdi->mlr_max,
                               mdi->rate_bps / 1e6, mdi->rate_nominal ? "by PCR" : "by arrival");
    if (arrival->intervals > 0)
        g_string_append_printf(
            text,
            "  between datagrams at most %.3f ms, 99 %% below %.3f ms; over 25 ms "
            "%" G_GUINT64_FORMAT ", over 50 ms %" G_GUINT64_FORMAT "%s\n",
            (double)arrival->max_us / 1e3, arrival->p99_us / 1e3, arrival->above_warn,
            arrival->above_error, arrival_state(arrival->state));
}

static void
add_leg(GString *text, const ProbeSession *session, const IpFigures *figures, unsigned index)
{
    const IpLegFigures *leg = &figures->legs[index];

    if (figures->legs[1].expected)
        g_string_append_printf(text, "\nNetwork, leg %u%s\n", index + 1,
                               leg->absent ? ": ABSENT" : "");
    else
        g_string_append(text, "\nNetwork\n");
    if (session->is_capture && index == 0) {
        char flow[CAPTURE_FLOW_TEXT];

        capture_flow_key_text(&session->flow.key, flow);
        g_string_append_printf(text, "  to   %s\n", flow);
    }
    add_senders(text, session, leg);
    if (figures->is_rtp)
        add_rtp(text, session, leg);
    add_timing(text, leg);
    add_change(text, session, "DSCP", &leg->dscp);
    add_change(text, session, "TTL", &leg->ttl);
}

static void
add_fec(GString *text, const IpFecFigures *fec)
{
    if (fec->received[0] + fec->received[1] == 0)
        return;
    g_string_append_printf(text,
                           "\nFEC (SMPTE 2022-1), %u columns, %u rows\n"
                           "  received %" G_GUINT64_FORMAT " column, %" G_GUINT64_FORMAT
                           " row; lost %" G_GUINT64_FORMAT " column, %" G_GUINT64_FORMAT " row\n"
                           "  media recovered %" G_GUINT64_FORMAT
                           ", not recovered %" G_GUINT64_FORMAT "\n",
                           fec->columns, fec->rows, fec->received[0], fec->received[1],
                           fec->lost[0], fec->lost[1], fec->recovered, fec->unrecovered);
}

static void
add_skew(GString *text, const IpFigures *figures)
{
    const IpSkewFigures *skew = &figures->skew;
    const char *skew_class = report_skew_class(skew->skew_class);

    if (!figures->legs[1].expected)
        return;
    g_string_append_printf(text,
                           "\nBoth legs (SMPTE 2022-7)\n  lost after merging %" G_GUINT64_FORMAT
                           "; on both %" G_GUINT64_FORMAT ", another stream %" G_GUINT64_FORMAT
                           "\n",
                           figures->lost, skew->pairs, skew->mismatched);
    if (skew->pairs > 0)
        g_string_append_printf(text, "  leg 2 later by at most %.3f ms%s%s\n",
                               (double)skew->ever_max_us / 1e3, skew_class ? ", class " : "",
                               skew_class ? skew_class : "");
}

void
report_text_network(GString *text, const ProbeSession *session)
{
    g_autofree IpFigures *figures = report_network(session);

    if (session->datagrams == 0)
        return;
    for (unsigned i = 0; i < IP_LEGS && figures->legs[i].expected; i++)
        add_leg(text, session, figures, i);
    add_fec(text, &figures->fec);
    add_skew(text, figures);
    if (session->own_drops > 0)
        g_string_append_printf(text, "\n  lost by this machine itself %" G_GUINT64_FORMAT "\n",
                               session->own_drops);
}
