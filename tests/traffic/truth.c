/* Writing of the truth log. */
#include "tests/traffic/truth.h"

#include <errno.h>
#include <stdio.h>

#include "pipelines/base/error.h"

struct Truth {
    FILE *file;  /* owned; NULL: nowhere */
    bool failed; /* a line was not written, and it has been said */
};

Truth *
truth_open(const char *path, GError **error)
{
    g_autoptr(Truth) truth = g_new0(Truth, 1);

    if (path != NULL && (truth->file = fopen(path, "ae")) == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&truth);
}

/* Begins a line with the times and the channel. */
static void
begin_line(Truth *truth, MonoUs now_us, const char *channel)
{
    g_autoptr(GDateTime) wall = g_date_time_new_now_utc();
    g_autofree char *seconds = g_date_time_format(wall, "%Y-%m-%dT%H:%M:%S");

    fprintf(truth->file,
            "{\"boot_us\":%" G_GINT64_FORMAT ",\"wall\":\"%s.%03dZ\",\"channel\":\"%s\",", now_us,
            seconds, g_date_time_get_microsecond(wall) / 1000, channel);
}

static void
end_line(Truth *truth)
{
    if (fflush(truth->file) == 0 || truth->failed)
        return;
    truth->failed = true;
    g_printerr("gantry-traffic: the truth log cannot be written: %s\n", g_strerror(errno));
}

void
truth_write(Truth *truth,
            MonoUs now_us,
            const char *channel,
            const Impairment *impairment,
            bool start,
            guint64 packets)
{
    g_autoptr(GString) figures = g_string_new(NULL);

    if (truth->file == NULL)
        return;
    impair_append_figures(impairment, figures);
    begin_line(truth, now_us, channel);
    fprintf(truth->file,
            "\"kind\":\"%s\",\"phase\":\"%s\",\"params\":%s,\"packets\":%" G_GUINT64_FORMAT "}\n",
            impair_word(impairment->kind), start ? "start" : "end", figures->str, packets);
    end_line(truth);
}

void
truth_write_totals(Truth *truth, MonoUs now_us, const char *channel, const char *json)
{
    if (truth->file == NULL)
        return;
    begin_line(truth, now_us, channel);
    fprintf(truth->file, "\"kind\":\"totals\",\"phase\":\"end\",%s}\n", json);
    end_line(truth);
}

void
truth_close(Truth *truth)
{
    if (truth == NULL)
        return;
    if (truth->file != NULL)
        fclose(truth->file);
    g_free(truth);
}
