/* Reading, renewing and writing the figures. */
#include "appliance/supervisor/figures-desk.h"

#include <gio/gio.h>

#define FILE_NAME "alarm-figures"
#define FILE_MAX  (16u << 20) /* bytes */
#define RENEW_US  (10 * US_PER_SECOND)
#define WRITE_US  (600 * US_PER_SECOND)

struct FiguresDesk {
    char *path;
    AlarmFigures *figures;
    FiguresView *view;
    MonoUs renewed_us; /* 0: never */
    MonoUs written_us;
    uint64_t kept_seq;   /* of what was last handed to the writer */
    GThreadPool *writer; /* one thread */
    uint64_t raised[FAULT_NUMBER_MAX + 1][SEVERITY_CRITICAL + 1]; /* by FaultId, by Severity */
};

static void
write_file(gpointer data, gpointer user_data)
{
    g_autoptr(GBytes) bytes = data;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    const char *text = g_bytes_get_data(bytes, &size);

    if (!g_file_set_contents_full(user_data, text, (gssize)size,
                                  G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                  0600, &error))
        g_warning("the alarm figures are not kept: %s; they are counted again from the journal",
                  error->message);
}

static AlarmFigures *
read_file(const char *path)
{
    char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &text, &size, NULL))
        return NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, size);

    return size <= FILE_MAX ? alarm_figures_decode(bytes) : NULL;
}

FiguresDesk *
figures_desk_new(const char *state_folder)
{
    FiguresDesk *desk = g_new0(FiguresDesk, 1);
    const AlarmPolicy policy = alarm_policy_default();

    desk->path = g_build_filename(state_folder, FILE_NAME, NULL);
    desk->figures = read_file(desk->path);
    if (desk->figures == NULL)
        desk->figures = alarm_figures_new();
    desk->kept_seq = alarm_figures_seq(desk->figures);
    desk->view = alarm_figures_view(desk->figures, &policy, 0);
    desk->writer = g_thread_pool_new(write_file, desk->path, 1, FALSE, NULL);
    return desk;
}

static void
keep(FiguresDesk *desk)
{
    if (alarm_figures_seq(desk->figures) == desk->kept_seq)
        return;
    desk->kept_seq = alarm_figures_seq(desk->figures);
    g_thread_pool_push(desk->writer, alarm_figures_encode(desk->figures), NULL);
}

void
figures_desk_free(FiguresDesk *desk)
{
    if (desk == NULL)
        return;
    keep(desk);
    g_thread_pool_free(desk->writer, FALSE, TRUE);
    alarm_figures_free(desk->figures);
    figures_view_unref(desk->view);
    g_free(desk->path);
    g_free(desk);
}

void
figures_desk_feed(FiguresDesk *desk, const AlarmTransition *transition, uint64_t seq)
{
    alarm_figures_feed(desk->figures, transition, seq);
}

void
figures_desk_count(FiguresDesk *desk, const AlarmTransition *transition)
{
    if (transition->change == ALARM_CHANGE_RAISED &&
        (unsigned)transition->fault <= FAULT_NUMBER_MAX &&
        transition->severity <= SEVERITY_CRITICAL)
        desk->raised[transition->fault][transition->severity]++;
}

RaisedCount *
figures_desk_raised(const FiguresDesk *desk, size_t *ret_n)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(RaisedCount));

    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        for (unsigned severity = 0; severity <= SEVERITY_CRITICAL; severity++) {
            const RaisedCount count = {(FaultId)fault, (Severity)severity,
                                       desk->raised[fault][severity]};

            if (count.count > 0)
                g_array_append_val(counts, count);
        }
    }
    *ret_n = counts->len;
    return (RaisedCount *)(gpointer)g_array_free(counts, FALSE);
}

void
figures_desk_step(FiguresDesk *desk, const AlarmPolicy *policy, AlarmNow now)
{
    if (desk->renewed_us != 0 && now.us - desk->renewed_us < RENEW_US)
        return;
    desk->renewed_us = now.us;
    figures_view_unref(desk->view);
    desk->view = alarm_figures_view(desk->figures, policy, now.wall_us);
    if (now.us - desk->written_us < WRITE_US)
        return;
    desk->written_us = now.us;
    keep(desk);
}

FiguresView *
figures_desk_view(const FiguresDesk *desk)
{
    return figures_view_ref(desk->view);
}
