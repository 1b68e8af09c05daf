/* Runs of pictures that are alike. */
#include "pipelines/probe/steady-picture.h"

void
steady_picture_see(SteadyPicture *steady, const SlatePrint *print, MonoUs at_us)
{
    if (steady->since_us == 0 || slate_find(&steady->present, 1, print) != 0) {
        steady->present = *print;
        steady->since_us = at_us;
    }
    const int64_t stood_us = at_us - steady->since_us;

    if (stood_us < STEADY_PICTURE_LEAST_US || stood_us <= steady->longest_us)
        return;
    steady->longest_us = stood_us;
    steady->print = steady->present;
}

char *
steady_picture_digits(const SteadyPicture *steady)
{
    GString *digits = g_string_sized_new(2 * SLATE_PRINT_BYTES);

    for (size_t i = 0; i < SLATE_PRINT_BYTES; i++)
        g_string_append_printf(digits, "%02x", steady->print.bytes[i]);
    return g_string_free(digits, FALSE);
}
