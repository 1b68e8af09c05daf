/* Pictures on demand: people ask, a worker is asked once for all of them, its picture answers.
 * Used on the loop only. */
#pragma once

#include "appliance/supervisor/command-desk.h"
#include "appliance/supervisor/records.h"

#define SHOT_DEADLINE_US  (3 * US_PER_SECOND) /* without a picture by then the answer is why */
#define SHOT_FRESH_US     (1 * US_PER_SECOND) /* one of so lately answers at once */
#define SHOT_WAITING_MAX  16u                 /* who may wait for one channel's picture */
#define SHOT_CHANNELS_MAX 16u                 /* channels whose picture is waited for */

typedef struct ShotDesk ShotDesk;

typedef struct {
    /* Asks a worker for a picture. Returns: false if it could not be asked */
    bool (*send)(const char *input_id, const char *channel_id, gpointer user_data);
    gpointer user_data;
} ShotDeskPorts;

/* @ports: copied. Returns: (transfer full) */
ShotDesk *shot_desk_new(const ShotDeskPorts *ports);
void shot_desk_free(ShotDesk *desk); /* (nullable): who waits is refused */

/* Answers @call (transfer full) now or later. */
void shot_desk_ask(ShotDesk *desk, CommandCall *call, const ChannelRecord *channel, MonoUs now_us);

/* A picture of SHOT_WIDTH has come. */
void shot_desk_take(ShotDesk *desk, const MessageThumbnail *thumbnail, GBytes *jpeg, MonoUs now_us);

/* Refuses whoever has waited too long. To be called at least every 200 ms. */
void shot_desk_step(ShotDesk *desk, const Records *records, MonoUs now_us);
