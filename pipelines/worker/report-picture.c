/* The picture's part of a report: figures, hints, and how finely each check looks. */
#include "pipelines/worker/report.h"

#define SECONDS(us) ((double)(us) / (double)US_PER_SECOND)

void
report_picture_metrics(GArray *metrics, const ServiceReading *service)
{
    const PictureFigures *picture = &service->picture;

    report_add(metrics, METRIC_PICTURES, (double)picture->pictures);
    report_add(metrics, METRIC_DECODE_ERRORS,
               (double)(service->decoder.errors + picture->damaged + picture->unreadable));
    if (service->video.key_interval_us > 0)
        report_add(metrics, METRIC_KEY_INTERVAL, SECONDS(service->video.key_interval_us));
    if (picture->captured_us == 0)
        return;
    report_add(metrics, METRIC_LUMA_MEAN, picture->luma_mean);
    report_add(metrics, METRIC_VIDEO_WIDTH, picture->width);
    report_add(metrics, METRIC_VIDEO_HEIGHT, picture->height);
    if (picture->interval_us > 0)
        report_add(metrics, METRIC_SAMPLING_INTERVAL, SECONDS(picture->interval_us));
}

unsigned
report_hints(const ServiceReading *service, const ChannelStates *states)
{
    const Condition *conditions = states->conditions;
    unsigned hints = 0;

    if (service->picture.black.active)
        hints |= HINT_BLACK;
    if (service->picture.still.active)
        hints |= HINT_STILL;
    if (conditions[FAULT_SOUND_SILENT].active)
        hints |= HINT_SILENCE;
    if (conditions[FAULT_CONTINUITY].active || conditions[FAULT_TRANSPORT_ERROR].active)
        hints |= HINT_TS_ERROR;
    if (conditions[FAULT_PICTURE_UNDECODABLE].active)
        hints |= HINT_UNDECODABLE;
    return hints;
}

/* What lasts at least so long is seen in the pictures that are decoded; 0: none is. */
static int64_t
resolution_us(const ServiceReading *service, Sampling sampling)
{
    const PictureFigures *picture = &service->picture;

    if (sampling == SAMPLING_NONE || service->video.pid == 0 || picture->captured_us == 0)
        return 0;
    return picture->interval_us;
}

void
report_picture_checks(GArray *checks, const ServiceReading *service, Sampling sampling)
{
    static const CheckId of_pictures[] = {CHECK_DECODING, CHECK_BLACK, CHECK_FREEZE};
    const int64_t us = resolution_us(service, sampling);

    for (size_t i = 0; i < G_N_ELEMENTS(of_pictures); i++)
        report_add_check(checks, of_pictures[i], us, service->picture.captured_us);
    report_add_check(checks, CHECK_FORMAT, us, service->picture.captured_us);
    report_add_check(checks, CHECK_KEY_INTERVAL, service->video.key_interval_us,
                     service->video.key_us);
    report_add_check(checks, CHECK_THUMBNAIL, us, service->picture.captured_us);
}
