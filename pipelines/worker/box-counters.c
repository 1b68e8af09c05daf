/* Reading of softnet_stat, stat and the interfaces' statistics. */
#include "pipelines/worker/box-counters.h"

#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES    16
#define TEXT_BYTES    65536u /* of softnet_stat: room for some 350 CPUs */
#define STAT_BYTES    512u   /* of stat: the sums in its first line are all that is read */
#define NUMBER_BYTES  32u
#define PAGE_BYTES    2048 /* the kernel gives at least this much at a time, if there is more */
#define NIC_FILES     2u
#define SOFTNET_DROPS 1u /* columns of softnet_stat, from 0 */
#define SOFTNET_TIMES 2u
#define SOFTNET_FLOWS 10u /* dropped to be fair to other flows */
#define STAT_STEAL    7u  /* columns of the line "cpu", from 0; guests are within the others */
#define STAT_COLUMNS  8u

typedef struct {
    char name[NAME_BYTES];
    bool hardware;
    int files[NIC_FILES]; /* file descriptors; -1: there is none */
} Interface;

struct BoxCounters {
    int softnet;
    int stat;
    Interface interfaces[BOX_COUNTERS_INTERFACES_MAX];
    unsigned n_interfaces;
};

static int
open_in(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return open(path, O_RDONLY | O_CLOEXEC);
}

static void
add_interface(BoxCounters *counters, const char *folder, const char *name, bool hardware)
{
    static const char *const files[NIC_FILES] = {"statistics/rx_missed_errors",
                                                 "statistics/rx_fifo_errors"};
    Interface *interface = &counters->interfaces[counters->n_interfaces];

    if (counters->n_interfaces == BOX_COUNTERS_INTERFACES_MAX || strlen(name) >= NAME_BYTES)
        return;
    g_strlcpy(interface->name, name, sizeof interface->name);
    interface->hardware = hardware;
    for (unsigned i = 0; i < NIC_FILES; i++)
        interface->files[i] = open_in(folder, files[i]);
    counters->n_interfaces++;
}

/* Adds the interfaces that are of hardware, or those that are not. */
static void
add_interfaces(BoxCounters *counters, const char *sys, bool hardware)
{
    g_autofree char *root = g_build_filename(sys, "class", "net", NULL);
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *folder = g_build_filename(root, name, NULL);
        g_autofree char *device = g_build_filename(folder, "device", NULL);

        if (g_file_test(device, G_FILE_TEST_EXISTS) == hardware)
            add_interface(counters, folder, name, hardware);
    }
}

BoxCounters *
box_counters_new(const char *proc, const char *sys)
{
    BoxCounters *counters = g_new0(BoxCounters, 1);

    counters->softnet = open_in(proc, "net/softnet_stat");
    counters->stat = open_in(proc, "stat");
    add_interfaces(counters, sys, true);
    add_interfaces(counters, sys, false);
    return counters;
}

static void
close_file(int fd)
{
    if (fd >= 0)
        close(fd);
}

void
box_counters_free(BoxCounters *counters)
{
    if (counters == NULL)
        return;
    close_file(counters->softnet);
    close_file(counters->stat);
    for (unsigned i = 0; i < counters->n_interfaces; i++) {
        for (unsigned n = 0; n < NIC_FILES; n++)
            close_file(counters->interfaces[i].files[n]);
    }
    g_free(counters);
}

/* Reads a file's first @room - 1 bytes into @text: "" if it cannot be read. The kernel makes such a
 * file anew for every read, so that the last one, which would only show the end, is left out where
 * one has brought a whole line and less than a page. */
static void
read_all(int fd, char *text, size_t room)
{
    size_t size = 0;
    ssize_t got = 0;

    do {
        got = fd >= 0 ? pread(fd, text + size, room - 1 - size, (off_t)size) : 0;
        size += got > 0 ? (size_t)got : 0;
    } while (got > 0 && size < room - 1 && (got >= PAGE_BYTES || text[size - 1] != '\n'));
    text[size] = '\0';
}

/* Column @index of @line, a number of @base; 0 without it. */
static uint64_t
column_of(char **columns, unsigned index, unsigned base)
{
    guint64 value = 0;

    if (index >= g_strv_length(columns) ||
        !g_ascii_string_to_unsigned(columns[index], base, 0, G_MAXUINT64, &value, NULL))
        return 0;
    return value;
}

static void
read_softnet(int fd, BoxCount *count)
{
    char text[TEXT_BYTES];

    read_all(fd, text, sizeof text);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) columns = g_strsplit(lines[i], " ", -1);

        count->softnet_drops +=
            column_of(columns, SOFTNET_DROPS, 16) + column_of(columns, SOFTNET_FLOWS, 16);
        count->squeezes += column_of(columns, SOFTNET_TIMES, 16);
    }
}

static void
read_stat(int fd, BoxCount *count)
{
    char text[STAT_BYTES];
    g_auto(GStrv) columns = NULL;

    read_all(fd, text, sizeof text);
    if (!g_str_has_prefix(text, "cpu  "))
        return;
    text[strcspn(text, "\n")] = '\0';
    columns = g_strsplit(text + strlen("cpu  "), " ", -1);
    for (unsigned i = 0; i < STAT_COLUMNS; i++)
        count->all_ticks += column_of(columns, i, 10);
    count->steal_ticks = column_of(columns, STAT_STEAL, 10);
}

static uint64_t
read_number(int fd)
{
    char text[NUMBER_BYTES];
    guint64 value = 0;

    read_all(fd, text, sizeof text);
    g_strchomp(text);
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &value, NULL) ? value : 0;
}

static bool
is_hardware(const BoxCounters *counters, const char *name)
{
    for (unsigned i = 0; i < counters->n_interfaces; i++) {
        if (g_str_equal(counters->interfaces[i].name, name))
            return counters->interfaces[i].hardware;
    }
    return false;
}

void
box_counters_read(const BoxCounters *counters, const char *interface, BoxCount *ret_count)
{
    const bool alone = is_hardware(counters, interface);
    BoxCount count = {0};

    read_softnet(counters->softnet, &count);
    read_stat(counters->stat, &count);
    for (unsigned i = 0; i < counters->n_interfaces; i++) {
        const Interface *one = &counters->interfaces[i];

        if (!g_str_equal(one->name, interface) && (alone || !one->hardware))
            continue;
        for (unsigned n = 0; n < NIC_FILES; n++)
            count.nic_missed += read_number(one->files[n]);
    }
    *ret_count = count;
}
