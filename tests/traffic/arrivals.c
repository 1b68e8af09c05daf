/* Counting of times between datagrams. */
#include "tests/traffic/arrivals.h"

void
arrivals_add(Arrivals *arrivals, MonoUs now_us, unsigned count)
{
    if (arrivals->last_us != 0) {
        const MonoUs apart_us = now_us - arrivals->last_us;

        arrivals->bin[CLAMP(apart_us / US_PER_MS, 0, ARRIVAL_BINS - 1)]++;
        arrivals->count++;
        arrivals->longest_us = MAX(arrivals->longest_us, apart_us);
    }
    arrivals->bin[0] += count - 1;
    arrivals->count += count - 1;
    arrivals->last_us = now_us;
}

unsigned
arrivals_percentile(const Arrivals *arrivals, double share)
{
    const double wanted = share * (double)arrivals->count;
    uint64_t sum = 0;

    for (unsigned i = 0; i < ARRIVAL_BINS; i++) {
        sum += arrivals->bin[i];
        if ((double)sum >= wanted)
            return i;
    }
    return ARRIVAL_BINS - 1;
}

void
arrivals_append(const Arrivals *arrivals, GString *json)
{
    const char *comma = "";

    g_string_append_printf(json,
                           ",\"iat\":{\"count\":%" G_GUINT64_FORMAT
                           ",\"p50_ms\":%u,\"p99_ms\":%u,\"max_us\":%" G_GINT64_FORMAT
                           ",\"bins\":{",
                           arrivals->count, arrivals_percentile(arrivals, 0.5),
                           arrivals_percentile(arrivals, 0.99), arrivals->longest_us);
    for (unsigned i = 0; i < ARRIVAL_BINS; i++) {
        if (arrivals->bin[i] == 0)
            continue;
        g_string_append_printf(json, "%s\"%u\":%" G_GUINT64_FORMAT, comma, i, arrivals->bin[i]);
        comma = ",";
    }
    g_string_append(json, "}}");
}
