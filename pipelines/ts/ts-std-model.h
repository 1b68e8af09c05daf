/* Sizes and rates of the T-STD's buffers by codec, profile and level (ISO 13818-1 2.4.2.4, 2.14.3,
 * 2.17; A/53 and TS 101 154 for AC-3). Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/ts/es-info.h"

#define TS_STD_TRANSPORT_SIZE 512.0  /* TB, bytes */
#define TS_STD_SYSTEM_SIZE    1536.0 /* Bsys, bytes */

/* Rates are bytes a tick of 27 MHz, sizes bytes. */
typedef struct {
    double transport_rate;  /* Rx, out of TB */
    double transport_ticks; /* a byte; its inverse */
    double multiplex_size;  /* MB of video, Bsys of tables; 0: there is none */
    double multiplex_rate;  /* Rbx or Rsys, out of it */
    double size;            /* EB of video, B of audio; 0 for tables: no units leave */
    bool together;          /* MB and EB are judged as one: vbv_delay, not a leak, moves the data */
    double delay_ticks;     /* longest stay (3.10); 0: none is set */
    double unit_ticks;      /* from one picture to the next; 0 not known */
} TsStdModel;

/* Returns: false where codec, profile or level have no model */
bool ts_std_video_model(TsCodec codec,
                        const EsVideo *video,
                        const EsPicture *picture,
                        TsStdModel *ret_model);
bool ts_std_audio_model(const TsComponent *component, const EsAudio *audio, TsStdModel *ret_model);

/* @rate_bps: of the whole stream, 0 while unknown */
void ts_std_system_model(double rate_bps, TsStdModel *ret_model);
