/* The picture's part of a report: figures, hints, and how finely each check looks. */
#include "pipelines/worker/report.h"

#include <math.h>

#include "pipelines/ts/unit-clock.h"

#define SECONDS(us)        ((double)(us) / (double)US_PER_SECOND)
#define DIFFERENCE_NONE_DB (-120.0)            /* of an exact repeat */
#define LATE_US            (6 * US_PER_SECOND) /* beyond twice the interval: nothing can be said any more */
#define RECENT_US          (60 * US_PER_SECOND)
#define CHANGED_FOR_US     (10 * US_PER_SECOND) /* a change of format is worth a look */
#define BLOCKS_HOLD_US     (2 * US_PER_SECOND)
#define RATE_WINDOW_US     (UNIT_CLOCK_WINDOW_TICKS * 100 / 9)

static void
add_unit_metrics(GArray *metrics, const ServiceReading *service)
{
    const EsVideo *coded = &service->format.coded;

    if (service->video.rate_hz > 0)
        report_add(metrics, METRIC_FRAME_RATE_MEASURED, service->video.rate_hz);
    if (coded->known && coded->rate_num > 0 && coded->rate_den > 0)
        report_add(metrics, METRIC_FRAME_RATE_SIGNALLED, (double)coded->rate_num / coded->rate_den);
    if (service->video.unit_bytes > 0)
        report_add(metrics, METRIC_UNIT_SIZE, service->video.unit_bytes);
    if (service->format.afd >= 0)
        report_add(metrics, METRIC_AFD, service->format.afd);
}

static void
add_active_picture(GArray *metrics, const LetterboxFigures *bars)
{
    if (!bars->known)
        return;
    report_add(metrics, METRIC_ACTIVE_LEFT, bars->left);
    report_add(metrics, METRIC_ACTIVE_RIGHT, bars->right);
    report_add(metrics, METRIC_ACTIVE_TOP, bars->top);
    report_add(metrics, METRIC_ACTIVE_BOTTOM, bars->bottom);
}

void
report_picture_metrics(GArray *metrics, const ServiceReading *service)
{
    const PictureFigures *picture = &service->picture;

    report_add(metrics, METRIC_PICTURES, (double)picture->pictures);
    report_add(metrics, METRIC_DECODE_ERRORS,
               (double)(service->decoder.errors + picture->damaged + picture->unreadable));
    if (service->video.key_interval_us > 0)
        report_add(metrics, METRIC_KEY_INTERVAL, SECONDS(service->video.key_interval_us));
    report_add(metrics, METRIC_HARDWARE_FALLBACKS, (double)service->decoder.fallbacks);
    add_unit_metrics(metrics, service);
    if (picture->captured_us == 0)
        return;
    report_add(metrics, METRIC_LUMA_MEAN, picture->luma_mean);
    report_add(metrics, METRIC_VIDEO_WIDTH, picture->width);
    report_add(metrics, METRIC_VIDEO_HEIGHT, picture->height);
    if (picture->interval_us > 0)
        report_add(metrics, METRIC_SAMPLING_INTERVAL, SECONDS(picture->interval_us));
    if (picture->blockiness > 0)
        report_add(metrics, METRIC_BLOCKINESS, picture->blockiness);
    if (picture->difference_db < 0)
        report_add(metrics, METRIC_DIFFERENCE, MAX(picture->difference_db, DIFFERENCE_NONE_DB));
    add_active_picture(metrics, &picture->letterbox);
}

