/* The evidence's thread: writing, finishing what was left, deleting the oldest. */
#include "appliance/stores/evidence-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>

#include "appliance/stores/evidence-clip.h"
#include "appliance/stores/evidence-file.h"
#include "appliance/stores/evidence-shelf.h"
#include "appliance/stores/segment-archive.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define DEFAULT_QUOTA   (UINT64_C(2) << 30)
#define DEFAULT_ALARMS  1000u
#define DEFAULT_RESERVE (UINT64_C(256) << 20)
#define IDLE_US         (60 * US_PER_SECOND)
#define LEFT_LOOK_US    (2 * US_PER_SECOND)  /* between looks at what an earlier process left */
#define LEFT_SLACK_US   (15 * US_PER_SECOND) /* until the segment that holds the end is complete */
#define FOLDER_MODE     0750
#define FILE_MODE       0640
#define PICTURE_MAX     (256u << 10)

struct EvidenceStore {
    gatomicrefcount refs; /* of the owner and of the thread */
    char *folder;
    char *segments; /* (nullable) */
    uint64_t quota_bytes;
    size_t max_alarms;
    uint64_t reserve_bytes;

    StoreThread thread; /* its lock guards what follows, up to the next comment */
    GQueue queue;       /* (element-type EvidenceRecord) */
    GHashTable *ids;    /* (element-type utf8): alarms with evidence, on disk or queued */
    EventSinkStatus state;
    EvidenceStoreStatus counts;

    /* The thread's own. */
    EvidenceShelf *shelf; /* (nullable): NULL until the folder was read */
    GPtrArray *left;      /* (element-type utf8): alarms whose clip an earlier process left open */
};

static void
store_unref(EvidenceStore *store)
{
    if (!g_atomic_ref_count_dec(&store->refs))
        return;
    g_queue_clear_full(&store->queue, (GDestroyNotify)evidence_record_free);
    g_hash_table_unref(store->ids);
    g_ptr_array_unref(store->left);
    evidence_shelf_free(store->shelf);
    store_thread_clear(&store->thread);
    g_free(store->folder);
    g_free(store->segments);
    g_free(store);
}

static void
set_state(EvidenceStore *store, const char *state, const char *text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    event_sink_status_set(&store->state, state, text, boot_now_us());
}

static bool
disk_is_full(const EvidenceStore *store)
{
    struct statvfs disk;

    return statvfs(store->folder, &disk) == 0 &&
           (uint64_t)disk.f_bavail * disk.f_frsize < store->reserve_bytes;
}

static void
forget(EvidenceStore *store, const char *alarm_id)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    g_hash_table_remove(store->ids, alarm_id);
}

/* Deletes the oldest until all but @keep fits. */
static void
make_room(EvidenceStore *store, const char *keep)
{
    while (evidence_shelf_bytes(store->shelf) > store->quota_bytes ||
           evidence_shelf_count(store->shelf) > store->max_alarms) {
        g_autofree char *dropped = evidence_shelf_drop_oldest(store->shelf, keep);

        if (dropped == NULL)
            return;
        forget(store, dropped);
        g_mutex_lock(&store->thread.lock);
        store->counts.deleted++;
        g_mutex_unlock(&store->thread.lock);
    }
}

/* A reader sees the whole file or none, after a power cut, too. */
static bool
write_file(const char *folder, const char *name, const char *data, size_t size, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT,
                                    FILE_MODE, error);
}

static char *
picture_name(EvidencePlace place)
{
    return g_strconcat(evidence_place_name(place), ".jpg", NULL);
}

/* A picture that was chosen once stays: what is on disk already is not written again. */
static bool
write_pictures(const char *folder, const EvidenceRecord *record, GError **error)
{
    for (unsigned place = 0; place < EVIDENCE_PLACES; place++) {
        g_autofree char *name = picture_name((EvidencePlace)place);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        GBytes *jpeg = record->pictures[place].jpeg;
        gsize size = 0;

        if (jpeg == NULL || g_file_test(path, G_FILE_TEST_EXISTS))
            continue;
        const char *data = g_bytes_get_data(jpeg, &size);

        if (!write_file(folder, name, data, size, error))
            return false;
    }
    return true;
}

static void
keep_clip(const EvidenceStore *store, const char *folder, EvidenceRecord *record)
{
    if (store->segments == NULL || !slug_is_valid(record->input_id) ||
        !slug_is_valid(record->channel_id)) {
        record->clip.state = EVIDENCE_CLIP_NONE;
        evidence_set(&record->clip.text, "No segments are recorded");
        return;
    }
    g_autofree char *ring =
        g_build_filename(store->segments, record->input_id, record->channel_id, NULL);
    g_autofree char *target = g_build_filename(folder, EVIDENCE_CLIP_FOLDER, NULL);

    evidence_clip_keep(ring, target, &record->clip);
}

