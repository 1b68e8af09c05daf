/* A pool of one thread. */
#include "appliance/supervisor/inventory-saver.h"

#include "appliance/config/inventory-store.h"

struct InventorySaver {
    GThreadPool *pool; /* (element-type Job) */
    char *folder;
    unsigned forgotten; /* the thread's own: how many of the erased are in no generation on disk */
};

typedef struct {
    Inventory *inventory; /* owned reference */
    bool written;         /* it is on disk */
} Job;

static void
job_free(gpointer data)
{
    Job *job = data;

    inventory_unref(job->inventory);
    g_free(job);
}

static void
work(gpointer data, gpointer user_data)
{
    InventorySaver *saver = user_data;
    Job *job = data;
    const Inventory *inventory = job->inventory;
    ErasedNames *erased = inventory->accounts->erased;
    g_autoptr(GError) error = NULL;

    if (!job->written && !inventory_save(saver->folder, inventory, &error))
        g_warning("the inventory is in force, but not on disk: %s", error->message);
    else if (erased_names_count(erased) == saver->forgotten)
        ;
    else if (inventory_forget(saver->folder, erased, inventory->generation + 1, &error))
        saver->forgotten = erased_names_count(erased);
    else
        g_warning("older generations of the inventory still name people who were erased; tried "
                  "again with the next one and at the next start: %s",
                  error->message);
    job_free(job);
}

static void
push(InventorySaver *saver, Inventory *inventory, bool written)
{
    Job *job = g_new0(Job, 1);

    job->inventory = inventory_ref(inventory);
    job->written = written;
    g_thread_pool_push(saver->pool, job, NULL);
}

InventorySaver *
inventory_saver_new(const char *state_folder, Inventory *inventory)
{
    InventorySaver *saver = g_new0(InventorySaver, 1);

    saver->folder = g_build_filename(state_folder, "inventory", NULL);
    saver->pool = g_thread_pool_new(work, saver, 1, FALSE, NULL);
    push(saver, inventory, true);
    return saver;
}

void
inventory_saver_save(InventorySaver *saver, Inventory *inventory)
{
    push(saver, inventory, false);
}

void
inventory_saver_free(InventorySaver *saver)
{
    if (saver == NULL)
        return;
    g_thread_pool_free(saver->pool, FALSE, TRUE);
    g_free(saver->folder);
    g_free(saver);
}
