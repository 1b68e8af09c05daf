/* Network: carrier, rates and losses of the ingest interfaces, and losses of this box behind them.
 */
#include <math.h>
#include <string.h>

#include "appliance/sensors/sensor-readings.h"

#define INTERFACES_MAX 32u
#define NAME_MAX_TEXT  64

/* What is counted per interface: a file under statistics/, and how it is shown. */
static const struct {
    const char *file;
    const char *label;
    const char *unit;
    double scale; /* of the rate */
} counters[] = {
    {"rx_bytes", "received", "bps", 8},
    {"rx_dropped", "receive drops", "packets", 1},
    {"rx_errors", "receive errors", "packets", 1},
    {"rx_missed_errors", "receive misses", "packets", 1},
    {"rx_fifo_errors", "ring overruns", "packets", 1},
};

typedef struct {
    SensorSource source;
    char *root;
    GStrv patterns;   /* of interface names; empty: all that are up */
    GHashTable *last; /* counter: last value, as a double */
    MonoUs at_us;     /* of the last reading; 0: none */
} NicSource;

/* Without patterns nobody said which interfaces matter: those that are down are not missed. */
static bool
is_up(const NicSource *self, const char *name)
{
    g_autofree char *path = g_strdup_printf("/sys/class/net/%s/operstate", name);
    g_autofree char *state = sensor_file(self->root, path);

    return state != NULL && g_str_has_prefix(state, "up");
}

static bool
is_wanted(const NicSource *self, const char *name)
{
    if (self->patterns[0] == NULL)
        return is_up(self, name);
    for (size_t i = 0; self->patterns[i] != NULL; i++) {
        if (g_pattern_match_simple(self->patterns[i], name))
            return true;
    }
    return false;
}

/* How much counter @key grew since the last reading; NAN at the first. */
static double
growth(NicSource *self, const char *key, double now)
{
    double *last = g_hash_table_lookup(self->last, key);
    const double before = last != NULL ? *last : NAN;

    if (isnan(now))
        return NAN;
    if (last == NULL) {
        last = g_new(double, 1);
        g_hash_table_insert(self->last, g_strdup(key), last);
    }
    *last = now;
    return now >= before ? now - before : NAN;
}

static double
file_number(const NicSource *self, const char *interface, const char *file)
{
    g_autofree char *path = g_strdup_printf("/sys/class/net/%s/%s", interface, file);
    g_autofree char *text = sensor_file(self->root, path);

    return text != NULL ? sensor_number_after(text, "") : NAN;
}

/* Losses are shown as packets since the last reading, judged by themselves: one is a warning. */
static void
add_growth(SensorReadings *readings, const char *name, double grown)
{
    const SensorView view = {
        .kind = (char *)"nic",
        .name = (char *)name,
        .value = grown,
        .unit = (char *)"packets",
        .limit = 1,
        .state = (char *)(isnan(grown) ? "unknown"
                          : grown > 0  ? "warning"
                                       : "ok"),
    };

    sensor_readings_add(readings, &view);
}

/* Received bits against what the port can carry; a port without a speed has no limit. */
static void
add_rate(const NicSource *self,
         const char *interface,
         const char *name,
         double rate_bps,
         SensorReadings *readings)
{
    const double speed_mbps = file_number(self, interface, "speed");
    const SensorView view = {
        .kind = (char *)"nic",
        .name = (char *)name,
        .value = rate_bps,
        .unit = (char *)"bps",
        .limit = speed_mbps > 0 ? speed_mbps * 1e6 : (double)NAN,
        .state = (char *)"",
    };

    sensor_readings_add(readings, &view);
}

/* Multicast groups that are joined on @interface, IPv4: lines that begin with a group stand below
 * the line of their interface. NAN if the list cannot be read. */
static double
joined_groups(const char *list, const char *interface)
{
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    bool mine = false;
    double groups = 0;

    for (size_t i = 0; lines[i] != NULL; i++) {
        if (g_ascii_isdigit(lines[i][0])) {
            g_auto(GStrv) words = g_strsplit_set(lines[i], "\t :", -1);

            mine = false;
            for (size_t word = 1; words[word] != NULL; word++)
                mine |= g_str_equal(words[word], interface);
        } else if (mine && g_str_has_prefix(lines[i], "\t\t\t")) {
            groups++;
        }
    }
    return groups;
}

static void
add_groups(const NicSource *self, const char *interface, SensorReadings *readings)
{
    g_autofree char *list = sensor_file(self->root, "/proc/net/igmp");
    g_autofree char *name = g_strdup_printf("%s IGMP groups", interface);

    if (list != NULL)
        sensor_add(readings, "nic", name, joined_groups(list, interface), "groups");
    else
        sensor_readings_add_absent(readings, "nic", name);
}

