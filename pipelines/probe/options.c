/* The arguments, and the page that explains them. */
#include "pipelines/probe/options.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/capture-source.h"
#include "pipelines/ts/ts-analyser.h"

#define SECONDS_MAX 86400.0

static const char wrong_depth[] = "--depth is bitstream, key-4s, every-key or full";

static const char summary[] =
    "Analyses one MPEG transport stream and prints a report: what is wrong by ETSI TR 101 290,\n"
    "services and their components, each PID, tables, clocks, and for IP inputs the network.\n"
    "\n"
    "INPUT is one of\n"
    "  FILE                       packets of 188, 192 (with time stamps) or 204 bytes (with "
    "parity)\n"
    "  CAPTURE                    pcap or pcapng with UDP, told by its content, not by its name\n"
    "  udp://239.1.1.1:5000       a multicast group, or an address of this machine; RTP is "
    "noticed\n"
    "  udp://10.0.0.9@232.1.1.1:5000      the same from one source only\n"
    "  rtp://[ff3e::1]:5000       the same for RTP; IPv6 in brackets\n"
    "  rtp://239.1.1.1:5000?fec=1             with FEC (SMPTE 2022-1) on the ports + 2 and + 4\n"
    "  rtp://239.1.1.1:5000?leg2=239.1.2.1:5000&interface2=eth2   two legs (SMPTE 2022-7)";

static const char description[] =
    "What is shown:\n"
    "  Of a file, times come from its PCRs; without any, rates and times are not known and left\n"
    "  out. Of a capture and a live input they are times of arrival. In a capture the flow with "
    "the\n"
    "  most transport stream in it is taken; --list-flows shows all, --flow takes another.\n"
    "  An indicator is \"n.a.\" where it cannot be judged: a table that never came is no error\n"
    "  unless every stream must have it, an encrypted component has no PTS, and so on.\n"
    "\n"
    "Narrowing:\n"
    "  --pid, --service and --seconds narrow all that follows the head of the report, which is\n"
    "  always of the whole input. Indicators that belong to the whole stream are kept.\n"
    "\n"
    "Pictures and sound:\n"
    "  --media runs the file through what a channel is measured by, as fast as it goes: loudness\n"
    "  (EBU R 128) of every sound, and when pictures were black or frozen and sound silent, in\n"
    "  seconds from the first PTS. FILE may be a WAV file here: loudness and silence alone.\n"
    "  --depth looks at less of the pictures, as a loaded machine does: bitstream decodes "
    "nothing,\n"
    "  key-4s a key frame every 4 s (and more on suspicion), every-key all of them. What is\n"
    "  shorter than the time between two pictures that are looked at is not claimed. Freezes are\n"
    "  listed from 2 s on, and so is silence but for WAV files, whatever --shortest says.\n"
    "\n"
    "  --picture keeps the first 24 MiB of a live input in the working folder, or in that of\n"
    "  --confine, and adds a JPEG of each service to the report, in base64.\n"
    "\n"
    "  --sound writes a WAV file (16 bits, two channels) to standard output in place of a report:\n"
    "  the sound of that PID. Its chunk \"pts \" holds the PTS of the first sample; --after "
    "leaves\n"
    "  out what comes up to a PTS. FILE may be - here, standard input: once it is read, all but\n"
    "  decoding it is given up.\n"
    "\n"
    "  --slate prints one line, the fingerprint of the picture that stands longest, for the group\n"
    "  [slates] of gantry.conf: record a few seconds of the slate, or cut them out of a clip.\n"
    "\n"
    "Following:\n"
    "  --follow redraws the screen once a second; files and captures play at their own speed.\n"
    "  q or Ctrl-C ends it, and the report of what was seen is printed. Where standard output is\n"
    "  no terminal it is a line a second instead (on standard error with --json).\n"
    "\n"
    "Examples:\n"
    "  gantry-probe recording.ts\n"
    "  gantry-probe --json --service 3401 multiplex.ts | jq .tr101290\n"
    "  gantry-probe --media --json recording.ts | jq .media\n"
    "  gantry-probe --sound 257 recording.ts > sound.wav\n"
    "  gantry-probe --slate back-soon.ts\n"
    "  gantry-probe --list-flows mirror.pcapng\n"
    "  gantry-probe --flow 239.1.1.1:5000 mirror.pcapng\n"
    "  gantry-probe --follow --interface eth1 rtp://239.1.1.1:5000\n"
    "\n"
    "Exit status:\n"
    "  0  a report was printed, whatever is wrong with the stream\n"
    "  1  it could not be written\n"
    "  2  wrong arguments, or no transport stream: one line on standard error says why";

void
options_clear(Options *options)
{
    g_clear_pointer(&options->flows, g_strfreev);
    g_clear_pointer(&options->depth, g_free);
    g_clear_pointer(&options->interface, g_free);
    g_clear_pointer(&options->confine, g_free);
    g_clear_pointer(&options->inputs, g_strfreev);
}

bool
options_is_live(const Options *options)
{
    return strstr(options->inputs[0], "://") != NULL;
}

MediaDepth
options_depth(const Options *options)
{
    MediaDepth depth = MEDIA_DEPTH_FULL;

    if (options->depth)
        (void)media_depth_parse(options->depth, &depth);
    return depth;
}

