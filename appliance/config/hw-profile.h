/* What one kind of machine can do: cores, interfaces, buffers, decode, sensor limits. One JSON file
 * each in hw-profiles/; hw-profiles/schema.json says the same to editors and tests. */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "appliance/model/sensor-limit.h"

#define HW_PROFILE_MAX_BYTES (256u << 10) /* of one file */

typedef struct {
    char *name;              /* slug, the file's name without .json */
    char *text;              /* one sentence about the machine */
    char *worker_cpus;       /* "2-15", "" for all */
    char *supervisor_cpus;   /* "0-1", "" for all */
    GStrv ingest_interfaces; /* names or patterns such as "enp*"; empty: all that are up */
    uint32_t receive_buffer; /* bytes of one input's socket */
    char *decode_backend;    /* "software" */
    double depth_budget;     /* share of the workers' CPU that measuring may use, 0.1 to 0.95 */
    SensorLimit *limits;     /* @n_limits entries */
    size_t n_limits;
} HwProfile;

/**
 * hw_profile_load:
 * @path: file of the profile. Blocks on disk.
 *
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INVALID, `FILE: cores.workers: ...`, or
 *   %GANTRY_ERROR_NOT_FOUND
 */
HwProfile *hw_profile_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As hw_profile_load(), for one text; pure. @file: name to put before errors. */
HwProfile *hw_profile_parse(const char *file, const char *text, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void hw_profile_free(HwProfile *profile); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HwProfile, hw_profile_free)
