/* Transport streams for tests, made in the process: one service with MPEG-2 pictures and MPEG
 * sound, 25 pictures a second, a key frame every GOP pictures. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define TS_MAKER_WIDTH        352
#define TS_MAKER_HEIGHT       288
#define TS_MAKER_GROUP        12 /* pictures from key frame to key frame */
#define TS_MAKER_SERVICE      101
#define TS_MAKER_PID_PMT      256
#define TS_MAKER_SERVICES_MAX 16u
#define TS_MAKER_INTERVAL_US  40000 /* from picture to picture */

typedef struct TsMaker TsMaker;

typedef enum {
    PAINT_MOVING,
    PAINT_STILL,
    PAINT_BLACK,
    PAINT_LIVELY, /* PAINT_MOVING under grain: pictures take the bytes that real ones do */
    PAINT_MOUTH,  /* PAINT_STILL, but for a mouth of 1 in 400 of its pixels */
    PAINT_BLUE,   /* a single colour */
    PAINT_BARS,   /* of EBU, 75 per cent */
} Paint;

/* How pictures are coded. */
typedef struct {
    const char *encoder; /* of libavcodec: "libx264"; NULL for MPEG-2 */
    const char *params;  /* its private parameters ("x264-params"); (nullable) */
    int width;           /* pixels; 0 for TS_MAKER_WIDTH */
    int height;          /* pixels; 0 for TS_MAKER_HEIGHT */
    int group;           /* pictures from key frame to key frame; 0 for TS_MAKER_GROUP */
    int b_frames;        /* at most, in a row */
    bool interlaced;
} TsMakerVideo;

/* One service, TS_MAKER_SERVICE, and a PAT that names it. Returns: (transfer full) */
TsMaker *ts_maker_new(void);

/* One service of a multiplex: its PMT on @pmt_pid, picture and sound on the two PIDs behind it, and
 * no PAT before ts_maker_list(). Returns: (transfer full) */
TsMaker *ts_maker_new_service(uint16_t service, uint16_t pmt_pid);

/* Whether @encoder is there. */
bool ts_maker_has_encoder(const char *encoder);

/* Codes pictures as @video says from the next one on; to be called again for a change under way. */
void ts_maker_set_video(TsMaker *maker, const TsMakerVideo *video);

/* Lets @maker write a PAT that names this service, too. */
void ts_maker_list(TsMaker *maker, uint16_t service, uint16_t pmt_pid);

void ts_maker_free(TsMaker *maker);

/* Packets of the next 40 ms: tables, PCR, one picture, its sound (a tone, or digital zero), always
 * a multiple of 188 bytes. Returns: (transfer full) */
GByteArray *ts_maker_next(TsMaker *maker, Paint paint, bool tone);

/* One coded key frame of @luma (16 black to 235 white) with bars of @shift pixels if it is not
 * black. Returns: (transfer full) */
GBytes *ts_maker_key_frame(uint8_t luma, int shift);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TsMaker, ts_maker_free)
