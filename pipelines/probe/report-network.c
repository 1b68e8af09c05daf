/* What happened before the stream was one: datagrams and RTP. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"

char *
report_network_line(const ProbeSession *session)
{
    const RtpReceiver *rtp = &session->rtp.receiver;

    if (session->datagrams == 0)
        return NULL;
    if (!session->is_rtp)
        return g_strdup_printf("UDP %" G_GUINT64_FORMAT " datagrams", session->datagrams);
    return g_strdup_printf("RTP %" G_GUINT64_FORMAT " received  %" G_GUINT64_FORMAT
                           " lost  %" G_GUINT64_FORMAT " late  %" G_GUINT64_FORMAT " doubled",
                           rtp->received, rtp->lost, rtp->reordered, rtp->duplicates);
}

void
report_json_network(JsonBuilder *json, const ProbeSession *session)
{
    const RtpReceiver *rtp = &session->rtp.receiver;

    if (!session->is_rtp) {
        json_put_null(json, "rtp");
        return;
    }
    json_begin_member_object(json, "rtp");
    json_put_count(json, "received", rtp->received);
    json_put_count(json, "lost", rtp->lost);
    json_put_count(json, "reordered", rtp->reordered);
    json_put_count(json, "duplicates", rtp->duplicates);
    json_put_count(json, "restarts", rtp->restarts);
    json_put_count(json, "malformed", rtp->malformed);
    json_builder_end_object(json);
}

void
report_text_network(GString *text, const ProbeSession *session)
{
    g_autofree char *line = report_network_line(session);

    if (line)
        g_string_append_printf(text, "\nNetwork\n  %s\n", line);
}
