/* Plays what a channel's workers recorded over and over, as a day, with every shipped profile, and
 * prints how many alarms of the channel each raised:
 * {"messages": N, "raised": {"default": 0, ...}}. What was raised is told on standard error. */
#include <string.h>

#include "appliance/workers/worker-recording.h"
#include "pipelines/contract/codec.h"
#include "tests/replay/desk.h"

typedef struct {
    char *channel;
    int laps;
    gint64 from_us; /* of the recording; what is outside is passed over */
    gint64 until_us;
    char **files;
} Options;

/* Decoded once: that is most of the work, and every lap of every profile is of the same words. */
typedef struct {
    MonoUs at_us;
    Message *message; /* owned */
} Word;

static void
clear_word(gpointer data)
{
    message_free(((Word *)data)->message);
}

/* Pictures and levels are no evidence of a fault, and most of the bytes. */
static bool
decides(const Message *message)
{
    return message != NULL && (message->kind == MESSAGE_REPORT || message->kind == MESSAGE_EDGE ||
                               message->kind == MESSAGE_EVIDENCE);
}

static void
add_word(GArray *words, const WorkerRecord *record)
{
    gsize size = 0;
    const void *bytes = g_bytes_get_data(record->datagram, &size);
    const Word word = {record->at_us, message_decode(bytes, size, NULL)};

    if (decides(word.message))
        g_array_append_val(words, word);
    else
        message_free(word.message);
}

static bool
read_file(GArray *words, const char *path, const Options *options, GError **error)
{
    g_autoptr(WorkerRecording) recording = worker_recording_open(path, error);
    g_autoptr(GError) problem = NULL;
    WorkerRecord record = {0};

    if (recording == NULL)
        return false;
    while (worker_recording_next(recording, &record, &problem)) {
        if (record.at_us >= options->from_us && record.at_us < options->until_us)
            add_word(words, &record);
        worker_record_clear(&record);
    }
    if (problem != NULL)
        g_propagate_error(error, g_steal_pointer(&problem));
    return *error == NULL;
}

/* The supervisor meets a worker that runs already: what it counted before is a base, and no
 * growth. */
static void
begin_lap(Desk *desk)
{
    ChannelRecord *channel = desk_channel(desk);

    for (unsigned metric = 0; metric <= METRIC_NUMBER_MAX; metric++) {
        channel->counters[metric].known = false;
        channel->input->counters[metric].known = false;
    }
}

static void
shift_all(const GArray *words, int64_t by_us)
{
    for (guint i = 0; i < words->len; i++)
        message_shift_times(g_array_index(words, Word, i).message, by_us);
}

static void
play(Desk *desk, const GArray *words, const Options *options)
{
    const int64_t lap_us = options->until_us - options->from_us;

    for (int lap = 0; lap < options->laps; lap++) {
        begin_lap(desk);
        for (guint i = 0; i < words->len; i++) {
            const Word *word = &g_array_index(words, Word, i);

            desk_lend(desk, word->message, word->at_us + lap * lap_us);
        }
        /* Nothing of this lap is needed any more but the last report, which no one asks the time.
         */
        shift_all(words, lap_us);
    }
    desk_run_to(desk, options->until_us + (options->laps - 1) * lap_us);
    desk_return(desk);
    shift_all(words, -options->laps * lap_us);
}

static unsigned
count_raised(Desk *desk, const char *profile)
{
    EventLogStatus status;
    unsigned raised = 0;

    do
        gantry_event_log_get_status(desk->log, &status);
    while (status.visible_seq < status.last_seq);
    for (uint64_t after = 0; after < status.last_seq;) {
        g_autoptr(GPtrArray) events = gantry_event_log_read(desk->log, after, 1000);

        for (guint i = 0; i < events->len; i++) {
            const Event *event = event_at(events, i);

            after = event->seq;
            if (event->kind != EVENT_ALARM_RAISED)
                continue;
            g_printerr("%s, %.1f s: %s %s: %s\n", profile, (double)event->at_us / 1e6,
                       event->resource, fault_info(event->fault)->name, event->text);
            raised += g_str_has_prefix(event->resource, "channel/") ? 1u : 0u;
        }
        if (events->len == 0)
            return raised;
    }
    return raised;
}

static unsigned
play_with(const ProfileSource *source, const GArray *words, const Options *options)
{
    const ProfileWant want = {.profile = source->id};
    g_autoptr(ProfileBook) book = profile_book_empty();
    Desk desk;

    desk_init_for(&desk, options->channel);
    ChannelRecord *channel = desk_channel(&desk);

    channel->profile = profile_book_resolve(book, &want);
    alarm_book_set_profile(desk.book, channel->resource, channel->profile);
    play(&desk, words, options);
    const unsigned raised = count_raised(&desk, source->id);

    desk_clear(&desk);
    return raised;
}

static bool
parse(Options *options, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"channel", 0, 0, G_OPTION_ARG_STRING, &options->channel, "Whose recordings", "ID"},
        {"laps", 0, 0, G_OPTION_ARG_INT, &options->laps, "How often they are played", "N"},
        {"from", 0, 0, G_OPTION_ARG_INT64, &options->from_us, "Boot time of the first", "US"},
        {"until", 0, 0, G_OPTION_ARG_INT64, &options->until_us, "Boot time of the end", "US"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, "FILE..."},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- play recordings as a day");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return false;
    if (options->channel != NULL && options->files != NULL && options->laps > 0 &&
        options->from_us < options->until_us)
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "--channel ID, --laps from 1, --from US before --until US and files are needed");
    return false;
}

int
main(int argc, char **argv)
{
    Options options = {.laps = 24};
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(Word));
    g_autoptr(GError) error = NULL;
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);
    bool good = parse(&options, &argc, &argv, &error);

    g_array_set_clear_func(words, clear_word);
    for (size_t i = 0; good && options.files[i] != NULL; i++)
        good = read_file(words, options.files[i], &options, &error);
    if (!good || words->len == 0) {
        g_printerr("play-day: %s\n", good ? "nothing was recorded in that time" : error->message);
        return 1;
    }
    g_print("{\"messages\": %" G_GUINT64_FORMAT ", \"raised\": {",
            (guint64)words->len * (guint64)options.laps * n);
    for (size_t i = 0; i < n; i++)
        g_print("%s\"%s\": %u", i > 0 ? ", " : "", shipped[i].id,
                play_with(&shipped[i], words, &options));
    g_print("}}\n");
    g_free(options.channel);
    g_strfreev(options.files);
    return 0;
}
