/* gantrykeydec: pictures from key frames, or from every unit, by libavcodec.
 *
 * A unit that stands alone gets a decoder of its own, is sent and drained: so an open group of
 * pictures yields its key frame, and yields it at once. */
#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

#define GANTRY_TYPE_KEY_DECODER (gantry_key_decoder_get_type())
G_DECLARE_FINAL_TYPE(GantryKeyDecoder, gantry_key_decoder, GANTRY, KEY_DECODER, GstElement)

typedef struct {
    uint64_t units;    /* handed to the decoder */
    uint64_t pictures; /* that came out */
    uint64_t errors;   /* units that the decoder refused, or from which no picture came */
    double rate_hz;    /* pictures a second, as the stream says; 0 while unknown */
} KeyDecoderFigures;

/* Since the element was made. Any thread. */
void gantry_key_decoder_get_figures(GantryKeyDecoder *self, KeyDecoderFigures *ret_figures);

G_END_DECLS
