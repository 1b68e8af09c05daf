/* The first format is taken as it is; another is believed once it has lasted a few frames. */
#include "pipelines/elements/sound-stream.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define FRAMES_TO_BELIEVE 3u /* in a row, of another format */
#define DAMAGED_WINDOWS   2u /* that are not judged after a loss: the one with it, and its echo */
/* Windows after a loss whose peaks are not believed: where packets are damaged so that it shows,
 * others are so that it does not, and a decoder makes noise of them. */
#define DOUBTFUL_WINDOWS 10u
#define DRIFT_US                                                                                   \
    (500 * US_PER_MS) /* window time is by samples; so far from arrival it is set anew */
#define RATE_MIN_HZ 4000u
#define RATE_MAX_HZ 384000u

/* What tells one format from another. */
typedef struct {
    SoundLayout layout;
    unsigned n_channels;
    unsigned rate_hz;
    const char *codec;   /* no-ref; a literal */
    bool two_programmes; /* 1+1 */
} Format;

struct SoundStream {
    SoundMeasure *measure; /* owned; NULL before the first format */
    SoundJudge judge;
    SoundRules rules;
    double silence_dbfs;
    Format format;      /* that is measured */
    Format next;        /* that may follow */
    unsigned next_seen; /* frames in a row */
    MonoUs unit_us;     /* arrival of the unit that is being taken */
    MonoUs window_us;   /* when the present window began */
    unsigned damaged;   /* windows that are not to be judged */
    unsigned doubtful;  /* windows whose peaks are not to be believed; at least as many */
    Pts90 base_pts;     /* of the first sample that is counted; PTS90_MODULUS without one */
    uint64_t samples;   /* since then */
    SoundWindow windows[SOUND_WINDOWS_A_SECOND]; /* the last ones, a ring */
    unsigned n_windows;                          /* of them that are set */
    bool begin_programme;
    SoundFigures figures;
};

SoundStream *
sound_stream_new(void)
{
    SoundStream *stream = g_new0(SoundStream, 1);

    stream->rules = sound_rules_default();
    stream->silence_dbfs = (double)LEVEL_SILENCE_DBFS;
    stream->base_pts = PTS90_MODULUS;
    return stream;
}

void
sound_stream_free(SoundStream *stream)
{
    if (stream == NULL)
        return;
    g_free(stream->measure);
    g_free(stream);
}

void
sound_stream_set_limits(SoundStream *stream, const SoundLimits *limits)
{
    stream->rules.true_peak_dbtp = limits->true_peak_dbtp;
    stream->silence_dbfs = limits->silence_dbfs;
    if (stream->measure != NULL)
        sound_measure_set_silence(stream->measure, stream->silence_dbfs);
}

static void
doubt(SoundStream *stream)
{
    stream->damaged = DAMAGED_WINDOWS;
    stream->doubtful = DOUBTFUL_WINDOWS;
}

void
sound_stream_begin_unit(SoundStream *stream, MonoUs arrived_us, bool lost)
{
    stream->unit_us = arrived_us;
    if (stream->window_us == 0)
        stream->window_us = arrived_us;
    if (lost)
        doubt(stream);
}

void
sound_stream_end_unit(SoundStream *stream, unsigned refused)
{
    if (refused == 0)
        return;
    stream->figures.errors += refused;
    doubt(stream);
}

void
sound_stream_begin_programme(SoundStream *stream)
{
    stream->begin_programme = true;
}

void
sound_stream_restart(SoundStream *stream)
{
    stream->base_pts = PTS90_MODULUS;
    stream->next_seen = 0;
    if (stream->measure != NULL)
        doubt(stream);
}

void
sound_stream_finish(SoundStream *stream)
{
    if (stream->measure != NULL)
        stream->figures.loudness = loudness_figures(&stream->measure->loudness);
}

const SoundFigures *
sound_stream_figures(const SoundStream *stream)
{
    return &stream->figures;
}

static bool
same_format(const Format *a, const Format *b)
{
    return a->n_channels == b->n_channels && a->rate_hz == b->rate_hz && a->codec == b->codec &&
           a->two_programmes == b->two_programmes && sound_layout_equal(&a->layout, &b->layout);
}

