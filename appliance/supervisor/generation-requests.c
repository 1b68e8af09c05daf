/* Files in a thread, answers on the loop. The generation that holds may not be on disk yet: it is
 * taken from memory. */
#include "appliance/supervisor/generation-requests.h"

#include "appliance/config/inventory-compare.h"
#include "appliance/config/inventory-store.h"
#include "appliance/http/json-writer.h"
#include "appliance/model/etag.h"
#include "appliance/supervisor/config-requests.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

typedef struct {
    RequestPorts ports;
    CommandCall *call;
    const Command *command; /* no-ref: lives as long as @call */
    Inventory *present;     /* when it was asked */
    char *folder;
    uint64_t wanted;   /* generation */
    GPtrArray *listed; /* (element-type Inventory): of a list, newest first */
    Inventory *one;    /* of @wanted */
    Inventory *other;  /* what it is compared with */
    uint64_t next;     /* where the next page begins; 0: this is the last */
} Job;

static void
job_free(gpointer data)
{
    Job *job = data;

    inventory_unref(job->present);
    inventory_unref(job->one);
    inventory_unref(job->other);
    g_ptr_array_unref(job->listed);
    g_free(job->folder);
    g_free(job);
}

/* ---- In the thread ---- */

/* The disk's copy may still name people who have just been erased. */
static Inventory *
load(const Job *job, uint64_t generation, GError **error)
{
    g_autoptr(Inventory) stored = generation != job->present->generation
                                      ? inventory_load_generation(job->folder, generation, error)
                                      : NULL;

    if (generation == job->present->generation)
        return inventory_ref(job->present);
    return stored != NULL ? inventory_without_people(stored, job->present->accounts->erased) : NULL;
}

/* Up to @command->seq of them from @wanted down. A damaged file is passed over: it is no
 * generation. */
static bool
load_page(Job *job, GError **error)
{
    g_autoptr(GArray) generations = inventory_generations(job->folder, error);
    const uint64_t newest = job->present->generation;

    if (generations == NULL)
        return false;
    if (newest > 0 && job->wanted >= newest)
        g_ptr_array_add(job->listed, inventory_ref(job->present));
    for (guint i = 0; i < generations->len; i++) {
        const uint64_t generation = g_array_index(generations, uint64_t, i);
        Inventory *inventory = NULL;

        if (generation >= newest || generation > job->wanted)
            continue;
        if (job->listed->len >= job->command->seq) {
            job->next = generation;
            return true;
        }
        inventory = load(job, generation, NULL);
        if (inventory != NULL)
            g_ptr_array_add(job->listed, inventory);
    }
    return true;
}

static void
read_files(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Job *job = data;
    GError *error = NULL;
    const uint64_t against = job->command->seq > 0 ? job->command->seq : job->present->generation;

    if (job->command->verb == CONFIG_GENERATIONS) {
        (void)load_page(job, &error);
    } else {
        job->one = load(job, job->wanted, &error);
        if (job->one != NULL && job->command->verb == CONFIG_DIFFERENCE)
            job->other = load(job, against, &error);
    }
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
}

/* ---- On the loop ---- */

static void
write_generation(GString *json, const Inventory *inventory, bool current)
{
    json_begin_object(json, NULL);
    json_uint(json, "generation", inventory->generation);
    json_time(json, "at", inventory->origin.at_us);
    json_string(json, "by", inventory->origin.by);
    json_string(json, "what", inventory->origin.what);
    json_bool(json, "current", current);
    json_end_object(json);
}

static char *
etag_of_generation(const Inventory *inventory)
{
    return g_strdup_printf("\"generation-%" G_GUINT64_FORMAT "\"", inventory->generation);
}

static void
tell_list(const Job *job, CommandResult *result)
{
    const Inventory *present = job->ports.records->inventory;
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < job->listed->len; i++) {
        const Inventory *inventory = job->listed->pdata[i];

        write_generation(json, inventory, inventory->generation == present->generation);
    }
    json_end_array(json);
    json_uint(json, "current", present->generation);
    if (job->next > 0) {
        g_autofree char *next = g_strdup_printf("%" G_GUINT64_FORMAT, job->next);

        json_string(json, "next_cursor", next);
    } else {
        json_null(json, "next_cursor");
    }
    json_end_object(json);
    result->text = g_strdup(json->str);
    result->etag = etag_of_generation(present);
}

static void
tell_difference(const Job *job, CommandResult *result)
{
    g_autofree char *changes = inventory_compare(job->one, job->other);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_uint(json, "from", job->one->generation);
    json_uint(json, "to", job->other->generation);
    json_raw(json, "changes", changes);
    json_end_object(json);
    result->text = g_strdup(json->str);
}

static void
revert(const Job *job, CommandResult *result)
{
    const RequestPorts *ports = &job->ports;
    Inventory *present = ports->records->inventory;
    g_autofree char *etag = etag_of_generation(present);
    const AlarmNow now = {.us = boot_now_us(), .wall_us = wall_now_us()};

    if (!etag_allows(job->command->if_match, etag)) {
        result->error = g_error_new_literal(
            GANTRY_ERROR, GANTRY_ERROR_CHANGED,
            "Somebody changed the inventory meanwhile: look again, then decide.");
        return;
    }
    Inventory *next = inventory_reverted(present, job->one, *ports->channels_file != '\0');
    g_autofree char *differs = inventory_compare_text(present, next);
    g_autofree char *what = g_strdup_printf("back to generation %" G_GUINT64_FORMAT ": %s",
                                            job->one->generation, differs);

    if (job->command->dry_run) {
        result->text = config_requests_foretell(ports, next);
        inventory_unref(next);
        return;
    }
    config_requests_adopt(ports, next, job->command->actor, what, now);
    g_autoptr(GString) json = g_string_new(NULL);

    write_generation(json, ports->records->inventory, true);
    result->text = g_strdup(json->str);
    result->etag = etag_of_generation(ports->records->inventory);
}

static void
files_read(GObject *source, GAsyncResult *task_result, gpointer user_data)
{
    Job *job = g_task_get_task_data(G_TASK(task_result));
    CommandResult result = {0};

    if (g_task_propagate_boolean(G_TASK(task_result), &result.error)) {
        if (job->command->verb == CONFIG_GENERATIONS)
            tell_list(job, &result);
        else if (job->command->verb == CONFIG_DIFFERENCE)
            tell_difference(job, &result);
        else
            revert(job, &result);
    }
    command_call_answer(job->call, &result);
}

void
generation_requests_handle(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, files_read, NULL);
    Job *job = g_new0(Job, 1);
    guint64 wanted = G_MAXINT64;

    job->ports = *ports;
    job->call = call;
    job->command = command;
    job->present = inventory_ref(ports->records->inventory);
    job->folder = g_build_filename(ports->state_folder, "inventory", NULL);
    job->listed = g_ptr_array_new_with_free_func((GDestroyNotify)inventory_unref);
    g_task_set_task_data(task, job, job_free);
    if (*command->target != '\0' &&
        !g_ascii_string_to_unsigned(command->target, 10, 1, G_MAXINT64, &wanted, NULL)) {
        command_call_refuse(call, g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                                                      "a generation is a number from 1"));
        return;
    }
    job->wanted = wanted;
    g_task_run_in_thread(task, read_files);
}
