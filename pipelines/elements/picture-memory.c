/* A mapping, its one picture, and libavcodec's way of asking for it. */
#include "pipelines/elements/picture-memory.h"

#include <glib.h>
#include <libavutil/imgutils.h>
#include <stdbool.h>
#include <sys/mman.h>

#define HUGE_PAGE     ((size_t)2 << 20)
#define MEMORY_BYTES  ((size_t)16 << 20) /* of address space; 4096 x 2304, 8 bits, 4:2:0 fit */
#define PLANE_ALIGN   ((size_t)64)
#define PLANE_SURPLUS ((size_t)128) /* libavcodec's loops read and write a little further */

struct PictureMemory {
    gatomicrefcount refs; /* of the owner and of the picture */
    uint8_t *mapping;     /* owned; MEMORY_BYTES + HUGE_PAGE */
    uint8_t *bytes;       /* within @mapping, at a huge page; MEMORY_BYTES */
    size_t touched;       /* of @bytes, by the picture that lies there */
    bool taken;           /* by a picture */
};

typedef struct {
    size_t offsets[AV_NUM_DATA_POINTERS]; /* of the planes */
    int strides[AV_NUM_DATA_POINTERS];    /* bytes; 0: no such plane */
    size_t bytes;                         /* all together */
} Layout;

PictureMemory *
picture_memory_new(void)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    uint8_t *mapping = mmap(NULL, MEMORY_BYTES + HUGE_PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);

    if (mapping == MAP_FAILED)
        return NULL;
    PictureMemory *memory = g_new0(PictureMemory, 1);

    g_atomic_ref_count_init(&memory->refs);
    memory->mapping = mapping;
    memory->bytes = mapping + (HUGE_PAGE - (uintptr_t)mapping % HUGE_PAGE) % HUGE_PAGE;
    (void)madvise(memory->bytes, MEMORY_BYTES, MADV_HUGEPAGE);
    return memory;
}

void
picture_memory_free(PictureMemory *memory)
{
    if (memory == NULL || !g_atomic_ref_count_dec(&memory->refs))
        return;
    (void)munmap(memory->mapping, MEMORY_BYTES + HUGE_PAGE);
    g_free(memory);
}

static void
give_back(void *opaque, uint8_t *data)
{
    PictureMemory *memory = opaque;

    (void)madvise(memory->bytes, memory->touched, MADV_DONTNEED);
    memory->taken = false;
    picture_memory_free(memory);
}

/* Where the planes lie of a picture that @codec asks for. */
static bool
lay_out(AVCodecContext *codec, const AVFrame *frame, Layout *ret_layout)
{
    int width = frame->width, height = frame->height, aligns[AV_NUM_DATA_POINTERS], strides[4];
    ptrdiff_t long_strides[4];
    size_t sizes[4];

    avcodec_align_dimensions2(codec, &width, &height, aligns);
    /* A multiple for every plane, chroma of half the width included. */
    width = (int)(((unsigned)width + 2 * PLANE_ALIGN - 1) / (2 * PLANE_ALIGN) * (2 * PLANE_ALIGN));
    if (av_image_fill_linesizes(strides, codec->pix_fmt, width) < 0)
        return false;
    for (size_t i = 0; i < 4; i++) {
        if (strides[i] % (int)PLANE_ALIGN != 0)
            return false;
        long_strides[i] = strides[i];
    }
    if (av_image_fill_plane_sizes(sizes, codec->pix_fmt, height, long_strides) < 0)
        return false;
    *ret_layout = (Layout){0};
    for (size_t i = 0; i < 4 && sizes[i] > 0; i++) {
        ret_layout->offsets[i] = ret_layout->bytes;
        ret_layout->strides[i] = strides[i];
        ret_layout->bytes += (sizes[i] + PLANE_SURPLUS + PLANE_ALIGN - 1) & ~(PLANE_ALIGN - 1);
    }
    return ret_layout->bytes > 0 && ret_layout->bytes <= MEMORY_BYTES;
}

static int
get_buffer(AVCodecContext *codec, AVFrame *frame, int flags)
{
    PictureMemory *memory = codec->opaque;
    Layout layout;

    if (memory->taken || codec->codec_type != AVMEDIA_TYPE_VIDEO || !lay_out(codec, frame, &layout))
        return avcodec_default_get_buffer2(codec, frame, flags);
    frame->buf[0] = av_buffer_create(memory->bytes, layout.bytes, give_back, memory, 0);
    if (frame->buf[0] == NULL)
        return AVERROR(ENOMEM);
    g_atomic_ref_count_inc(&memory->refs);
    memory->taken = true;
    memory->touched = (layout.bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    for (size_t i = 0; i < AV_NUM_DATA_POINTERS; i++) {
        frame->data[i] = layout.strides[i] != 0 ? memory->bytes + layout.offsets[i] : NULL;
        frame->linesize[i] = layout.strides[i];
    }
    frame->extended_data = frame->data;
    return 0;
}

void
picture_memory_attach(PictureMemory *memory, AVCodecContext *codec)
{
    codec->opaque = memory;
    codec->get_buffer2 = get_buffer;
}