/* The record comes last: a folder without one is no evidence. */
static bool
write_record(EvidenceStore *store, EvidenceRecord *record, GError **error)
{
    g_autofree char *folder = g_build_filename(store->folder, record->alarm_id, NULL);

    if (g_mkdir_with_parents(folder, FOLDER_MODE) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s", folder,
                    g_strerror(errno));
        return false;
    }
    if (!write_pictures(folder, record, error))
        return false;
    if (record->complete && record->clip.state == EVIDENCE_CLIP_PENDING)
        keep_clip(store, folder, record);
    g_autofree char *text = evidence_file_text(record);

    return write_file(folder, EVIDENCE_FILE, text, strlen(text), error);
}

static void
count(EvidenceStore *store, bool written)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    store->counts.written += written;
    store->counts.dropped += !written;
    store->counts.stored_bytes = evidence_shelf_bytes(store->shelf);
    store->counts.alarms = evidence_shelf_count(store->shelf);
}

static bool
is_on_disk(const EvidenceStore *store, const char *alarm_id)
{
    g_autofree char *path = g_build_filename(store->folder, alarm_id, EVIDENCE_FILE, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
lose(EvidenceStore *store, const EvidenceRecord *record, const char *state, const char *text)
{
    set_state(store, state, text);
    if (!is_on_disk(store, record->alarm_id))
        forget(store, record->alarm_id);
    count(store, false);
}

static void
store_record(EvidenceStore *store, EvidenceRecord *record)
{
    g_autoptr(GError) error = NULL;

    if (disk_is_full(store)) {
        lose(store, record, "down", "The disk is nearly full: no evidence of alarms is kept.");
        return;
    }
    if (!write_record(store, record, &error)) {
        g_autofree char *text =
            g_strdup_printf("Evidence could not be written: %s.", error->message);

        lose(store, record, "failing", text);
        return;
    }
    evidence_shelf_weigh(store->shelf, record->alarm_id, record->since_us);
    make_room(store, record->alarm_id);
    count(store, true);
    set_state(store, "ok", "");
}

/* ---- What an earlier process left ---- */

static void
note_found(const char *alarm_id, WallUs since_us, bool pending, gpointer user_data)
{
    EvidenceStore *store = user_data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    g_hash_table_add(store->ids, g_strdup(alarm_id));
    if (pending)
        g_ptr_array_add(store->left, g_strdup(alarm_id));
}

static EvidenceRecord *
read_record(EvidenceStore *store, const char *alarm_id, GError **error)
{
    g_autofree char *path = g_build_filename(store->folder, alarm_id, EVIDENCE_FILE, NULL);
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &text, &size, NULL)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                            "the evidence is being written");
        return NULL;
    }
    return evidence_file_parse(text, size, error);
}

/* Whether nothing is left to do about @alarm_id. */
static bool
finish_left(EvidenceStore *store, const char *alarm_id)
{
    g_autoptr(EvidenceRecord) record = read_record(store, alarm_id, NULL);

    if (record == NULL || record->clip.state != EVIDENCE_CLIP_PENDING)
        return true;
    if (wall_now_us() < record->clip.to_us + LEFT_SLACK_US)
        return false;
    for (size_t i = 0; i < EVIDENCE_PLACES && !record->complete; i++) {
        if (!record->pictures[i].there)
            evidence_set(&record->pictures[i].reason, "gantryd ended before it was taken");
    }
    record->complete = true;
    store_record(store, record);
    return true;
}

static void
finish_all_left(EvidenceStore *store)
{
    for (guint i = store->left->len; i-- > 0;) {
        if (finish_left(store, store->left->pdata[i]))
            g_ptr_array_remove_index_fast(store->left, i);
    }
}

/* ---- The thread ---- */

static EvidenceRecord *
next_record(EvidenceStore *store)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    return g_queue_pop_head(&store->queue);
}

static void
store_queued(EvidenceStore *store)
{
    for (EvidenceRecord *record = NULL; (record = next_record(store)) != NULL;) {
        store_record(store, record);
        evidence_record_free(record);
    }
}

static gpointer
store_main(gpointer data)
{
    EvidenceStore *store = data;

    (void)g_mkdir_with_parents(store->folder, FOLDER_MODE);
    store->shelf = evidence_shelf_read(store->folder, note_found, store);
    make_room(store, "");
    do {
        store_queued(store);
        finish_all_left(store);
    } while (store_thread_wait(&store->thread,
                               boot_now_us() + (store->left->len > 0 ? LEFT_LOOK_US : IDLE_US)));
    store_queued(store);
    store_thread_ended(&store->thread);
    store_unref(store);
    return NULL;
}

