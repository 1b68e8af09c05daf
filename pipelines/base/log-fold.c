/* Two limits: the same line again, and too many lines. */
#include "pipelines/base/log-fold.h"

#include <glib.h>
#include <string.h>

#define LINE_US (US_PER_SECOND / LOG_FOLD_PER_S)

static void
strip_figures(const char *text, char ret_line[LOG_FOLD_BYTES])
{
    size_t n = 0;

    for (; *text != '\0' && n < LOG_FOLD_BYTES - 1; text++) {
        if (!g_ascii_isdigit(*text))
            ret_line[n++] = *text;
    }
    ret_line[n] = '\0';
}

static bool
spend(LogFold *fold, MonoUs now_us)
{
    const int64_t full_us = (int64_t)LOG_FOLD_BURST * LINE_US;

    fold->credit_us = fold->credited_us == 0
                          ? full_us
                          : MIN(fold->credit_us + MAX(now_us - fold->credited_us, 0), full_us);
    fold->credited_us = MAX(now_us, 1);
    if (fold->credit_us < LINE_US)
        return false;
    fold->credit_us -= LINE_US;
    return true;
}

/* Says what was left out so far. */
static void
tell(LogFold *fold, MonoUs now_us, char ret_note[LOG_FOLD_NOTE_BYTES])
{
    if (fold->left_out > 0)
        g_snprintf(ret_note, LOG_FOLD_NOTE_BYTES,
                   "%" G_GUINT64_FORMAT " lines were left out: more than %u a second",
                   fold->left_out + fold->repeated, LOG_FOLD_PER_S);
    else if (fold->repeated > 0)
        g_snprintf(ret_note, LOG_FOLD_NOTE_BYTES,
                   "the line before came %" G_GUINT64_FORMAT " times more", fold->repeated);
    fold->left_out = fold->repeated = 0;
    fold->told_us = now_us;
}

bool
log_fold_take(LogFold *fold, const char *text, MonoUs now_us, char ret_note[LOG_FOLD_NOTE_BYTES])
{
    char line[LOG_FOLD_BYTES];

    ret_note[0] = '\0';
    strip_figures(text, line);
    if (strcmp(line, fold->last) == 0) {
        fold->repeated++;
        if (now_us - fold->told_us >= LOG_FOLD_TELL_US && spend(fold, now_us))
            tell(fold, now_us, ret_note);
        return false;
    }
    if (!spend(fold, now_us)) {
        fold->left_out++;
        return false;
    }
    tell(fold, now_us, ret_note);
    (void)g_strlcpy(fold->last, line, sizeof fold->last);
    return true;
}
