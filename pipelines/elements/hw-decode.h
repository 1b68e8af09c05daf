/* Decoding by a device behind libavcodec: VA-API, or NVDEC through CUDA.
 *
 * A device that is missing, or does not know a codec, is no error: software decodes, and who asked
 * is told. Streaming thread only. */
#pragma once

#include <libavcodec/avcodec.h>
#include <stdbool.h>

typedef struct HwDecode HwDecode;

/* Whether @backend is a name of a back-end: "software", "vaapi", "nvdec", or "" for software. */
bool hw_decode_is_backend(const char *backend);

/* @backend: as above. Returns: (transfer full) (nullable): NULL for software, and where its device
 * cannot be opened, which @ret_failed says */
HwDecode *hw_decode_new(const char *backend, bool *ret_failed);
void hw_decode_free(HwDecode *hw); /* (nullable) */

/* Lets @context, not open yet, decode on the device. @hw: outlives @context. Returns: false if
 * the device does not know @codec; @context is as before then */
bool hw_decode_attach(HwDecode *hw, AVCodecContext *context, const AVCodec *codec);

/* Brings @frame, if it lies on the device, into main memory, with its properties. Returns: false
 * when that fails; @frame is empty then */
bool hw_decode_fetch(AVFrame *frame);