/* Returns: (nullable): what is wrong with how pictures and sound are asked for */
static const char *
wrong_media(const Options *options)
{
    MediaDepth depth;

    if (options->depth && !media_depth_parse(options->depth, &depth))
        return wrong_depth;
    if (!(options->shortest >= 0 && options->shortest <= SECONDS_MAX))
        return "--shortest is 0 to 86400";
    if (options->slate && (options_is_live(options) || options->follow || options->list_flows))
        return "--slate is for files";
    if (options->media && (options_is_live(options) || options->follow || options->list_flows))
        return "--media is for files, and shows them when they are through";
    return NULL;
}

/* Returns: (nullable): what is wrong with how a sound is asked for */
static const char *
wrong_sound(const Options *options)
{
    if (options->sound < 0)
        return options->after >= 0 ? "--after goes with --sound" : NULL;
    if (options->sound >= (int)TS_PID_COUNT)
        return "--sound is a PID, 0 to 8191";
    if (options->after < -1 || options->after >= (gint64)PTS90_MODULUS)
        return "--after is a PTS at 90 kHz, 0 to 8589934591";
    if (options_is_live(options) || options->follow || options->list_flows || options->media ||
        options->slate || options->json)
        return "--sound is for files, and goes with --after alone";
    return NULL;
}

/* Returns: (nullable): what is wrong with the values */
static const char *
wrong_value(const Options *options)
{
    CaptureFlowKey key;

    if (!options->inputs || g_strv_length(options->inputs) != 1)
        return "give one FILE, CAPTURE or URL; --help tells more";
    if (!(options->seconds >= 0 && options->seconds <= SECONDS_MAX))
        return "--seconds is 0 to 86400";
    if (options->pid < -1 || options->pid >= (int)TS_PID_COUNT)
        return "--pid is 0 to 8191";
    if (options->service < -1 || options->service > G_MAXUINT16 || options->service == 0)
        return "--service is 1 to 65535";
    for (size_t i = 0; options->flows && options->flows[i]; i++)
        if (i == CAPTURE_FLOWS_CHOSEN_MAX || !capture_flow_key_parse(options->flows[i], &key))
            return "--flow is ADDRESS:PORT, such as 239.1.1.1:5000 or [ff3e::1]:5000, once or "
                   "twice";
    if (options->follow && options->list_flows)
        return "--follow and --list-flows do not go together";
    if (options_is_live(options) && (options->flows || options->list_flows))
        return "--flow and --list-flows are for captures";
    if (options->interface && !options_is_live(options))
        return "--interface is for live inputs";
    if (options->picture && (!options_is_live(options) || !options->json || options->follow))
        return "--picture goes with --json and a live input, and without --follow";
    if (options->confine && !options_is_live(options))
        return "--confine is for live inputs";
    return wrong_sound(options) ? wrong_sound(options) : wrong_media(options);
}

static GOptionContext *
context_new(Options *options)
{
    const GOptionEntry entries[] = {
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &options->follow,
         "Show it live; q or Ctrl-C ends with the report", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json, "Print one JSON object", NULL},
        {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options->seconds,
         "How long to listen (10; no end with --follow), or how much to read (all)", "N"},
        {"pid", 'p', 0, G_OPTION_ARG_INT, &options->pid, "This PID only", "PID"},
        {"service", 'S', 0, G_OPTION_ARG_INT, &options->service, "This service only", "ID"},
        {"flow", 'F', 0, G_OPTION_ARG_STRING_ARRAY, &options->flows,
         "This flow of a capture; twice for the legs of SMPTE 2022-7", "ADDRESS:PORT"},
        {"list-flows", 'l', 0, G_OPTION_ARG_NONE, &options->list_flows,
         "List the UDP flows of a capture", NULL},
        {"media", 'm', 0, G_OPTION_ARG_NONE, &options->media,
         "Decode pictures and sound, and measure them", NULL},
        {"depth", 'd', 0, G_OPTION_ARG_STRING, &options->depth,
         "How much of the pictures: bitstream, key-4s, every-key, full", "DEPTH"},
        {"sound", 0, 0, G_OPTION_ARG_INT, &options->sound, "Write the sound of this PID as WAV",
         "PID"},
        {"after", 0, 0, G_OPTION_ARG_INT64, &options->after,
         "With --sound: what comes behind this PTS", "PTS"},
        {"slate", 0, 0, G_OPTION_ARG_NONE, &options->slate,
         "Print the fingerprint of the picture that stands longest", NULL},
        {"shortest", 0, 0, G_OPTION_ARG_DOUBLE, &options->shortest,
         "List black, freeze and silence from this length on (2)", "N"},
        {"picture", 0, 0, G_OPTION_ARG_NONE, &options->picture,
         "With --json and a live input: a small picture of each service", NULL},
        {"confine", 0, 0, G_OPTION_ARG_FILENAME, &options->confine,
         "Give up everything but measuring first; what is kept meanwhile goes into FOLDER",
         "FOLDER"},
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &options->interface,
         "Network interface to receive on", "NAME"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->inputs, NULL, "INPUT"},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    return context;
}

bool
options_parse(Options *options, int *argc, char ***argv, GError **error)
{
    g_autoptr(GOptionContext) context = context_new(options);
    g_autoptr(GError) cause = NULL;

    if (!g_option_context_parse(context, argc, argv, &cause)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, cause->message);
        return false;
    }
    const char *wrong = options->version ? NULL : wrong_value(options);

    if (wrong)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, wrong);
    return !wrong;
}