static void
add_interface(NicSource *self, const char *interface, double seconds, SensorReadings *readings)
{
    const double carrier = file_number(self, interface, "carrier");
    char name[NAME_MAX_TEXT];

    g_snprintf(name, sizeof name, "%s link", interface);
    const SensorView link = {
        .kind = (char *)"nic",
        .name = name,
        .value = isnan(carrier) ? 0 : carrier, /* it cannot be read while the interface is down */
        .unit = (char *)"ratio",
        .limit = NAN,
        .state = (char *)(carrier > 0 ? "ok" : "fault"),
    };

    sensor_readings_add(readings, &link);
    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++) {
        g_autofree char *file = g_strconcat("statistics/", counters[i].file, NULL);

        g_snprintf(name, sizeof name, "%s %s", interface, counters[i].label);
        const double grown = growth(self, name, file_number(self, interface, file));

        if (seconds <= 0)
            continue;
        if (g_str_equal(counters[i].unit, "bps"))
            add_rate(self, interface, name, grown * counters[i].scale / seconds, readings);
        else
            add_growth(readings, name, grown);
    }
    add_groups(self, interface, readings);
}

/* The second column of every line of softnet_stat: packets that no CPU took in time. */
static double
softnet_drops(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    double drops = 0;

    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) columns = g_strsplit(lines[i], " ", 3);
        guint64 dropped = 0;

        if (g_strv_length(columns) >= 2 &&
            g_ascii_string_to_unsigned(columns[1], 16, 0, G_MAXUINT32, &dropped, NULL))
            drops += (double)dropped;
    }
    return drops;
}

/* The value under @name in the two lines that begin with "Udp:", names above values. */
static double
udp_counter(const char *text, const char *name)
{
    const char *names = strstr(text, "\nUdp: ");
    const char *values = names != NULL ? strstr(names + 1, "\nUdp: ") : NULL;

    if (values == NULL)
        return NAN;
    g_autofree char *name_line = g_strndup(names + 1, (gsize)(values - names - 1));
    g_autofree char *value_line = g_strndup(values + 1, strcspn(values + 1, "\n"));
    g_auto(GStrv) name_words = g_strsplit(name_line, " ", -1);
    g_auto(GStrv) value_words = g_strsplit(value_line, " ", -1);

    for (size_t i = 0; name_words[i] != NULL && value_words[i] != NULL; i++) {
        if (g_str_equal(name_words[i], name))
            return g_ascii_strtod(value_words[i], NULL);
    }
    return NAN;
}

static void
add_box(NicSource *self, double seconds, SensorReadings *readings)
{
    g_autofree char *softnet = sensor_file(self->root, "/proc/net/softnet_stat");
    g_autofree char *snmp = sensor_file(self->root, "/proc/net/snmp");
    const double backlog = growth(self, "softnet", softnet != NULL ? softnet_drops(softnet) : NAN);
    const double sockets =
        growth(self, "udp", snmp != NULL ? udp_counter(snmp, "RcvbufErrors") : NAN);

    if (seconds <= 0)
        return;
    add_growth(readings, "kernel backlog drops", backlog);
    add_growth(readings, "UDP socket buffer drops", sockets);
}

static void
nic_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    NicSource *self = (NicSource *)source;
    g_autofree char *folder = g_strconcat(self->root, "/sys/class/net", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const double seconds = self->at_us != 0 ? (double)(now_us - self->at_us) * 1e-6 : 0;
    unsigned found = 0;
    const char *name;

    while (dir != NULL && found < INTERFACES_MAX && (name = g_dir_read_name(dir)) != NULL) {
        if (!is_wanted(self, name))
            continue;
        add_interface(self, name, seconds, readings);
        found++;
    }
    if (found == 0)
        sensor_readings_add_absent(readings, "nic", "ingest interfaces");
    add_box(self, seconds, readings);
    self->at_us = now_us;
}

static void
nic_free(SensorSource *source)
{
    NicSource *self = (NicSource *)source;

    g_hash_table_unref(self->last);
    g_strfreev(self->patterns);
    g_free(self->root);
    g_free(self);
}

SensorSource *
sensor_nic_new(const char *root, const char *const *interfaces)
{
    static const char *const none[] = {NULL};
    NicSource *self = g_new0(NicSource, 1);

    self->source = (SensorSource){.read = nic_read, .free = nic_free};
    self->root = g_strdup(root);
    self->patterns = g_strdupv((char **)(interfaces != NULL ? interfaces : none));
    self->last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return &self->source;
}
