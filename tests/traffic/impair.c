/* The table of impairments, their words and their dice. */
#include "tests/traffic/impair.h"

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"
#include "tests/traffic/mux.h"

typedef struct {
    const char *name;        /* of the figure; NULL: there is none */
    double usual, low, high; /* value when not given, and the range */
} Figure;

typedef struct {
    const char *word;
    const char *help;
    Figure figure[IMPAIR_FIGURES];
} KindFacts;

static const KindFacts facts[IMPAIR_KINDS] = {
    [IMPAIR_STOP] = {"stop", "send nothing", {{0}}},
    [IMPAIR_LOSS] = {"loss",
                     "lose datagrams, burst of them in a row",
                     {{"rate", 0.01, 0, 1}, {"burst", 1, 1, 1000}}},
    [IMPAIR_BURST] = {"burst",
                      "lose n datagrams in a row, again after every_ms if it lasts",
                      {{"n", 20, 1, 100000}, {"every_ms", 1000, 10, 3600000}}},
    [IMPAIR_DUPLICATE] = {"duplicate", "send datagrams twice", {{"rate", 0.01, 0, 1}}},
    [IMPAIR_REORDER] = {"reorder",
                        "let the next datagrams overtake",
                        {{"rate", 0.01, 0, 1}, {"by", 1, 1, 32}}},
    [IMPAIR_CORRUPT] = {"corrupt",
                        "change bytes of datagrams",
                        {{"rate", 0.01, 0, 1}, {"bytes", 1, 1, 1316}}},
    [IMPAIR_PID_MISSING] = {"pid-missing", "take one PID out", {{"pid", MUX_VIDEO_PID, 0, 0x1ffe}}},
    [IMPAIR_PCR_JUMP] = {"pcr-jump",
                         "shift the clock and all time stamps; flag=1: and say so",
                         {{"ms", 2000, -3600000, 3600000}, {"flag", 0, 0, 1}}},
    [IMPAIR_BLACK] = {"black", "black picture, from the next key frame on", {{0}}},
    [IMPAIR_FREEZE] = {"freeze", "still picture, from the next key frame on", {{0}}},
    [IMPAIR_SILENCE] = {"silence", "silent sound", {{0}}},
    [IMPAIR_DELAY] = {"delay",
                      "delay datagrams by ms, more or less by up to jitter_ms, in order",
                      {{"ms", 50, 0, 2000}, {"jitter_ms", 40, 0, 2000}}},
    [IMPAIR_LEG2_LOSS] = {"leg2-loss",
                          "lose datagrams of the second leg",
                          {{"rate", 0.01, 0, 1}, {"burst", 1, 1, 1000}}},
    [IMPAIR_LEG2_DELAY] = {"leg2-delay",
                           "delay the second leg",
                           {{"ms", 10, 0, 2000}, {"jitter_ms", 0, 0, 2000}}},
    [IMPAIR_SSRC] = {"ssrc", "another RTP source", {{0}}},
    [IMPAIR_TTL] = {"ttl", "another time to live", {{"value", 5, 1, 255}}},
    [IMPAIR_TOS] = {"tos", "another type of service", {{"value", 0x88, 0, 255}}},
    [IMPAIR_PMT_VERSION] = {"pmt-version", "a new version of the same PMT", {{0}}},
    [IMPAIR_PMT_ENTRY] = {"pmt-entry",
                          "one component more in the PMT; version=0: its version does not tell",
                          {{"version", 1, 0, 1}}},
    [IMPAIR_PMT_REPEAT] = {"pmt-repeat", "send the PMT more often", {{"every_ms", 38, 1, 1000}}},
    [IMPAIR_PMT_MOVED] = {"pmt-moved", "send the PMT on another PID", {{"pid", 0x1f0, 32, 0x1ffe}}},
    [IMPAIR_UNLISTED] = {"unlisted", "take a service out of the PAT", {{"service", 1, 1, 4}}},
    [IMPAIR_CRC] = {"crc", "wrong CRC in the sections on a PID", {{"pid", MUX_PMT_PID, 0, 0x1ffe}}},
    [IMPAIR_TEI] = {"tei", "set the transport error indicator", {{"rate", 0.001, 0, 1}}},
    [IMPAIR_SCRAMBLED] = {"scrambled", "mark a PID", {{"pid", MUX_VIDEO_PID, 0, 0x1ffe}}},
    [IMPAIR_SYNC_BYTE] = {"sync-byte", "begin packets with a wrong byte", {{"rate", 0.001, 0, 1}}},
};

/* Names for the PIDs that every channel has. */
static const struct {
    const char *word;
    uint16_t pid;
} pid_words[] = {{"pat", 0},
                 {"pmt", MUX_PMT_PID},
                 {"sdt", MUX_SDT_PID},
                 {"video", MUX_VIDEO_PID},
                 {"audio", MUX_AUDIO_PID}};

const char *
impair_word(ImpairKind kind)
{
    return facts[kind].word;
}

