/* One line a flow; a star stands at the one that is taken without --flow. */
#include "pipelines/probe/report-flows.h"

#include <inttypes.h>

#include "pipelines/probe/capture-link.h"
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/text-columns.h"

static const char *
kind_of(const CaptureFlow *flow)
{
    if (flow->ts_datagrams == 0)
        return "other";
    return flow->rtp_datagrams * 2 > flow->ts_datagrams ? "TS in RTP" : "TS";
}

/* By arrival, of all its payload. 0: not known */
static double
rate_bps(const CaptureFlow *flow)
{
    const double time_us = (double)(flow->last_us - flow->first_us);
    const double datagrams = (double)flow->datagrams;

    if (time_us <= 0 || flow->datagrams < 2)
        return 0;
    return (double)flow->bytes * 8 * (datagrams - 1) / datagrams * (double)US_PER_SECOND / time_us;
}

static void
sender_text(const CaptureSender *sender, char *ret_text)
{
    const CaptureFlowKey key = {sender->address, sender->port};

    capture_flow_key_text(&key, ret_text);
}

static void
add_flow(GString *text, const CaptureFlow *flow, bool best)
{
    char to[CAPTURE_FLOW_TEXT], from[CAPTURE_FLOW_TEXT];
    const double rate = rate_bps(flow);

    capture_flow_key_text(&flow->key, to);
    sender_text(&flow->senders[0], from);
    g_string_append(text, best ? "* " : "  ");
    text_columns_append(text, (int)MAX(21, text_columns(to)), to);
    g_string_append_c(text, ' ');
    text_columns_append(text, (int)MAX(21, text_columns(from)), from);
    if (flow->vlan == CAPTURE_NO_VLAN)
        g_string_append(text, "    -");
    else
        g_string_append_printf(text, " %4d", flow->vlan);
    g_string_append_printf(text, "  %-9s %9" PRIu64, kind_of(flow), flow->datagrams);
    if (rate > 0)
        g_string_append_printf(text, " %9.3f", rate / 1e6);
    else
        g_string_append(text, "         -");
    if (flow->n_senders > 1)
        g_string_append_printf(text, "  %s%zu senders",
                               flow->n_senders > CAPTURE_SOURCES_MAX ? "over " : "",
                               MIN(flow->n_senders, CAPTURE_SOURCES_MAX));
    g_string_append_c(text, '\n');
}

char *
report_flows_text(const CaptureContents *contents)
{
    GString *text = g_string_new(NULL);
    const CaptureFlow *best = capture_flows_best(contents->flows);
    const size_t count = capture_flows_count(contents->flows);

    g_string_append_printf(text, "%" PRIu64 " packets, %zu UDP flows\n", contents->packets, count);
    if (count > 0)
        g_string_append(text, "  To                    From                  VLAN  Content   "
                              "Datagrams      Mb/s\n");
    for (size_t i = 0; i < count; i++) {
        const CaptureFlow *flow = capture_flows_at(contents->flows, i);

        add_flow(text, flow, flow == best);
    }
    return g_string_free(text, FALSE);
}

static void
put_senders(JsonBuilder *json, const CaptureFlow *flow)
{
    json_begin_member_array(json, "senders");
    for (size_t i = 0; i < MIN(flow->n_senders, CAPTURE_SOURCES_MAX); i++) {
        char text[CAPTURE_FLOW_TEXT];

        sender_text(&flow->senders[i], text);
        json_builder_add_string_value(json, text);
    }
    json_builder_end_array(json);
}

static void
put_flow(JsonBuilder *json, const CaptureFlow *flow, bool best)
{
    char text[CAPTURE_FLOW_TEXT];
    const double rate = rate_bps(flow);

    capture_flow_key_text(&flow->key, text);
    json_builder_begin_object(json);
    json_put_string(json, "flow", text);
    put_senders(json, flow);
    json_put_known_int(json, "vlan", flow->vlan != CAPTURE_NO_VLAN, flow->vlan);
    json_put_string(json, "content", kind_of(flow));
    json_put_count(json, "datagrams", flow->datagrams);
    json_put_count(json, "bytes", flow->bytes);
    json_put_count(json, "ts_datagrams", flow->ts_datagrams);
    json_put_count(json, "rtp_datagrams", flow->rtp_datagrams);
    json_put_known_int(json, "bitrate_bps", rate > 0, (gint64)rate);
    json_put_bool(json, "taken", best);
    json_builder_end_object(json);
}

char *
report_flows_json(const CaptureContents *contents)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    const CaptureFlow *best = capture_flows_best(contents->flows);

    json_builder_begin_object(json);
    json_put_count(json, "packets", contents->packets);
    json_begin_member_array(json, "flows");
    for (size_t i = 0; i < capture_flows_count(contents->flows); i++) {
        const CaptureFlow *flow = capture_flows_at(contents->flows, i);

        put_flow(json, flow, flow == best);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);

    return g_strconcat(text, "\n", NULL);
}
