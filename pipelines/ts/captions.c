/* A picture that is shown later than all before it says that those before its predecessor are all
 * there: in every usual structure, what comes after it is shown after that predecessor. */
#include "pipelines/ts/captions.h"

#define JUMP_PTS (CAPTIONS_JUMP_S * INT64_C(90000))

typedef struct {
    PictureData data;
    TsMoment moment;
} Picture;

struct Captions {
    TsCodec codec;
    Cea608 cea608;
    Cea708 cea708;
    CaptionsAfd afd;
    uint64_t pictures;
    uint64_t refused;

    bool ordered;                          /* @latest holds */
    Pts90 latest;                          /* PTS of the picture shown last so far */
    size_t n_waiting;                      /* entries of @waiting */
    Picture waiting[CAPTIONS_WAITING_MAX]; /* in the order of their coming */
};

Captions *
captions_new(TsCodec codec)
{
    if (codec != TS_CODEC_H264 && codec != TS_CODEC_HEVC && codec != TS_CODEC_MPEG2_VIDEO)
        return NULL;
    Captions *captions = g_new0(Captions, 1);

    captions->codec = codec;
    return captions;
}

void
captions_free(Captions *captions)
{
    g_free(captions);
}

static void
take_afd(CaptionsAfd *afd, uint8_t value, const TsMoment *moment)
{
    if (!afd->known || afd->value != value) {
        afd->changes += afd->known;
        afd->since = *moment;
    }
    afd->known = true;
    afd->value = value;
    afd->last = *moment;
}

static void
take(Captions *captions, const Picture *picture)
{
    if (picture->data.has_afd)
        take_afd(&captions->afd, picture->data.afd, &picture->moment);
    for (unsigned i = 0; i < picture->data.n_pairs; i++) {
        const CaptionPair *pair = &picture->data.pairs[i];

        if (pair->type < 2)
            cea608_push(&captions->cea608, pair->type, pair->data, &picture->moment);
        else
            cea708_push(&captions->cea708, pair->type == 3, pair->data, &picture->moment);
    }
}

static void
take_earliest(Captions *captions)
{
    size_t earliest = 0;

    for (size_t i = 1; i < captions->n_waiting; i++)
        if (pts90_distance(captions->waiting[earliest].moment.pts,
                           captions->waiting[i].moment.pts) < 0)
            earliest = i;
    take(captions, &captions->waiting[earliest]);
    captions->n_waiting--;
    for (size_t i = earliest; i < captions->n_waiting; i++)
        captions->waiting[i] = captions->waiting[i + 1];
}

void
captions_flush(Captions *captions)
{
    while (captions->n_waiting > 0)
        take_earliest(captions);
}

/* Takes what is shown no later than @latest. */
static void
take_until(Captions *captions, Pts90 latest)
{
    size_t due = 0;

    for (size_t i = 0; i < captions->n_waiting; i++)
        due += pts90_distance(captions->waiting[i].moment.pts, latest) >= 0;
    while (due-- > 0)
        take_earliest(captions);
}

/* Finds the picture's turn among those that wait. */
static void
step_order(Captions *captions, Pts90 pts)
{
    const int64_t step = captions->ordered ? pts90_distance(captions->latest, pts) : 0;

    if (step > JUMP_PTS || step < -JUMP_PTS) {
        captions_flush(captions);
        captions->ordered = false;
    }
    if (captions->ordered && step > 0)
        take_until(captions, captions->latest);
    if (!captions->ordered || step > 0)
        captions->latest = pts;
    captions->ordered = true;
}

void
captions_push(Captions *captions, const uint8_t *head, size_t size, const TsMoment *moment)
{
    const bool timed = moment->pts < PTS90_MODULUS;
    Picture picture = {.moment = *moment};

    picture_data_read(captions->codec, head, size, &picture.data);
    captions->pictures += picture.data.n_pairs > 0;
    captions->refused += picture.data.refused;
    if (timed)
        step_order(captions, moment->pts);
    else if (!picture.data.bidirectional)
        captions_flush(captions);
    if (picture.data.n_pairs == 0 && !picture.data.has_afd)
        return;
    if (!timed) {
        take(captions, &picture);
        return;
    }
    if (captions->n_waiting == CAPTIONS_WAITING_MAX)
        take_earliest(captions);
    captions->waiting[captions->n_waiting++] = picture;
}

const Cea608 *
captions_cea608(const Captions *captions)
{
    return &captions->cea608;
}

const Cea708 *
captions_cea708(const Captions *captions)
{
    return &captions->cea708;
}

const CaptionsAfd *
captions_afd(const Captions *captions)
{
    return &captions->afd;
}

uint64_t
captions_pictures(const Captions *captions)
{
    return captions->pictures;
}

uint64_t
captions_refused(const Captions *captions)
{
    return captions->refused;
}

static void
merge(CharacterCount *sum, const CharacterCount *part)
{
    if (part->characters == 0)
        return;
    if (sum->characters == 0 || part->last.place.packet > sum->last.place.packet)
        sum->last = part->last;
    sum->characters += part->characters;
}

void
captions_total(const Captions *captions, CharacterCount *ret_count)
{
    *ret_count = (CharacterCount){0};
    for (unsigned i = 0; i < CEA608_CHANNELS; i++)
        merge(ret_count, &captions->cea608.captions[i]);
    for (unsigned i = 0; i < CEA708_SERVICES; i++)
        merge(ret_count, &captions->cea708.services[i]);
}
