/* One device a decoder; frames are copied back, for what measures them reads every pixel. */
#include "pipelines/elements/hw-decode.h"

#include <glib.h>
#include <libavutil/hwcontext.h>

static const struct {
    const char *name;
    enum AVHWDeviceType type;
} backends[] = {
    {"", AV_HWDEVICE_TYPE_NONE},
    {"software", AV_HWDEVICE_TYPE_NONE},
    {"vaapi", AV_HWDEVICE_TYPE_VAAPI},
    {"nvdec", AV_HWDEVICE_TYPE_CUDA},
};

struct HwDecode {
    AVBufferRef *device; /* owned */
    enum AVHWDeviceType type;
    enum AVPixelFormat format; /* of frames on the device, for the codec attached last */
};

static int
find(const char *backend)
{
    for (size_t i = 0; i < G_N_ELEMENTS(backends); i++)
        if (g_strcmp0(backend, backends[i].name) == 0)
            return (int)i;
    return -1;
}

bool
hw_decode_is_backend(const char *backend)
{
    return find(backend) >= 0;
}

HwDecode *
hw_decode_new(const char *backend, bool *ret_failed)
{
    const int found = find(backend);
    AVBufferRef *device = NULL;

    *ret_failed = found < 0;
    if (found < 0 || backends[found].type == AV_HWDEVICE_TYPE_NONE)
        return NULL;
    *ret_failed = av_hwdevice_ctx_create(&device, backends[found].type, NULL, NULL, 0) < 0;
    if (*ret_failed)
        return NULL;
    HwDecode *hw = g_new0(HwDecode, 1);

    hw->device = device;
    hw->type = backends[found].type;
    hw->format = AV_PIX_FMT_NONE;
    return hw;
}

void
hw_decode_free(HwDecode *hw)
{
    if (hw == NULL)
        return;
    av_buffer_unref(&hw->device);
    g_free(hw);
}

/* The format of the device where the decoder offers it for this stream; else one of main memory. */
static enum AVPixelFormat
choose_format(AVCodecContext *context, const enum AVPixelFormat *formats)
{
    const HwDecode *hw = context->opaque;

    for (const enum AVPixelFormat *format = formats; *format != AV_PIX_FMT_NONE; format++)
        if (*format == hw->format)
            return *format;
    return avcodec_default_get_format(context, formats);
}

bool
hw_decode_attach(HwDecode *hw, AVCodecContext *context, const AVCodec *codec)
{
    for (int i = 0;; i++) {
        const AVCodecHWConfig *config = avcodec_get_hw_config(codec, i);

        if (config == NULL)
            return false;
        if (config->device_type != hw->type ||
            !(config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX))
            continue;
        hw->format = config->pix_fmt;
        context->hw_device_ctx = av_buffer_ref(hw->device);
        context->opaque = hw;
        context->get_format = choose_format;
        return context->hw_device_ctx != NULL;
    }
}

bool
hw_decode_fetch(AVFrame *frame)
{
    AVFrame *copy = NULL;

    if (frame->hw_frames_ctx == NULL)
        return true;
    copy = av_frame_alloc();
    const bool fetched = copy != NULL && av_hwframe_transfer_data(copy, frame, 0) == 0 &&
                         av_frame_copy_props(copy, frame) == 0;

    av_frame_unref(frame);
    if (fetched)
        av_frame_move_ref(frame, copy);
    av_frame_free(&copy);
    return fetched;
}
