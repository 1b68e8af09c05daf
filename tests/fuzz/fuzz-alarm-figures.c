/* The file of figures from a damaged disk: refused, or counts that can be shown and kept again. */
#include <glib.h>

#include "appliance/model/alarm-figures.h"

#define NOW (INT64_C(1790000000) * US_PER_SECOND)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(AlarmFigures) figures = alarm_figures_decode(bytes);
    const AlarmPolicy policy = alarm_policy_default();

    if (figures == NULL)
        return 0;
    g_autoptr(FiguresView) view = alarm_figures_view(figures, &policy, NOW);
    g_autoptr(GBytes) again = alarm_figures_encode(figures);
    g_autoptr(AlarmFigures) same = alarm_figures_decode(again);

    g_assert_nonnull(same);
    g_assert_cmpuint(alarm_figures_seq(same), ==, alarm_figures_seq(figures));
    return 0;
}
