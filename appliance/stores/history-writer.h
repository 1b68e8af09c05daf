/* The history in MySQL: a sink that copies the event log into incidents and their events, and a
 * bounded queue for what may be lost (health roll-ups, thumbnail index, deliveries).
 *
 * Its thread is the only one that waits for the database. While the database is away, events stay
 * in the event log, and the queues keep the newest rows and count what they dropped. */
#pragma once

#include "appliance/events/delivery.h"
#include "appliance/events/event-sink.h"
#include "appliance/model/erased-names.h"
#include "appliance/model/health-gauge.h"
#include "appliance/stores/mysql-link.h"

#define HISTORY_CURSOR        "history"
#define HISTORY_MAX_HEALTH    4096u /* queued rows: eleven minutes of 60 channels */
#define HISTORY_MAX_THUMBNAIL 4096u
#define HISTORY_MAX_DELIVERY  4096u

/* One channel's ten seconds. */
typedef struct {
    const char *channel; /* slug; copied */
    WallUs at_us;        /* begin of the ten seconds, a multiple of 10 s */
    double bitrate_mean; /* bit/s; NAN: not measured */
    double bitrate_min;
    double bitrate_max;
    uint64_t cc_errors;                /* in the ten seconds */
    uint64_t packets;                  /* in the ten seconds */
    uint64_t own_drops;                /* in the ten seconds */
    ChannelState state;                /* worst of the ten seconds */
    unsigned measured_s;               /* seconds that were measured and are not spoiled, 0 to 10 */
    unsigned error_seconds;            /* of these, with a continuity or transport error */
    HealthGauge gauges[HEALTH_GAUGES]; /* by index of health-gauge.h */
} HealthRow;

/* One picture of the archive. */
typedef struct {
    const char *channel; /* slug; copied */
    WallUs captured_us;
    const char *path; /* below the archive's folder; copied */
    uint32_t bytes;
    bool dropped; /* the archive deleted all of @channel before @captured_us; @path is "" */
} ThumbnailRow;

typedef struct {
    uint64_t dropped_health; /* rows, since the start */
    uint64_t dropped_thumbnails;
    uint64_t dropped_deliveries;
    uint64_t conflicts;      /* deadlocks and lock waits, all tried again */
    uint64_t written_events; /* since the start */
    uint64_t refused_events; /* that the database does not take for what they are; left out */
} HistoryWriterCounts;

#define GANTRY_TYPE_HISTORY_WRITER (gantry_history_writer_get_type())
G_DECLARE_FINAL_TYPE(GantryHistoryWriter, gantry_history_writer, GANTRY, HISTORY_WRITER, GObject)

/**
 * gantry_history_writer_new:
 * @log: (transfer none): read from the cursor HISTORY_CURSOR
 * @journal_id: UUID of the journal; rows are unique on it and the sequence number
 * @access: (transfer none): copied
 *
 * Starts the thread; the database need not exist yet. The thread keeps the object alive until
 * gantry_event_sink_stop(), which must be called. The functions below never block and may be called
 * from any thread.
 *
 * Returns: (transfer full): a #GantryEventSink named "history"
 */
GantryHistoryWriter *
gantry_history_writer_new(GantryEventLog *log, const char *journal_id, const MysqlAccess *access);

void gantry_history_writer_add_health(GantryHistoryWriter *self, const HealthRow *row);
void gantry_history_writer_add_thumbnail(GantryHistoryWriter *self, const ThumbnailRow *row);
void gantry_history_writer_add_delivery(GantryHistoryWriter *self, const DeliveryRecord *record);

/* Makes the table `channel` a copy of the channels of @snapshot (a reference is taken). Later ones
 * replace earlier ones that wait. To be called when the inventory changed. */
void gantry_history_writer_set_channels(GantryHistoryWriter *self, Snapshot *snapshot);

/* Puts pseudonyms in the place of the names that @names tells of (a reference is taken), in every
 * row that is there: once the database is there, from the begin, beside the events. */
void gantry_history_writer_erase(GantryHistoryWriter *self, ErasedNames *names);

void gantry_history_writer_get_counts(GantryHistoryWriter *self, HistoryWriterCounts *ret_counts);
