/* The worker protocol: what is said arrives as it was said, and nothing else gets in. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"

static Message *
there_and_back(const Message *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) datagram = message_encode(message, &error);

    g_assert_no_error(error);
    Message *read =
        message_decode(g_bytes_get_data(datagram, NULL), g_bytes_get_size(datagram), &error);

    g_assert_no_error(error);
    g_assert_cmpuint(read->kind, ==, message->kind);
    g_assert_cmpuint(read->sequence, ==, message->sequence);
    return read;
}

static void
assert_refused(const void *data, size_t size, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(message_decode(data, size, &error));
    g_assert_error(error, GANTRY_ERROR, code);
}

static const IndicatorReport indicators[] = {
    {.indicator = 1},
    {.indicator = 5, .active = true, .count = 3, .last_us = 4},
};

static Message
small_report(ChannelReport *channel, FaultState *fault, MetricValue *metric, PidReport *pid)
{
    *fault = (FaultState){.fault = 1, .active = true, .since_us = 77, .value = 0.5};
    *metric = (MetricValue){.metric = 32, .value = 8e6};
    *pid = (PidReport){
        .pid = 0x100, .stream_type = 27, .packets = 9, .cc_errors = 1, .bitrate_bps = 5};
    *channel = (ChannelReport){.channel_id = (char *)"one",
                               .service_id = 4,
                               .depth = 1,
                               .service_name = (char *)"Eins",
                               .video = (char *)"H.264",
                               .faults = fault,
                               .n_faults = 1,
                               .metrics = metric,
                               .n_metrics = 1,
                               .pids = pid,
                               .n_pids = 1,
                               .indicators = (IndicatorReport *)(uintptr_t)indicators,
                               .n_indicators = 2};
    return (Message){.kind = MESSAGE_REPORT,
                     .sequence = 12,
                     .report = {.part = 1,
                                .at_us = 5,
                                .wall_us = 6,
                                .metrics = metric,
                                .n_metrics = 1,
                                .channels = channel,
                                .n_channels = 1}};
}

static void
a_report_arrives_as_it_was_sent(void)
{
    ChannelReport channel;
    FaultState fault;
    MetricValue metric;
    PidReport pid;
    const Message message = small_report(&channel, &fault, &metric, &pid);
    g_autoptr(Message) read = there_and_back(&message);

    g_assert_cmpint(read->report.at_us, ==, 5);
    g_assert_cmpuint(read->report.n_channels, ==, 1);
    const ChannelReport *got = &read->report.channels[0];

    g_assert_cmpstr(got->channel_id, ==, "one");
    g_assert_cmpstr(got->service_name, ==, "Eins");
    g_assert_cmpstr(got->audio, ==, "");
    g_assert_true(got->faults[0].active);
    g_assert_cmpint(got->faults[0].since_us, ==, 77);
    g_assert_cmpfloat(got->metrics[0].value, ==, 8e6);
    g_assert_cmpuint(got->pids[0].packets, ==, 9);
    g_assert_cmpuint(read->report.part, ==, 1);
    g_assert_cmpuint(got->n_indicators, ==, 2);
    g_assert_cmpuint(got->indicators[1].indicator, ==, 5);
    g_assert_true(got->indicators[1].active);
    g_assert_cmpuint(got->indicators[1].count, ==, 3);
    g_assert_cmpint(got->indicators[1].last_us, ==, 4);
}

static void
sound_and_checks_of_a_report_arrive_as_they_were_sent(void)
{
    MetricValue loudness = {.metric = METRIC_LOUDNESS_HOUR, .value = -23.5};
    FaultState silent = {.fault = FAULT_SOUND_STREAM_SILENT, .active = true, .since_us = 4};
    AudioReport audio = {.pid = 0x101,
                         .language = (char *)"deu",
                         .format = (char *)"AC-3 5.1",
                         .faults = &silent,
                         .n_faults = 1,
                         .metrics = &loudness,
                         .n_metrics = 1};
    CheckReport checks[] = {{.check = CHECK_BLACK, .resolution_us = 4 * US_PER_SECOND},
                            {.check = CHECK_SILENCE, .resolution_us = 1, .looked_us = 9}};
    ChannelReport channel;
    FaultState fault;
    MetricValue metric;
    PidReport pid;
    const Message message = small_report(&channel, &fault, &metric, &pid);

    channel.hints = HINT_SILENCE;
    channel.audios = &audio;
    channel.n_audios = 1;
    channel.checks = checks;
    channel.n_checks = 2;
    g_autoptr(Message) read = there_and_back(&message);
    const ChannelReport *got = &read->report.channels[0];

    g_assert_cmpuint(got->hints, ==, HINT_SILENCE);
    g_assert_cmpuint(got->n_audios, ==, 1);
    g_assert_cmpstr(got->audios[0].language, ==, "deu");
    g_assert_cmpuint(got->audios[0].faults[0].fault, ==, FAULT_SOUND_STREAM_SILENT);
    g_assert_cmpfloat(got->audios[0].metrics[0].value, ==, -23.5);
    g_assert_cmpuint(got->n_checks, ==, 2);
    g_assert_cmpint(got->checks[0].resolution_us, ==, 4 * US_PER_SECOND);
    g_assert_cmpint(got->checks[1].looked_us, ==, 9);
}

static void
indicators_out_of_order_are_refused(void)
{
    IndicatorReport wrong[] = {{.indicator = 5}, {.indicator = 5}};
    ChannelReport channel;
    FaultState fault;
    MetricValue metric;
    PidReport pid;
    const Message message = small_report(&channel, &fault, &metric, &pid);
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    channel.indicators = wrong;
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    const void *data = g_bytes_get_data(datagram, &size);
    g_autoptr(Message) read = message_decode(data, size, &error);

    g_assert_null(read);
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

static void
every_other_kind_arrives_as_it_was_sent(void)
{
    ServiceConfig service = {.channel_id = (char *)"two", .service_id = 3, .depth = 2};
    uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xd9};
    const Message messages[] = {
        {.kind = MESSAGE_HELLO,
         .sequence = 1,
         .hello = {.version = 1,
                   .input_id = (char *)"in",
                   .pid = 7,
                   .build = (char *)"0.1",
                   .started_us = 9}},
        {.kind = MESSAGE_CONFIG,
         .sequence = 2,
         .config = {.input_id = (char *)"in",
                    .address = (char *)"udp://@239.0.0.1:5000",
                    .interface = (char *)"lo",
                    .receive_buffer = 1 << 22,
                    .thumbnail_period_ms = 1000,
                    .services = &service,
                    .n_services = 1}},
        {.kind = MESSAGE_EDGE,
         .sequence = 3,
         .edge = {.channel_id = (char *)"two",
                  .state = {.fault = 1, .active = true, .since_us = 3}}},
        {.kind = MESSAGE_THUMBNAIL,
         .sequence = 4,
         .thumbnail = {.channel_id = (char *)"two",
                       .captured_us = 1,
                       .wall_us = 2,
                       .pts = 3,
                       .width = 192,
                       .height = 108,
                       .jpeg = jpeg,
                       .jpeg_size = sizeof jpeg}},
        {.kind = MESSAGE_BYE, .sequence = 5, .bye = {.reason = (char *)"asked to stop"}},
        {.kind = MESSAGE_LEVELS,
         .sequence = 6,
         .levels = {.channel_id = (char *)"two",
                    .stream = 3,
                    .n_channels = 2,
                    .peak_dbfs = {-3, -4},
                    .rms_dbfs = {-20, -21}}},
        {.kind = MESSAGE_FINDING,
         .sequence = 7,
         .finding = {.finding = WIRE_NOTHING, .text = (char *)"no"}},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
        message_free(there_and_back(&messages[i]));
    g_autoptr(Message) levels = there_and_back(&messages[5]);
    g_autoptr(Message) config = there_and_back(&messages[1]);

    g_assert_cmpuint(levels->levels.n_channels, ==, 2);
    g_assert_cmpuint(levels->levels.stream, ==, 3);
    g_assert_cmpfloat(levels->levels.rms_dbfs[1], ==, -21);
    g_assert_cmpstr(config->config.services[0].channel_id, ==, "two");
    g_assert_cmpuint(config->config.receive_buffer, ==, 1 << 22);
}

static void
limits_of_a_channel_arrive_as_they_were_sent(void)
{
    LimitValue limits[] = {{1, 0.9}, {4, -50}};
    ServiceConfig services[] = {
        {(char *)"one", 1, 2, limits, G_N_ELEMENTS(limits)},
        {(char *)"two", 2, 2, NULL, 0},
    };
    Message message = {.kind = MESSAGE_CONFIG,
                       .config = {.input_id = (char *)"in", .services = services, .n_services = 2}};
    g_autoptr(Message) config = there_and_back(&message);
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(config->config.services[0].n_limits, ==, 2);
    g_assert_cmpuint(config->config.services[0].limits[1].limit, ==, 4);
    g_assert_cmpfloat(config->config.services[0].limits[1].value, ==, -50);
    g_assert_cmpuint(config->config.services[1].n_limits, ==, 0);
    limits[1].value = (double)INFINITY;
    g_autoptr(GBytes) bytes = message_encode(&message, &error);

    g_assert_no_error(error);
    g_assert_null(message_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

/* One that a worker of the version before has kept. */
static void
a_configuration_of_version_3_is_still_read_and_has_no_limits(void)
{
    static const char hex[] =
        "474e02005c0000000700000000000000696e7075742d31007564703a2f2f3233392e312e312e"
        "313a35303030006c6f0000093d00e8030000302d310000000000000000000000000000000000"
        "0000000063682d3100000001020563682d320000000000050a14402d2c201d08";
    uint8_t bytes[sizeof hex / 2];
    g_autoptr(GError) error = NULL;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] =
            (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    g_autoptr(Message) config = message_decode(bytes, sizeof bytes, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(config->kind, ==, MESSAGE_CONFIG);
    g_assert_cmpstr(config->config.address, ==, "udp://239.1.1.1:5000");
    g_assert_cmpuint(config->config.n_services, ==, 2);
    g_assert_cmpuint(config->config.services[0].service_id, ==, 256);
    g_assert_cmpuint(config->config.services[0].n_limits, ==, 0);
}

static void
wishes_for_depth_and_pictures_arrive_as_they_were_sent(void)
{
    const Message depth = {.kind = MESSAGE_DEPTH,
                           .depth = {.channel_id = (char *)"two", .depth = DEPTH_FULL}};
    const Message shot = {.kind = MESSAGE_SHOT,
                          .shot = {.channel_id = (char *)"two", .width = SHOT_WIDTH}};
    const Message deeper = {.kind = MESSAGE_DEPTH,
                            .depth = {.channel_id = (char *)"two", .depth = DEPTH_FULL + 1}};
    g_autoptr(Message) read = there_and_back(&depth);
    g_autoptr(Message) wanted = there_and_back(&shot);
    g_autoptr(GBytes) datagram = message_encode(&deeper, NULL);
    gsize size = 0;
    const void *bytes = g_bytes_get_data(datagram, &size);

    g_assert_cmpuint(read->depth.depth, ==, DEPTH_FULL);
    g_assert_cmpuint(wanted->shot.width, ==, SHOT_WIDTH);
    assert_refused(bytes, size, GANTRY_ERROR_INVALID);
}

static void
notes_arrive_as_they_were_sent(void)
{
    StreamNote notes[] = {
        {.number = 1, .kind = NOTE_TABLES, .pid = 256, .pts = PTS90_MODULUS, .text = (char *)"PMT"},
        {.number = 4, .kind = NOTE_SPLICE, .pid = 500, .pts = 90000, .text = (char *)"out"},
    };
    const Message message = {
        .kind = MESSAGE_NOTES,
        .notes = {.channel_id = (char *)"two", .notes = notes, .n_notes = 2},
    };
    g_autoptr(Message) told = there_and_back(&message);

    g_assert_cmpuint(told->notes.n_notes, ==, 2);
    g_assert_cmpuint(told->notes.notes[1].number, ==, 4);
    g_assert_cmpuint(told->notes.notes[1].pts, ==, 90000);
    g_assert_cmpstr(told->notes.notes[1].text, ==, "out");
}

static void
notes_with_a_number_twice_are_refused(void)
{
    StreamNote notes[] = {{.number = 3, .text = (char *)"a"}, {.number = 3, .text = (char *)"b"}};
    const Message message = {
        .kind = MESSAGE_NOTES,
        .notes = {.channel_id = (char *)"two", .notes = notes, .n_notes = 2},
    };
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    gsize size = 0;
    const uint8_t *bytes = g_bytes_get_data(datagram, &size);

    assert_refused(bytes, size, GANTRY_ERROR_INVALID);
}

static Message
small_structure(StructureService *service, ComponentReport *component, TableReport *table)
{
    *service = (StructureService){.service_id = 4, .pmt_pid = 0x100, .name = (char *)"Eins"};
    *component = (ComponentReport){.pid = 0x101,
                                   .stream_type = 27,
                                   .kind = COMPONENT_VIDEO,
                                   .ca = true,
                                   .scrambled = 9,
                                   .codec = (char *)"H.264",
                                   .language = (char *)"deu",
                                   .detail = (char *)""};
    *table = (TableReport){.pid = 0x100,
                           .table_id = 2,
                           .extension = 4,
                           .version = TABLE_NO_VERSION,
                           .sections = 7,
                           .versions = 1,
                           .min_us = 1,
                           .mean_us = 2,
                           .max_us = 3,
                           .last_us = 4};
    return (Message){
        .kind = MESSAGE_STRUCTURE,
        .sequence = 3,
        .structure = {.channel_id = (char *)"one",
                      .at_us = 5,
                      .since_us = 1,
                      .service_id = 4,
                      .pmt_pid = 0x100,
                      .pcr_pid = 0x101,
                      .services = service,
                      .n_services = 1,
                      .components = component,
                      .n_components = 1,
                      .tables = table,
                      .n_tables = 1,
                      .histograms = {{.kind = HISTOGRAM_ARRIVAL,
                                      .n_bins = 3,
                                      .bounds_s = {0.001, 0.01},
                                      .counts = {5, 6, 7}}},
                      .n_histograms = 1},
    };
}

static void
a_structure_arrives_as_it_was_sent(void)
{
    StructureService service;
    ComponentReport component;
    TableReport table;
    const Message message = small_structure(&service, &component, &table);
    g_autoptr(Message) read = there_and_back(&message);
    const MessageStructure *got = &read->structure;

    g_assert_cmpuint(got->pcr_pid, ==, 0x101);
    g_assert_cmpstr(got->services[0].name, ==, "Eins");
    g_assert_cmpstr(got->components[0].language, ==, "deu");
    g_assert_true(got->components[0].ca);
    g_assert_cmpuint(got->components[0].scrambled, ==, 9);
    g_assert_cmpuint(got->tables[0].version, ==, TABLE_NO_VERSION);
    g_assert_cmpint(got->tables[0].max_us, ==, 3);
    g_assert_cmpuint(got->histograms[0].n_bins, ==, 3);
    g_assert_cmpfloat(got->histograms[0].bounds_s[1], ==, 0.01);
    g_assert_cmpuint(got->histograms[0].counts[2], ==, 7);
}

static void
assert_structure_refused(const Message *message)
{
    g_autoptr(GBytes) datagram = message_encode(message, NULL);
    gsize size = 0;
    const uint8_t *bytes = g_bytes_get_data(datagram, &size);

    assert_refused(bytes, size, GANTRY_ERROR_INVALID);
}

static void
a_structure_that_makes_no_sense_or_is_too_long_is_refused(void)
{
    StructureService service;
    ComponentReport component;
    TableReport table;
    Message message = small_structure(&service, &component, &table);

    message.structure.histograms[0].bounds_s[1] = 0.0005; /* they must grow */
    assert_structure_refused(&message);
    message.structure.histograms[0].bounds_s[1] = (double)NAN;
    assert_structure_refused(&message);
    message = small_structure(&service, &component, &table);
    component.pid = 0x2000;
    assert_structure_refused(&message);
    message = small_structure(&service, &component, &table);
    table.mean_us = 4; /* above the greatest */
    assert_structure_refused(&message);
    message = small_structure(&service, &component, &table);
    g_autofree ComponentReport *many = g_new0(ComponentReport, STRUCTURE_COMPONENTS_MAX + 1);

    message.structure.components = many;
    message.structure.n_components = STRUCTURE_COMPONENTS_MAX + 1;
    g_assert_null(message_encode(&message, NULL));
}

static void
a_structure_cut_or_changed_anywhere_is_refused_or_harmless(void)
{
    StructureService service;
    ComponentReport component;
    TableReport table;
    const Message message = small_structure(&service, &component, &table);
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    gsize size = 0;
    const uint8_t *bytes = g_bytes_get_data(datagram, &size);

    for (gsize cut = 0; cut < size; cut++)
        assert_refused(bytes, cut, GANTRY_ERROR_INVALID);
    for (gsize at = 0; at < size * 8; at++) {
        g_autofree uint8_t *changed = g_memdup2(bytes, size);

        changed[at / 8] = (uint8_t)(changed[at / 8] ^ 1u << at % 8);
        message_free(message_decode(changed, size, NULL));
    }
}

static void
a_datagram_cut_or_changed_anywhere_is_refused_or_harmless(void)
{
    ChannelReport channel;
    FaultState fault;
    MetricValue metric;
    PidReport pid;
    const Message message = small_report(&channel, &fault, &metric, &pid);
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    gsize size = 0;
    const uint8_t *bytes = g_bytes_get_data(datagram, &size);

    for (gsize cut = 0; cut < size; cut++)
        assert_refused(bytes, cut, GANTRY_ERROR_INVALID);
    for (gsize at = 0; at < size * 8; at++) {
        g_autofree uint8_t *changed = g_memdup2(bytes, size);

        changed[at / 8] = (uint8_t)(changed[at / 8] ^ 1u << at % 8);
        message_free(message_decode(changed, size, NULL));
    }
}

static void
an_unknown_kind_is_told_apart_so_that_it_can_be_skipped(void)
{
    static const uint8_t newer[16] = {'G', 'N', 0x99, 0};

    assert_refused(newer, sizeof newer, GANTRY_ERROR_NOT_FOUND);
    assert_refused("hello", 5, GANTRY_ERROR_INVALID);
}

static void
what_makes_no_sense_is_refused(void)
{
    const Message bad_slug = {.kind = MESSAGE_EDGE, .edge = {.channel_id = (char *)"../x"}};
    Message edge = {.kind = MESSAGE_EDGE, .sequence = 1, .edge = {.channel_id = (char *)"x"}};
    g_autoptr(GError) error = NULL;

    g_assert_null(message_encode(&bad_slug, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    edge.edge.state.value = (double)NAN;
    g_autoptr(GBytes) not_finite = message_encode(&edge, NULL);

    assert_refused(g_bytes_get_data(not_finite, NULL), g_bytes_get_size(not_finite),
                   GANTRY_ERROR_INVALID);
}

static void
evidence_arrives_as_it_was_sent_and_runs_forwards(void)
{
    const Message message = {.kind = MESSAGE_EVIDENCE,
                             .evidence = {.channel_id = (char *)"two",
                                          .fault = FAULT_CONTINUITY,
                                          .cause = CAUSE_MONITOR,
                                          .from_us = 5,
                                          .until_us = 6,
                                          .text = (char *)"dropped"}};
    g_autoptr(Message) told = there_and_back(&message);

    g_assert_cmpuint(told->evidence.fault, ==, FAULT_CONTINUITY);
    g_assert_cmpuint(told->evidence.cause, ==, CAUSE_MONITOR);
    g_assert_cmpint(told->evidence.until_us, ==, 6);
    g_assert_cmpstr(told->evidence.text, ==, "dropped");
    const Message backwards = {.kind = MESSAGE_EVIDENCE,
                               .evidence = {.channel_id = (char *)"x", .from_us = 2}};
    g_autoptr(GBytes) no_span = message_encode(&backwards, NULL);

    assert_refused(g_bytes_get_data(no_span, NULL), g_bytes_get_size(no_span),
                   GANTRY_ERROR_INVALID);
}

static void
a_thumbnail_above_its_limit_is_refused_when_it_is_sent(void)
{
    g_autofree uint8_t *jpeg = g_malloc0(THUMBNAIL_MAX_BYTES + 1);
    Message message = {.kind = MESSAGE_THUMBNAIL,
                       .thumbnail = {.channel_id = (char *)"x",
                                     .width = 1,
                                     .height = 1,
                                     .jpeg = jpeg,
                                     .jpeg_size = THUMBNAIL_MAX_BYTES + 1}};
    g_autoptr(GError) error = NULL;

    g_assert_null(message_encode(&message, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    jpeg[0] = 0xff;
    jpeg[1] = 0xd8;
    message.thumbnail.jpeg_size = THUMBNAIL_MAX_BYTES;
    message_free(there_and_back(&message));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/codec/report", a_report_arrives_as_it_was_sent);
    g_test_add_func("/codec/media", sound_and_checks_of_a_report_arrive_as_they_were_sent);
    g_test_add_func("/codec/indicators", indicators_out_of_order_are_refused);
    g_test_add_func("/codec/notes there and back", notes_arrive_as_they_were_sent);
    g_test_add_func("/codec/notes", notes_with_a_number_twice_are_refused);
    g_test_add_func("/codec/kinds", every_other_kind_arrives_as_it_was_sent);
    g_test_add_func("/codec/limits", limits_of_a_channel_arrive_as_they_were_sent);
    g_test_add_func("/codec/version-3",
                    a_configuration_of_version_3_is_still_read_and_has_no_limits);
    g_test_add_func("/codec/wishes", wishes_for_depth_and_pictures_arrive_as_they_were_sent);
    g_test_add_func("/codec/evidence", evidence_arrives_as_it_was_sent_and_runs_forwards);
    g_test_add_func("/codec/damage", a_datagram_cut_or_changed_anywhere_is_refused_or_harmless);
    g_test_add_func("/codec/structure", a_structure_arrives_as_it_was_sent);
    g_test_add_func("/codec/structure/sense",
                    a_structure_that_makes_no_sense_or_is_too_long_is_refused);
    g_test_add_func("/codec/structure/damage",
                    a_structure_cut_or_changed_anywhere_is_refused_or_harmless);
    g_test_add_func("/codec/unknown", an_unknown_kind_is_told_apart_so_that_it_can_be_skipped);
    g_test_add_func("/codec/sense", what_makes_no_sense_is_refused);
    g_test_add_func("/codec/thumbnail", a_thumbnail_above_its_limit_is_refused_when_it_is_sent);
    return g_test_run();
}
