/* A ring of pictures, oldest first. */
#include "appliance/model/evidence-frames.h"

struct EvidenceFrames {
    EvidenceFrame ring[EVIDENCE_FRAMES_MAX];
    size_t first; /* the oldest's place */
    size_t n;
    size_t bytes;
};

EvidenceFrames *
evidence_frames_new(void)
{
    return g_new0(EvidenceFrames, 1);
}

static const EvidenceFrame *
frame_at(const EvidenceFrames *frames, size_t i)
{
    return &frames->ring[(frames->first + i) % EVIDENCE_FRAMES_MAX];
}

static void
drop_oldest(EvidenceFrames *frames)
{
    EvidenceFrame *oldest = &frames->ring[frames->first];

    frames->bytes -= g_bytes_get_size(oldest->jpeg);
    g_clear_pointer(&oldest->jpeg, g_bytes_unref);
    frames->first = (frames->first + 1) % EVIDENCE_FRAMES_MAX;
    frames->n--;
}

void
evidence_frames_free(EvidenceFrames *frames)
{
    if (frames == NULL)
        return;
    while (frames->n > 0)
        drop_oldest(frames);
    g_free(frames);
}

bool
evidence_frames_add(EvidenceFrames *frames, const EvidenceFrame *frame, MonoUs now_us)
{
    const size_t bytes = g_bytes_get_size(frame->jpeg);

    if (frame->captured_us > now_us || bytes > EVIDENCE_FRAMES_BYTES)
        return false;
    if (frames->n > 0 && frame->captured_us - frame_at(frames, frames->n - 1)->captured_us <
                             EVIDENCE_FRAMES_SPACING_US)
        return false;
    while (frames->n > 0 &&
           (frames->n == EVIDENCE_FRAMES_MAX || frames->bytes + bytes > EVIDENCE_FRAMES_BYTES ||
            frame->captured_us - frame_at(frames, 0)->captured_us > EVIDENCE_FRAMES_SPAN_US))
        drop_oldest(frames);
    EvidenceFrame *kept = &frames->ring[(frames->first + frames->n) % EVIDENCE_FRAMES_MAX];

    *kept = *frame;
    kept->jpeg = g_bytes_ref(frame->jpeg);
    frames->n++;
    frames->bytes += bytes;
    return true;
}

const EvidenceFrame *
evidence_frames_last(const EvidenceFrames *frames, MonoUs before_us)
{
    for (size_t i = frames->n; i-- > 0;) {
        if (frame_at(frames, i)->captured_us < before_us)
            return frame_at(frames, i);
    }
    return NULL;
}

const EvidenceFrame *
evidence_frames_first(const EvidenceFrames *frames, MonoUs from_us, MonoUs before_us)
{
    for (size_t i = 0; i < frames->n; i++) {
        const EvidenceFrame *frame = frame_at(frames, i);

        if (frame->captured_us >= from_us)
            return frame->captured_us < before_us ? frame : NULL;
    }
    return NULL;
}

size_t
evidence_frames_count(const EvidenceFrames *frames, size_t *ret_bytes)
{
    if (ret_bytes != NULL)
        *ret_bytes = frames->bytes;
    return frames->n;
}