unsigned
report_hints(const ServiceReading *service, const ChannelStates *states, MonoUs now_us)
{
    const PictureFigures *picture = &service->picture;
    const Condition *conditions = states->conditions;
    unsigned hints = 0;

    if (picture->black.active || picture->uniform.active)
        hints |= HINT_BLACK;
    if (picture->still.active || picture->in_doubt)
        hints |= HINT_STILL;
    if (service->video.small_units)
        hints |= HINT_SMALL_UNITS;
    if (service->video.no_keys)
        hints |= HINT_NO_KEYS;
    if (conditions[FAULT_SOUND_SILENT].active)
        hints |= HINT_SILENCE;
    if (conditions[FAULT_CONTINUITY].active || conditions[FAULT_TRANSPORT_ERROR].active)
        hints |= HINT_TS_ERROR;
    if (conditions[FAULT_PICTURE_UNDECODABLE].active)
        hints |= HINT_UNDECODABLE;
    if (service->format_us != 0 && now_us - service->format_us < CHANGED_FOR_US)
        hints |= HINT_CHANGED;
    return hints;
}

/* What lasts at least so long is seen in the pictures that are judged; 0: none are at present. */
static int64_t
resolution_us(const ServiceReading *service, Sampling sampling, MonoUs now_us)
{
    const PictureFigures *picture = &service->picture;
    const int64_t age_us = now_us - picture->looked_us;

    if (sampling == SAMPLING_NONE || service->video.pid == 0 || picture->between_us <= 0 ||
        age_us > 2 * picture->between_us + LATE_US)
        return 0;
    return MAX(picture->between_us, age_us);
}

/* Checks that need no picture: every unit passes, at every depth. */
static void
add_unit_checks(GArray *checks, const ServiceReading *service)
{
    const EsFigures *video = &service->video;
    const bool coded = video->pid != 0 && service->format.coded.known;

    report_add_check(checks, CHECK_FRAME_RATE, video->rate_hz > 0 ? RATE_WINDOW_US : 0,
                     video->rate_hz > 0 ? video->unit_us : 0);
    report_add_check(checks, CHECK_FORMAT, coded ? video->key_interval_us : 0,
                     coded ? video->key_us : 0);
    report_add_check(checks, CHECK_KEY_INTERVAL, video->key_interval_us, video->key_us);
}

void
report_picture_checks(GArray *checks,
                      const ServiceReading *service,
                      Sampling sampling,
                      MonoUs now_us)
{
    const PictureFigures *picture = &service->picture;
    const JudgeRule rule = picture_judge_rule();
    const int64_t us = resolution_us(service, sampling, now_us);
    const MonoUs looked_us = picture->looked_us;
    const bool blocks =
        us > 0 && picture->blocky_us != 0 && now_us - picture->blocky_us < RECENT_US;
    const bool slates = us > 0 && picture->slates > 0;
    const bool afd = service->format.afd >= 0 && service->video.rate_hz > 0;

    report_add_check(checks, CHECK_DECODING, us, picture->captured_us);
    report_add_check(checks, CHECK_BLACK, us, looked_us);
    report_add_check(checks, CHECK_UNIFORM, us > 0 ? us + rule.hold_us[LOOK_UNIFORM] : 0,
                     looked_us);
    report_add_check(checks, CHECK_FREEZE, us > 0 ? MAX(us, rule.hold_us[LOOK_STILL]) : 0,
                     looked_us);
    report_add_check(checks, CHECK_BARS, us > 0 ? us + rule.hold_us[LOOK_BARS] : 0, looked_us);
    report_add_check(checks, CHECK_SLATE, slates ? us + rule.hold_us[LOOK_SLATE] : 0,
                     slates ? looked_us : 0);
    report_add_check(checks, CHECK_BLOCKINESS, blocks ? us + BLOCKS_HOLD_US : 0,
                     picture->blocky_us);
    report_add_check(checks, CHECK_LETTERBOX, us > 0 ? us + LETTERBOX_HOLD_US : 0, looked_us);
    report_add_check(checks, CHECK_AFD, afd ? (int64_t)(1e6 / service->video.rate_hz) : 0,
                     afd ? service->video.unit_us : 0);
    add_unit_checks(checks, service);
    report_add_check(checks, CHECK_THUMBNAIL, us, picture->captured_us);
}
