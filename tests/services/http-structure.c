/* Told twice: what the second telling changes is news. */
#include "tests/services/http-structure.h"

ChannelStructure *
http_structure_make(MonoUs now_us, WallUs wall_us)
{
    ChannelStructure *structure = NULL;

    for (unsigned turn = 0; turn < 2; turn++) {
        Message *message = g_new0(Message, 1);
        MessageStructure *told = &message->structure;

        message->kind = MESSAGE_STRUCTURE;
        *told = (MessageStructure){.channel_id = g_strdup("channel-02"),
                                   .at_us = now_us,
                                   .since_us = now_us - 60 * US_PER_SECOND,
                                   .service_id = 2,
                                   .pmt_pid = 256,
                                   .pcr_pid = 257,
                                   .services = g_new0(StructureService, 1),
                                   .n_services = 1,
                                   .components = g_new0(ComponentReport, 2),
                                   .n_components = turn == 0 ? 2 : 1,
                                   .tables = g_new0(TableReport, 1),
                                   .n_tables = 1,
                                   .n_histograms = 1};
        told->services[0] = (StructureService){2, 256, g_strdup("Two <b>")};
        for (size_t i = 0; i < told->n_components; i++)
            told->components[i] = (ComponentReport){.pid = (uint16_t)(257 + i),
                                                    .stream_type = 27,
                                                    .kind = COMPONENT_VIDEO,
                                                    .codec = g_strdup("H.264"),
                                                    .language = g_strdup(turn == 0 ? "" : "deu"),
                                                    .detail = g_strdup("")};
        told->tables[0] = (TableReport){.pid = 256,
                                        .table_id = 2,
                                        .extension = 2,
                                        .version = 3,
                                        .sections = 9,
                                        .min_us = 90000,
                                        .mean_us = 100000,
                                        .max_us = 110000,
                                        .last_us = now_us};
        told->histograms[0] = (HistogramReport){
            .kind = HISTOGRAM_ARRIVAL, .n_bins = 2, .bounds_s = {0.05}, .counts = {7, 1}};
        structure = channel_structure_take(structure, message, wall_us - 3600 * US_PER_SECOND);
    }
    return structure;
}

void
http_structure_fill_media(ChannelView *channel, MonoUs now_us)
{
    channel->depth_reason = g_strdup("suspect: black");
    channel->hints = HINT_BLACK | HINT_SILENCE;
    channel->checks = g_new0(CheckReport, 2);
    channel->n_checks = 2;
    channel->checks[0] = (CheckReport){CHECK_BLACK, 4 * US_PER_SECOND, now_us - US_PER_SECOND};
    channel->checks[1] = (CheckReport){CHECK_FRAME_RATE, 0, 0};
    channel->audios = g_new0(AudioReport, 1);
    channel->n_audios = 1;
    channel->audios[0] = (AudioReport){.pid = 257,
                                       .language = g_strdup("deu"),
                                       .format = g_strdup("AAC 2.0 48 kHz"),
                                       .faults = g_new0(FaultState, 1),
                                       .n_faults = 1,
                                       .metrics = g_new0(MetricValue, 2),
                                       .n_metrics = 2};
    channel->audios[0].faults[0] = (FaultState){FAULT_SOUND_STREAM_SILENT, true, now_us, -90};
    channel->audios[0].metrics[0] = (MetricValue){METRIC_LOUDNESS_SHORT, -23.1};
    channel->audios[0].metrics[1] = (MetricValue){METRIC_PHASE, 0.5};
}
