/* Memory of single pictures: one at a time, and given back. */
#include "pipelines/elements/picture-memory.h"

#include <glib.h>
#include <libavutil/imgutils.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

static AVCodecContext *
codec_new(PictureMemory *memory, int width, int height)
{
    AVCodecContext *codec = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));

    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->width = codec->coded_width = width;
    codec->height = codec->coded_height = height;
    codec->thread_count = 1;
    picture_memory_attach(memory, codec);
    g_assert_cmpint(avcodec_open2(codec, codec->codec, NULL), ==, 0);
    return codec;
}

static AVFrame *
picture_new(AVCodecContext *codec)
{
    AVFrame *frame = av_frame_alloc();

    frame->width = codec->width;
    frame->height = codec->height;
    frame->format = codec->pix_fmt;
    g_assert_cmpint(codec->get_buffer2(codec, frame, 0), ==, 0);
    for (int plane = 0; plane < 3; plane++) {
        const int rows = plane == 0 ? frame->height : frame->height / 2;

        g_assert_cmpint(frame->linesize[plane] % 32, ==, 0);
        memset(frame->data[plane], plane + 1, (size_t)frame->linesize[plane] * (size_t)rows);
    }
    return frame;
}

static void
planes_and_pictures_do_not_overlap(void)
{
    PictureMemory *memory = picture_memory_new();
    AVCodecContext *codec = codec_new(memory, 1920, 1088);
    AVFrame *first = picture_new(codec), *second = picture_new(codec);

    g_assert_cmpint(first->data[0][1920 * 1087], ==, 1);
    g_assert_cmpint(first->data[1][0], ==, 2);
    g_assert_cmpint(first->data[2][0], ==, 3);
    memset(second->data[0], 9, (size_t)second->linesize[0] * 1088);
    g_assert_cmpint(first->data[0][0], ==, 1);
    g_assert_cmpint(first->data[2][0], ==, 3);
    av_frame_free(&first);
    av_frame_free(&second);
    avcodec_free_context(&codec);
    picture_memory_free(memory);
}

static bool
is_resident(const uint8_t *at)
{
    unsigned char resident = 0;
    uint8_t *page = (uint8_t *)((uintptr_t)at / PAGE * PAGE);

    g_assert_cmpint(mincore(page, PAGE, &resident), ==, 0);
    return resident & 1;
}

static void
what_a_picture_took_is_given_back(void)
{
    PictureMemory *memory = picture_memory_new();
    AVCodecContext *codec = codec_new(memory, 1920, 1088);
    AVFrame *frame = picture_new(codec);
    const uint8_t *luma = frame->data[0], *chroma = frame->data[2];

    g_assert_true(is_resident(luma));
    g_assert_true(is_resident(chroma));
    av_frame_free(&frame);
    g_assert_false(is_resident(luma));
    g_assert_false(is_resident(chroma));
    frame = picture_new(codec);
    g_assert_true(frame->data[0] == luma);
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    picture_memory_free(memory);
}

static void
a_picture_outlives_the_owner_of_its_memory(void)
{
    PictureMemory *memory = picture_memory_new();
    AVCodecContext *codec = codec_new(memory, 1280, 720);
    AVFrame *frame = picture_new(codec);

    avcodec_free_context(&codec);
    picture_memory_free(memory);
    g_assert_cmpint(frame->data[1][0], ==, 2);
    av_frame_free(&frame);
}

static void
what_is_too_large_gets_memory_elsewhere(void)
{
    PictureMemory *memory = picture_memory_new();
    AVCodecContext *codec = codec_new(memory, 4096, 4096);
    AVFrame *frame = picture_new(codec);

    g_assert_cmpint(frame->data[2][0], ==, 3);
    av_frame_free(&frame);
    avcodec_free_context(&codec);
    picture_memory_free(memory);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/picture-memory/planes-and-pictures-do-not-overlap",
                    planes_and_pictures_do_not_overlap);
    g_test_add_func("/picture-memory/what-a-picture-took-is-given-back",
                    what_a_picture_took_is_given_back);
    g_test_add_func("/picture-memory/a-picture-outlives-the-owner-of-its-memory",
                    a_picture_outlives_the_owner_of_its_memory);
    g_test_add_func("/picture-memory/what-is-too-large-gets-memory-elsewhere",
                    what_is_too_large_gets_memory_elsewhere);
    return g_test_run();
}