EvidenceStore *
evidence_store_new(const EvidenceStoreSettings *settings)
{
    EvidenceStore *store = g_new0(EvidenceStore, 1);

    g_atomic_ref_count_init(&store->refs);
    g_atomic_ref_count_inc(&store->refs);
    store->folder = g_strdup(settings->folder);
    store->segments = g_strdup(settings->segments);
    store->quota_bytes = settings->quota_bytes != 0 ? settings->quota_bytes : DEFAULT_QUOTA;
    store->max_alarms = settings->max_alarms != 0 ? settings->max_alarms : DEFAULT_ALARMS;
    store->reserve_bytes = settings->reserve_bytes != 0 ? settings->reserve_bytes : DEFAULT_RESERVE;
    g_queue_init(&store->queue);
    store->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    store->left = g_ptr_array_new_with_free_func(g_free);
    event_sink_status_set(&store->state, "ok", "", boot_now_us());
    store_thread_init(&store->thread);
    store_thread_start(&store->thread, "evidence", store_main, store);
    return store;
}

/* Under the lock. A record of the same alarm that still waits gives way to @record. */
static bool
enqueue(EvidenceStore *store, EvidenceRecord *record)
{
    for (GList *link = store->queue.head; link != NULL; link = link->next) {
        EvidenceRecord *waiting = link->data;

        if (g_strcmp0(waiting->alarm_id, record->alarm_id) == 0) {
            link->data = record;
            evidence_record_free(waiting);
            return true;
        }
    }
    if (store->queue.length >= EVIDENCE_STORE_MAX_QUEUED)
        return false;
    g_queue_push_tail(&store->queue, record);
    return true;
}

/* Under the lock. */
static void
note_lost(EvidenceStore *store)
{
    store->counts.dropped++;
    event_sink_status_set(&store->state, "behind",
                          "Too much evidence at a time, or a disk too slow for it: some is lost.",
                          boot_now_us());
}

void
evidence_store_count_lost(EvidenceStore *store)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    note_lost(store);
}

bool
evidence_store_put(EvidenceStore *store, EvidenceRecord *record)
{
    g_return_val_if_fail(slug_is_valid(record->alarm_id), false);

    g_mutex_lock(&store->thread.lock);
    const bool queued = enqueue(store, record);

    if (queued) {
        g_hash_table_add(store->ids, g_strdup(record->alarm_id));
    } else {
        note_lost(store);
    }
    g_mutex_unlock(&store->thread.lock);
    if (queued)
        store_thread_wake(&store->thread);
    else
        evidence_record_free(record);
    return queued;
}

bool
evidence_store_has(EvidenceStore *store, const char *alarm_id)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    return g_hash_table_contains(store->ids, alarm_id);
}

void
evidence_store_get_status(EvidenceStore *store, EvidenceStoreStatus *ret_status)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->thread.lock);

    *ret_status = store->counts;
    (void)g_strlcpy(ret_status->state, store->state.state, sizeof ret_status->state);
    (void)g_strlcpy(ret_status->text, store->state.text, sizeof ret_status->text);
    ret_status->changed_us = store->state.changed_us;
}

void
evidence_store_stop(EvidenceStore *store, int64_t wait_us)
{
    if (store == NULL)
        return;
    store_thread_ask_stop(&store->thread);
    (void)store_thread_wait_end(&store->thread, wait_us);
    store_unref(store);
}

/* ---- The reader ---- */

static bool
reader_has(gpointer self, const char *alarm_id)
{
    return evidence_store_has(self, alarm_id);
}

static bool
check_has(EvidenceStore *store, const char *alarm_id, GError **error)
{
    if (slug_is_valid(alarm_id) && evidence_store_has(store, alarm_id))
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                        "no evidence of this alarm is kept");
    return false;
}

static EvidenceRecord *
reader_read(gpointer self, const char *alarm_id, GError **error)
{
    return check_has(self, alarm_id, error) ? read_record(self, alarm_id, error) : NULL;
}

static GBytes *
reader_picture(gpointer self, const char *alarm_id, EvidencePlace place, GError **error)
{
    EvidenceStore *store = self;
    g_autofree char *name = picture_name(place);
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!check_has(store, alarm_id, error))
        return NULL;
    g_autofree char *path = g_build_filename(store->folder, alarm_id, name, NULL);

    if (!g_file_get_contents(path, &data, &size, NULL) || size > PICTURE_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no picture '%s'",
                    evidence_place_name(place));
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&data), size);
}

void
evidence_store_get_reader(EvidenceStore *store, EvidenceReader *ret_reader)
{
    *ret_reader = (EvidenceReader){.self = store,
                                   .has = reader_has,
                                   .read = reader_read,
                                   .picture = reader_picture,
                                   .clips = segment_archive_reader(store->folder)};
}
