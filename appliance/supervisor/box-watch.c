/* What is read of the box, and which trouble is which fault. */
#include "appliance/supervisor/box-watch.h"

#include <string.h>

#include "pipelines/base/clock.h"

#define RECEIVER_PREFIX "receiver/"
#define LINK_SUFFIX     " link" /* of the sensor that says whether an interface has a carrier */

static FaultId
fault_of_service(const char *name)
{
    static const struct {
        const char *name;
        FaultId fault;
    } known[] = {
        {"journal", FAULT_JOURNAL_SLOW},
        {"history", FAULT_HISTORY_BEHIND},
        {"live-store", FAULT_LIVE_STORE_LOST},
        {"recordings", FAULT_SEGMENTS_LOST},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(name, known[i].name) == 0)
            return known[i].fault;
    }
    return g_str_has_prefix(name, RECEIVER_PREFIX) ? FAULT_RECEIVER_FAILING : FAULT_NONE;
}

static bool
is_failing(const char *state)
{
    return strcmp(state, "failing") == 0 || strcmp(state, "down") == 0;
}

/* One whose settings are wrong is told of at once: waiting will not mend it. */
static void
observe_refusal(Ingest *ingest, const ServiceView *service, AlarmNow now)
{
    const bool faulty = strcmp(service->state, "refusing") == 0;
    const Observation observation = {
        .resource = service->name,
        .fault = FAULT_RECEIVER_REFUSING,
        .faulty = faulty,
        .since_us = service->since_us,
        .cause_scope = CAUSE_MONITOR,
        .text = faulty && *service->text != '\0' ? service->text : NULL,
    };

    ingest_observe(ingest, &observation, now);
}

static void
observe_service(Ingest *ingest, const ServiceView *service, AlarmNow now)
{
    const FaultId fault = fault_of_service(service->name);
    const bool faulty = is_failing(service->state);
    const Observation observation = {
        .resource = fault == FAULT_RECEIVER_FAILING ? service->name : "box",
        .fault = fault,
        .faulty = faulty,
        .since_us = service->since_us,
        .cause_scope = CAUSE_MONITOR,
        .value = (double)service->behind,
        .text = faulty && *service->text != '\0' ? service->text : NULL,
    };

    if (fault != FAULT_NONE)
        ingest_observe(ingest, &observation, now);
    if (fault == FAULT_RECEIVER_FAILING)
        observe_refusal(ingest, service, now);
}

/* An ingest interface is a resource of its own, which its channels share. */
static void
observe_link(Ingest *ingest, const SensorView *sensor, AlarmNow now)
{
    if (strcmp(sensor->kind, "nic") != 0 || !g_str_has_suffix(sensor->name, LINK_SUFFIX))
        return;
    g_autofree char *name = g_strndup(sensor->name, strlen(sensor->name) - strlen(LINK_SUFFIX));
    g_autofree char *resource = g_strconcat("nic/", name, NULL);
    g_autofree char *text =
        g_strdup_printf("%s: %s", fault_info(FAULT_INTERFACE_DOWN)->sentence, name);
    const Observation observation = {.resource = resource,
                                     .fault = FAULT_INTERFACE_DOWN,
                                     .faulty = strcmp(sensor->state, "fault") == 0,
                                     .cause_scope = CAUSE_NETWORK,
                                     .text = text};

    ingest_observe(ingest, &observation, now);
}

/* The first that is faulty speaks for all of its kind. */
static void
observe_kind(Ingest *ingest,
             const SensorView *sensors,
             size_t n_sensors,
             const char *kind,
             FaultId fault,
             AlarmNow now)
{
    g_autofree char *text = NULL;
    bool faulty = false;

    for (size_t i = 0; i < n_sensors && !faulty; i++) {
        faulty = strcmp(sensors[i].kind, kind) == 0 && strcmp(sensors[i].state, "fault") == 0;
        if (faulty)
            text = g_strdup_printf("%s: %s%s%s", fault_info(fault)->sentence,
                                   sensors[i].text != NULL ? sensors[i].text : "",
                                   sensors[i].text != NULL ? ", in " : "", sensors[i].name);
    }
    const Observation observation = {.resource = "box",
                                     .fault = fault,
                                     .faulty = faulty,
                                     .cause_scope = CAUSE_MONITOR,
                                     .text = text};

    ingest_observe(ingest, &observation, now);
}

void
box_watch_observe(Ingest *ingest,
                  const GArray *services,
                  const SensorView *sensors,
                  size_t n_sensors,
                  AlarmNow now)
{
    for (guint i = 0; i < services->len; i++)
        observe_service(ingest, &g_array_index(services, ServiceView, i), now);
    observe_kind(ingest, sensors, n_sensors, "disk", FAULT_DISK_FULL, now);
    observe_kind(ingest, sensors, n_sensors, "certificate", FAULT_CERTIFICATE_ENDING, now);
    for (size_t i = 0; i < n_sensors; i++)
        observe_link(ingest, &sensors[i], now);
}

void
box_watch_workers(Ingest *ingest, Records *records, Crew *crew, AlarmNow now)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, records->inputs_by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const InputRecord *input = value;
        MonoUs since_us = 0;
        const bool silent = crew_is_silent(crew, input, now.us, &since_us);
        const Observation observation = {.resource = input->resource,
                                         .fault = FAULT_WORKER_LOST,
                                         .faulty = silent,
                                         .since_us = silent ? since_us : 0,
                                         .cause_scope = CAUSE_MONITOR};

        ingest_observe(ingest, &observation, now);
    }
}

/* The files of the box's own certificate and of that of a server in front, each once. Returns:
 * (transfer full): ended by NULL */
static GStrv
certificates_of(const Settings *settings)
{
    const char *const paths[] = {settings->http_certificate, settings->http_front_certificate};
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (*paths[0] != '\0')
        g_strv_builder_add(builder, paths[0]);
    if (*paths[1] != '\0' && !g_str_equal(paths[0], paths[1]))
        g_strv_builder_add(builder, paths[1]);
    return g_strv_builder_end(builder);
}

SensorPoller *
box_watch_start_sensors(const Settings *settings, const HwProfile *profile)
{
    GPtrArray *sources = g_ptr_array_new_with_free_func((GDestroyNotify)sensor_source_free);
    g_auto(GStrv) certificates = certificates_of(settings);

    g_ptr_array_add(sources, sensor_cpu_new(""));
    g_ptr_array_add(sources, sensor_memory_new(""));
    g_ptr_array_add(sources, sensor_disk_new("", settings->state_folder));
    g_ptr_array_add(sources, sensor_clock_new());
    g_ptr_array_add(sources, sensor_nic_new("", (const char *const *)profile->ingest_interfaces));
    g_ptr_array_add(sources, sensor_hwmon_new());
    g_ptr_array_add(sources,
                    sensor_certificate_new((const char *const *)certificates, wall_now_us));
    return sensor_poller_new(sources, profile->limits, profile->n_limits);
}
