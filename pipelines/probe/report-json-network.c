/* Datagrams, RTP, FEC and legs. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"

static void
put_change(JsonBuilder *json, const char *name, const IpChange *change)
{
    json_begin_member_object(json, name);
    json_put_known_int(json, "value", change->known, change->to);
    json_put_count(json, "changes", change->count);
    json_put_known_int(json, "before", change->count > 0, change->from);
    json_builder_end_object(json);
}

static void
put_senders(JsonBuilder *json, const ProbeSession *session, const IpLegFigures *leg)
{
    json_begin_member_array(json, "senders");
    for (unsigned i = 0; i < leg->n_senders; i++) {
        const IpSender *sender = &leg->senders[i];
        char source[IP_SOURCE_TEXT_MAX];

        ip_source_text(&sender->address, source, sizeof source);
        json_builder_begin_object(json);
        json_put_string(json, "address", source);
        json_put_count(json, "datagrams", sender->datagrams);
        json_put_known_double(json, "first_seconds", session->clock_known,
                              (double)(sender->first_us - session->first_us) / 1e6);
        json_put_known_double(json, "last_seconds", session->clock_known,
                              (double)(sender->last_us - session->first_us) / 1e6);
        json_put_known_int(json, "dscp", sender->header_known, sender->tos >> 2);
        json_put_known_int(json, "ttl", sender->header_known, sender->ttl);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_put_bool(json, "two_senders_now", leg->second < IP_SENDERS_MAX);
}

static void
put_arrival(JsonBuilder *json, const ArrivalFigures *arrival)
{
    const bool known = arrival->intervals > 0;

    json_begin_member_object(json, "inter_arrival");
    json_put_known_ms(json, "max_ms", known, arrival->max_us);
    json_put_known_double(json, "p99_ms", known, arrival->p99_us / 1e3);
    json_put_count(json, "over_25_ms", arrival->above_warn);
    json_put_count(json, "over_50_ms", arrival->above_error);
    json_begin_member_array(json, "histogram");
    for (unsigned i = 0; i < ARRIVAL_BINS; i++) {
        const int64_t bound_us = arrival_bin_bound_us(i);

        json_builder_begin_object(json);
        json_put_known_ms(json, "below_ms", bound_us != US_NEVER, bound_us);
        json_put_count(json, "count", arrival->bins[i]);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
put_mdi(JsonBuilder *json, const MdiFigures *mdi)
{
    json_begin_member_object(json, "mdi");
    json_put_known_double(json, "df_ms", mdi->known, mdi->df_ms);
    json_put_known_double(json, "df_max_ms", mdi->known, mdi->df_max_ms);
    json_put_known_double(json, "mlr", mdi->known, mdi->mlr);
    json_put_known_double(json, "mlr_max", mdi->known, mdi->mlr_max);
    json_put_known_double(json, "media_rate_bps", mdi->known, mdi->rate_bps);
    json_put_bool(json, "media_rate_by_pcr", mdi->rate_nominal);
    json_builder_end_object(json);
}

/* The members of RTP itself, into the object that is open. */
static void
put_rtp(JsonBuilder *json, const IpLegFigures *leg)
{
    json_put_count(json, "received", leg->received);
    json_put_count(json, "lost", leg->lost);
    json_put_count(json, "reordered", leg->reordered);
    json_put_count(json, "late", leg->late);
    json_put_count(json, "duplicates", leg->duplicates);
    json_put_count(json, "restarts", leg->restarts);
    json_put_count(json, "malformed", leg->malformed);
    json_put_count(json, "foreign", leg->foreign);
    json_put_count(json, "bursts", leg->bursts);
    json_put_count(json, "burst_max", leg->burst_max);
    json_put_known_double(json, "jitter_ms", leg->clock_steady, leg->jitter_us / 1e3);
    json_put_known_double(json, "jitter_max_ms", leg->clock_steady, leg->jitter_max_us / 1e3);
    put_change(json, "ssrc", &leg->ssrc);
    put_change(json, "payload_type", &leg->payload_type);
}

static void
put_legs(JsonBuilder *json, const ProbeSession *session, const IpFigures *figures)
{
    json_begin_member_array(json, "legs");
    for (unsigned i = 0; i < IP_LEGS && figures->legs[i].expected; i++) {
        const IpLegFigures *leg = &figures->legs[i];

        json_builder_begin_object(json);
        json_put_bool(json, "absent", leg->absent);
        json_put_count(json, "datagrams", leg->datagrams);
        json_put_count(json, "bytes", leg->bytes);
        json_put_count(json, "duplicates", leg->duplicates);
        put_senders(json, session, leg);
        put_change(json, "dscp", &leg->dscp);
        put_change(json, "ttl", &leg->ttl);
        put_arrival(json, &leg->arrival);
        put_mdi(json, &leg->mdi);
        if (figures->is_rtp) {
            json_begin_member_object(json, "rtp");
            put_rtp(json, leg);
            json_builder_end_object(json);
        }
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_fec(JsonBuilder *json, const IpFecFigures *fec)
{
    if (fec->received[0] + fec->received[1] == 0) {
        json_put_null(json, "fec");
        return;
    }
    json_begin_member_object(json, "fec");
    json_put_known_int(json, "columns", fec->columns > 0, fec->columns);
    json_put_known_int(json, "rows", fec->rows > 0, fec->rows);
    json_put_count(json, "received_column", fec->received[0]);
    json_put_count(json, "received_row", fec->received[1]);
    json_put_count(json, "lost_column", fec->lost[0]);
    json_put_count(json, "lost_row", fec->lost[1]);
    json_put_count(json, "recovered", fec->recovered);
    json_put_count(json, "unrecovered", fec->unrecovered);
    json_put_count(json, "malformed", fec->malformed);
    json_builder_end_object(json);
}

static void
put_skew(JsonBuilder *json, const IpFigures *figures)
{
    const IpSkewFigures *skew = &figures->skew;

    if (!figures->legs[1].expected) {
        json_put_null(json, "skew");
        return;
    }
    json_begin_member_object(json, "skew");
    json_put_string(json, "class", report_skew_class(skew->skew_class));
    json_put_count(json, "pairs", skew->pairs);
    json_put_count(json, "mismatched", skew->mismatched);
    json_put_known_ms(json, "ever_max_ms", skew->pairs > 0, skew->ever_max_us);
    json_builder_end_object(json);
}

/* "rtp" is what a receiver of the first leg saw; "network" has all legs, and what repair left. */
void
report_json_network(JsonBuilder *json, const ProbeSession *session)
{
    g_autofree IpFigures *figures = report_network(session);

    if (session->datagrams == 0 || !figures->is_rtp) {
        json_put_null(json, "rtp");
    } else {
        json_begin_member_object(json, "rtp");
        put_rtp(json, &figures->legs[0]);
        json_builder_end_object(json);
    }
    if (session->datagrams == 0) {
        json_put_null(json, "network");
        return;
    }
    json_begin_member_object(json, "network");
    put_legs(json, session, figures);
    put_fec(json, &figures->fec);
    put_skew(json, figures);
    json_put_known_int(json, "lost_after_repair", figures->is_rtp, (gint64)figures->lost);
    json_put_count(json, "own_drops", session->own_drops);
    json_builder_end_object(json);
}
