/* gantrykeydec: pictures from key frames, or from every unit, by libavcodec.
 *
 * A unit that stands alone gets a decoder of its own, is sent and drained: so an open group of
 * pictures yields its key frame, and yields it at once. A run of units, where no key frames come,
 * gets one for all of them. */
#pragma once

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

#define GANTRY_TYPE_KEY_DECODER (gantry_key_decoder_get_type())
G_DECLARE_FINAL_TYPE(GantryKeyDecoder, gantry_key_decoder, GANTRY, KEY_DECODER, GstElement)

typedef struct {
    uint64_t units;     /* handed to the decoder */
    uint64_t pictures;  /* that came out */
    uint64_t errors;    /* units that the decoder refused, or from which no picture came */
    double rate_hz;     /* pictures a second, as the stream says; 0 while unknown */
    uint64_t fallbacks; /* times that decoding fell back from a device to software */
} KeyDecoderFigures;

/* Since the element was made. Any thread. */
void gantry_key_decoder_get_figures(GantryKeyDecoder *self, KeyDecoderFigures *ret_figures);

/* "software", "vaapi" or "nvdec"; to be called before the first unit. A device that is missing or
 * fails is given up for software. Any thread. */
void gantry_key_decoder_set_backend(GantryKeyDecoder *self, const char *backend);

G_END_DECLS