char *
impair_help(void)
{
    g_autoptr(GString) help = g_string_new(NULL);

    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++) {
        g_string_append_printf(help, "  %-12s %s", facts[kind].word, facts[kind].help);
        for (size_t i = 0; i < IMPAIR_FIGURES && facts[kind].figure[i].name != NULL; i++)
            g_string_append_printf(help, " %s=%g", facts[kind].figure[i].name,
                                   facts[kind].figure[i].usual);
        g_string_append_c(help, '\n');
    }
    return g_strdup(help->str);
}

static bool
unknown(const char *what, const char *word, const char *const *known, GError **error)
{
    g_autofree char *list = g_strjoinv(", ", (char **)known);
    const char *near = text_nearest(word, known);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "unknown %s '%.40s'%s%s%s (known: %s)",
                what, word, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                near != NULL ? "'?" : "", list);
    return false;
}

static bool
parse_kind(const char *word, ImpairKind *ret_kind, GError **error)
{
    const char *known[IMPAIR_KINDS + 1] = {NULL};

    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++) {
        known[kind] = facts[kind].word;
        if (g_str_equal(word, facts[kind].word)) {
            *ret_kind = (ImpairKind)kind;
            return true;
        }
    }
    return unknown("kind", word, known, error);
}

static bool
parse_value(const Figure *figure, const char *text, double *ret_value, GError **error)
{
    char *end = NULL;

    if (g_str_equal(figure->name, "pid")) {
        gint64 pid = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(pid_words); i++) {
            if (g_str_equal(text, pid_words[i].word)) {
                *ret_value = pid_words[i].pid;
                return true;
            }
        }
        if (g_str_has_prefix(text, "0x") &&
            g_ascii_string_to_signed(text + 2, 16, 0, 0x1ffe, &pid, NULL)) {
            *ret_value = (double)pid;
            return true;
        }
    }
    const double value = g_ascii_strtod(text, &end); /* ends are checked below */

    if (end == text || *end != '\0' || !(value >= figure->low && value <= figure->high)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s='%.40s' is not a number from %g to %g", figure->name, text, figure->low,
                    figure->high);
        return false;
    }
    *ret_value = value;
    return true;
}

static bool
parse_pair(const KindFacts *kind, const char *pair, double *figures, GError **error)
{
    g_auto(GStrv) halves = g_strsplit(pair, "=", 2);
    const char *known[IMPAIR_FIGURES + 1] = {NULL};

    for (size_t i = 0; i < IMPAIR_FIGURES && kind->figure[i].name != NULL; i++) {
        known[i] = kind->figure[i].name;
        if (halves[1] != NULL && g_str_equal(halves[0], known[i]))
            return parse_value(&kind->figure[i], halves[1], &figures[i], error);
    }
    if (known[0] == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "'%.40s': %s takes no figures", pair,
                    kind->word);
        return false;
    }
    return unknown("figure", halves[0] != NULL ? halves[0] : "", known, error);
}

bool
impair_parse(const char *word, const char *const *pairs, Impairment *ret_impairment, GError **error)
{
    Impairment impairment = {0};

    if (!parse_kind(word, &impairment.kind, error))
        return false;
    const KindFacts *kind = &facts[impairment.kind];

    for (size_t i = 0; i < IMPAIR_FIGURES; i++)
        impairment.figure[i] = kind->figure[i].usual;
    for (; pairs != NULL && *pairs != NULL; pairs++) {
        if (**pairs != '\0' && !parse_pair(kind, *pairs, impairment.figure, error))
            return false;
    }
    *ret_impairment = impairment;
    return true;
}

void
impair_append_figures(const Impairment *impairment, GString *json)
{
    const Figure *figure = facts[impairment->kind].figure;
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_c(json, '{');
    for (size_t i = 0; i < IMPAIR_FIGURES && figure[i].name != NULL; i++)
        g_string_append_printf(
            json, "%s\"%s\":%s", i > 0 ? "," : "", figure[i].name,
            g_ascii_formatd(number, sizeof number, "%.6g", impairment->figure[i]));
    g_string_append_c(json, '}');
}

/* splitmix64: one addition and three mixing steps a number. */
static uint64_t
next_word(ImpairRandom *random)
{
    uint64_t word = random->state += UINT64_C(0x9e3779b97f4a7c15);

    word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
    return word ^ word >> 31;
}

ImpairRandom
impair_random(uint64_t seed, uint32_t channel, ImpairKind kind)
{
    ImpairRandom random = {.state = seed};

    random.state = next_word(&random) ^ ((uint64_t)channel << 8 | (uint64_t)kind);
    random.state = next_word(&random);
    return random;
}

double
impair_draw(ImpairRandom *random)
{
    return (double)(next_word(random) >> 11) * 0x1p-53;
}

void
impair_corrupt(const Impairment *impairment, ImpairRandom *random, uint8_t *data, size_t size)
{
    for (unsigned left = (unsigned)impairment->figure[1]; left > 0; left--) {
        const size_t at = (size_t)(impair_draw(random) * (double)size);

        data[at] ^= (uint8_t)(1 + (unsigned)(impair_draw(random) * 255));
    }
}
