/* Where the rest of gantryd pins what it knows, and the HTTP thread reads it.
 *
 * Latest wins: a snapshot, an account book, one picture of each size for a channel, its levels.
 * Journal events alone are a queue, bounded; on overflow the oldest go and the loss is told.
 * Every call holds one lock for a few copies; none waits for anything else. Any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/events/event.h"
#include "appliance/http/http-server.h"
#include "appliance/model/account.h"
#include "appliance/model/snapshot.h"
#include "pipelines/contract/message.h"

#define BOARD_EVENTS_MAX   4096u
#define BOARD_CHANNELS_MAX 512u
#define LEVEL_UNKNOWN      255u
#define LEVEL_FULL         126u /* byte of +6 dBFS; a level is dBFS + 120, clamped */

typedef struct Board Board;

/* A picture on the board. */
typedef struct {
    char *channel_id;
    uint64_t seq; /* grows with every picture of any channel, also across restarts */
    uint16_t width;
    uint16_t height;
    MonoUs captured_us;
    WallUs captured_wall_us;
    uint64_t pts;           /* 90 kHz; PTS90_MODULUS: none */
    int64_t stale_after_us; /* 0: unknown */
    GBytes *jpeg;
} BoardPicture;

typedef struct {
    uint8_t n; /* 0: unknown */
    uint8_t peak[LEVELS_MAX_CHANNELS];
    uint8_t rms[LEVELS_MAX_CHANNELS];
    MonoUs at_us;
} BoardLevels;

/* @first_seq: pictures are numbered above it. @woken: called, from any thread, when events wait. */
Board *board_new(uint64_t first_seq, void (*woken)(gpointer user_data), gpointer user_data);
void board_free(Board *board); /* (nullable) */

void board_put_snapshot(Board *board, Snapshot *snapshot);
Snapshot *board_get_snapshot(Board *board); /* (transfer full), never NULL */

void board_put_accounts(Board *board, AccountBook *book);
AccountBook *board_get_accounts(Board *board); /* (transfer full), never NULL */
bool board_knows_accounts(Board *board);       /* a book was put: an empty one means none */

void board_put_picture(Board *board, const HttpThumbnail *thumbnail);
/* (transfer full) (nullable): the picture of @channel_id whose width is nearest to @width */
BoardPicture *board_get_picture(Board *board, const char *channel_id, unsigned width);
/* (transfer full) (element-type BoardPicture): pictures nearest to @width numbered above @since,
 * ascending. @ret_latest: the highest number given out so far. */
GPtrArray *board_get_pictures(Board *board, unsigned width, uint64_t since, uint64_t *ret_latest);
void board_picture_free(BoardPicture *picture); /* (nullable) */

void board_put_levels(Board *board, const char *channel_id, const BoardLevels *levels);
/* False if none was put for @channel_id. */
bool board_get_levels(Board *board, const char *channel_id, BoardLevels *ret_levels);

/* A level as one byte. Pure. */
uint8_t board_level_byte(float dbfs);

void board_put_event(Board *board, Event *event);
/* Moves all waiting events into @events (element-type Event). Returns: how many were lost before
 * them since the last call. */
uint64_t board_take_events(Board *board, GPtrArray *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BoardPicture, board_picture_free)