/* "AAC 5.1 44.1 kHz", "AC-3 1+1 48 kHz" */
static void
describe(const Format *format, char *ret_words)
{
    unsigned low = 0;

    if (format->two_programmes) {
        g_snprintf(ret_words, SOUND_FORMAT_MAX, "%s 1+1 %g kHz", format->codec,
                   format->rate_hz / 1000.0);
        return;
    }
    for (unsigned i = 0; i < format->layout.n_channels; i++)
        low += format->layout.at[i] == SOUND_LOW;
    g_snprintf(ret_words, SOUND_FORMAT_MAX, "%s %u.%u %g kHz", format->codec,
               format->n_channels - low, low, format->rate_hz / 1000.0);
}

/* Windows begin anew; the programme and what is known of conditions go on. */
static void
set_format(SoundStream *stream, const Format *format, Pts90 pts)
{
    SoundFormat *words = &stream->figures.format;

    if (stream->measure == NULL) {
        stream->measure = g_new(SoundMeasure, 1);
        sound_measure_init(stream->measure, &format->layout, format->rate_hz);
        sound_measure_set_silence(stream->measure, stream->silence_dbfs);
        stream->figures.true_peak_max_dbtp = (double)SOUND_TRUE_PEAK_FLOOR;
        stream->window_us = stream->unit_us;
    } else if (!sound_layout_equal(&stream->format.layout, &format->layout) ||
               stream->format.rate_hz != format->rate_hz) {
        sound_measure_change_format(stream->measure, &format->layout, format->rate_hz);
        stream->n_windows = 0;
        stream->base_pts = PTS90_MODULUS;
        stream->window_us = stream->unit_us;
    }
    stream->format = *format;
    stream->figures.n_channels = format->n_channels;
    stream->figures.rate_hz = format->rate_hz;
    describe(format, words->words);
    words->number++;
    words->since_us = stream->unit_us;
    words->pts = pts;
}

/* Returns: whether the frame is of the format that is measured */
static bool
check_format(SoundStream *stream, const SoundFrame *frame)
{
    const Format format = {frame->layout, frame->n_channels, frame->rate_hz, frame->codec,
                           frame->two_programmes};

    if (stream->measure != NULL && same_format(&format, &stream->format)) {
        stream->next_seen = 0;
        return true;
    }
    if (stream->next_seen == 0 || !same_format(&format, &stream->next))
        stream->next_seen = 0;
    stream->next = format;
    stream->next_seen++;
    if ((stream->measure != NULL && stream->next_seen < FRAMES_TO_BELIEVE) ||
        format.rate_hz < RATE_MIN_HZ || format.rate_hz > RATE_MAX_HZ)
        return false;
    set_format(stream, &format, frame->pts);
    stream->next_seen = 0;
    return true;
}

static int64_t
samples_to_us(const SoundStream *stream, uint64_t samples)
{
    return (int64_t)(samples / stream->format.rate_hz) * US_PER_SECOND +
           (int64_t)(samples % stream->format.rate_hz) * US_PER_SECOND / stream->format.rate_hz;
}

/* What @pts says of the frame's first sample, against the samples before it. */
static void
check_clock(SoundStream *stream, Pts90 pts)
{
    SoundClockGap *clock = &stream->figures.clock;

    if (pts == PTS90_MODULUS)
        return;
    if (stream->base_pts == PTS90_MODULUS) {
        stream->base_pts = pts;
        stream->samples = 0;
        clock->known = true;
        clock->gap_us = 0;
        return;
    }
    const int64_t run_us = samples_to_us(stream, stream->samples);
    const Pts90 due = (stream->base_pts + (uint64_t)run_us * 9 / 100) % PTS90_MODULUS;
    const int64_t gap_us = pts90_distance(due, pts) * 100 / 9;

    if (ABS(gap_us - clock->gap_us) > SOUND_JUMP_US) {
        clock->jumps++;
        stream->base_pts = PTS90_MODULUS;
        check_clock(stream, pts);
        return;
    }
    clock->gap_us = gap_us;
}

static void
put_second(SoundStream *stream)
{
    SoundFigures *figures = &stream->figures;
    double square = 0, correlation = 0, peak = (double)LEVEL_FLOOR_DBFS, true_peak = peak;
    unsigned compared = 0;

    for (unsigned i = 0; i < stream->n_windows; i++) {
        const SoundWindow *window = &stream->windows[i];

        peak = fmax(peak, (double)window->level.highest_peak_dbfs);
        true_peak = fmax(true_peak, (double)window->true_peak_dbtp);
        square += pow(10, (double)window->level.loudest_rms_dbfs / 10) / stream->n_windows;
        correlation += window->front.known ? window->front.correlation : 0;
        compared += window->front.known;
    }
    figures->peak_dbfs = peak;
    figures->rms_dbfs = fmax(10 * log10(square), (double)LEVEL_FLOOR_DBFS);
    figures->true_peak_dbtp = true_peak;
    figures->phase_known = compared > 0;
    figures->correlation = compared > 0 ? correlation / compared : 0;
}

/* Highest of the programme: garbage after a loss is not in it. */
static void
put_programme(SoundStream *stream, const SoundWindow *window)
{
    SoundFigures *figures = &stream->figures;

    if (!window->doubtful)
        figures->true_peak_max_dbtp =
            fmax(figures->true_peak_max_dbtp, (double)window->true_peak_dbtp);
    if (stream->begin_programme) {
        loudness_begin_programme(&stream->measure->loudness);
        figures->true_peak_max_dbtp = (double)SOUND_TRUE_PEAK_FLOOR;
    }
    if (stream->begin_programme || figures->windows % SOUND_WINDOWS_A_SECOND == 0)
        figures->loudness = loudness_figures(&stream->measure->loudness);
    stream->begin_programme = false;
}

static void
put_levels(SoundStream *stream, const LevelFigures *level)
{
    SoundLevels *last = &stream->figures.last;

    G_STATIC_ASSERT(sizeof level->peak_dbfs == sizeof last->peak_dbfs);
    last->n_channels = level->n_channels;
    last->at_us = stream->unit_us;
    memcpy(last->peak_dbfs, level->peak_dbfs, sizeof level->peak_dbfs);
    memcpy(last->rms_dbfs, level->rms_dbfs, sizeof level->rms_dbfs);
}

static void
put_conditions(SoundStream *stream, const SoundWindow *window)
{
    SoundFigures *figures = &stream->figures;

    (void)sound_judge_window(&stream->judge, &stream->rules, window, stream->window_us);
    for (unsigned i = 0; i < SOUND_CONDITIONS; i++)
        figures->conditions[i] = *sound_judge_condition(&stream->judge, (SoundCondition)i);
    figures->silent = figures->conditions[SOUND_SILENT];
    figures->clips += window->doubtful ? 0 : window->clips;
}

static void
end_window(SoundStream *stream, SoundWindow *window)
{
    SoundFigures *figures = &stream->figures;
    const bool damaged = stream->damaged > 0;

    window->doubtful = stream->doubtful > 0;
    stream->windows[figures->windows % SOUND_WINDOWS_A_SECOND] = *window;
    stream->n_windows = MIN(stream->n_windows + 1, SOUND_WINDOWS_A_SECOND);
    put_second(stream);
    put_levels(stream, &window->level);
    put_programme(stream, window);
    figures->broken += window->broken;
    figures->windows++;
    if (damaged)
        figures->damaged++;
    else
        put_conditions(stream, window);
    stream->damaged -= damaged;
    stream->doubtful -= window->doubtful;
    stream->window_us += window->length_us;
    if (ABS(stream->unit_us - stream->window_us) > DRIFT_US)
        stream->window_us = MAX(stream->unit_us, stream->window_us - window->length_us);
}

void
sound_stream_add(SoundStream *stream, const SoundFrame *frame)
{
    stream->figures.frames++;
    if (!check_format(stream, frame))
        return;
    check_clock(stream, frame->pts);
    for (size_t done = 0; done < frame->n_samples;) {
        const float *planes[SOUND_CHANNELS_MAX];
        SoundWindow window;

        for (unsigned i = 0; i < frame->layout.n_channels; i++)
            planes[i] = frame->planes[i] + done;
        done += sound_measure_add(stream->measure, planes, frame->n_samples - done);
        if (sound_measure_take(stream->measure, &window))
            end_window(stream, &window);
    }
    stream->samples += frame->n_samples;
}
