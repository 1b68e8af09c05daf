/* Headers of audio frames: length, duration, channels. */
#include "pipelines/ts/bit-reader.h"
#include "pipelines/ts/es-info.h"

#define LATM_FRAMES_MAX 8u /* a LATM frame that says more sub-frames is not believed */

static bool
whole(EsAudio *audio, const EsAudio *read)
{
    if (read->frame_bytes == 0 || read->sample_rate_hz == 0)
        return false;
    *audio = *read;
    if (read->samples > 0)
        audio->bitrate_bps =
            (uint32_t)((uint64_t)read->frame_bytes * 8 * read->sample_rate_hz / read->samples);
    return true;
}

/* kb/s by layer and index; ISO 11172-3 and, for layers II and III, 13818-3 (last row). */
static const uint16_t mpeg_kbps[5][15] = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
};

static bool
read_mpeg_audio(BitReader *bits, EsAudio *audio)
{
    static const uint32_t rates_hz[4] = {44100, 48000, 32000, 0};
    EsAudio read = {0};

    if (bit_reader_bits(bits, 11) != 0x7ff)
        return false;
    const unsigned version = bit_reader_bits(bits, 2), layer = 4 - bit_reader_bits(bits, 2);
    const bool low = version != 3; /* MPEG-2, 2.5 */

    bit_reader_skip(bits, 1);
    const unsigned index = bit_reader_bits(bits, 4), rate = bit_reader_bits(bits, 2);
    const unsigned padding = bit_reader_bits(bits, 1);

    bit_reader_skip(bits, 1);
    const unsigned mode = bit_reader_bits(bits, 2);

    if (bits->broken || version == 1 || layer == 4 || index == 0 || index == 15 || rate == 3)
        return false;
    const unsigned row = low ? (layer == 1 ? 3 : 4) : layer - 1;
    const uint32_t bps = mpeg_kbps[row][index] * 1000u;

    read.sample_rate_hz = rates_hz[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    read.channels = mode == 3 ? 1 : 2;
    read.samples = layer == 1 ? 384 : layer == 3 && low ? 576 : 1152;
    read.frame_bytes = layer == 1 ? (12 * bps / read.sample_rate_hz + padding) * 4
                                  : read.samples / 8u * bps / read.sample_rate_hz + padding;
    return whole(audio, &read);
}

static uint32_t
aac_rate_hz(unsigned index)
{
    static const uint32_t rates_hz[16] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                          22050, 16000, 12000, 11025, 8000,  7350};

    return rates_hz[index & 15];
}

static uint8_t
aac_channels(unsigned configuration)
{
    static const uint8_t channels[16] = {
        [1] = 1, [2] = 2, [3] = 3, [4] = 4, [5] = 5, [6] = 6, [7] = 8, [11] = 7, [12] = 8, [14] = 8,
    };

    return channels[configuration & 15];
}

static bool
read_adts(BitReader *bits, EsAudio *audio)
{
    EsAudio read = {0};

    if (bit_reader_bits(bits, 12) != 0xfff)
        return false;
    bit_reader_skip(bits, 1);
    if (bit_reader_bits(bits, 2) != 0)
        return false;
    bit_reader_skip(bits, 1 + 2);
    read.sample_rate_hz = aac_rate_hz(bit_reader_bits(bits, 4));
    bit_reader_skip(bits, 1);
    read.channels = aac_channels(bit_reader_bits(bits, 3));
    bit_reader_skip(bits, 4);
    read.frame_bytes = bit_reader_bits(bits, 13);
    bit_reader_skip(bits, 11);
    read.samples = (uint16_t)(1024 * (bit_reader_bits(bits, 2) + 1));
    return !bits->broken && read.frame_bytes >= 7 && whole(audio, &read);
}

/* An AudioSpecificConfig, as far as rate, channels and length of a frame. */
static void
read_aac_config(BitReader *bits, EsAudio *read)
{
    unsigned type = bit_reader_bits(bits, 5);

    if (type == 31)
        type = 32 + bit_reader_bits(bits, 6);
    const unsigned index = bit_reader_bits(bits, 4);

    read->sample_rate_hz = index == 15 ? bit_reader_bits(bits, 24) : aac_rate_hz(index);
    read->channels = aac_channels(bit_reader_bits(bits, 4));
    if (type == 29 && read->channels == 1)
        read->channels = 2; /* parametric stereo */
    if (type == 5 || type == 29) {
        if (bit_reader_bits(bits, 4) == 15)
            bit_reader_skip(bits, 24);
        if (bit_reader_bits(bits, 5) == 31)
            bit_reader_skip(bits, 6);
    }
    read->samples = bit_reader_flag(bits) ? 960 : 1024;
}

/* LOAS with AudioSyncStream; the configuration stands in some frames only. */
static bool
read_latm(BitReader *bits, EsAudio *audio)
{
    EsAudio read = *audio;

    if (bit_reader_bits(bits, 11) != 0x2b7)
        return false;
    read.frame_bytes = bit_reader_bits(bits, 13) + 3;
    if (bits->broken)
        return false;
    if (!bit_reader_flag(bits) && !bit_reader_flag(bits)) {
        bit_reader_skip(bits, 1);
        const unsigned frames = bit_reader_bits(bits, 6) + 1;

        bit_reader_skip(bits, 4 + 3);
        read_aac_config(bits, &read);
        if (bits->broken || frames > LATM_FRAMES_MAX)
            read.sample_rate_hz = 0;
        read.samples = (uint16_t)(read.samples * frames);
    }
    return whole(audio, &read);
}

static uint8_t
ac3_channels(unsigned mode, bool low)
{
    static const uint8_t channels[8] = {2, 1, 2, 3, 3, 4, 4, 5};

    return (uint8_t)(channels[mode & 7] + low);
}

static bool
read_ac3_frame(BitReader *bits, EsAudio *read)
{
    static const uint32_t rates_hz[4] = {48000, 44100, 32000, 0};
    static const uint16_t kbps[19] = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                      192, 224, 256, 320, 384, 448, 512, 576, 640};

    bit_reader_skip(bits, 16);
    const unsigned rate = bit_reader_bits(bits, 2), code = bit_reader_bits(bits, 6);

    bit_reader_skip(bits, 5 + 3);
    const unsigned mode = bit_reader_bits(bits, 3);

    if (bits->broken || rate == 3 || code >= 38)
        return false;
    if ((mode & 1) && mode != 1)
        bit_reader_skip(bits, 2);
    if (mode & 4)
        bit_reader_skip(bits, 2);
    if (mode == 2)
        bit_reader_skip(bits, 2);
    read->channels = ac3_channels(mode, bit_reader_flag(bits));
    read->sample_rate_hz = rates_hz[rate];
    read->samples = 1536;
    read->frame_bytes = kbps[code / 2] * 1000u * 1536 / 16 / read->sample_rate_hz * 2;
    if (rate == 1)
        read->frame_bytes += 2 * (code & 1);
    return true;
}

static bool
read_eac3_frame(BitReader *bits, EsAudio *read)
{
    static const uint32_t rates_hz[4] = {48000, 44100, 32000, 0};
    static const uint8_t blocks[4] = {1, 2, 3, 6};
    const unsigned kind = bit_reader_bits(bits, 2), substream = bit_reader_bits(bits, 3);

    read->frame_bytes = (bit_reader_bits(bits, 11) + 1) * 2;
    const unsigned rate = bit_reader_bits(bits, 2), next = bit_reader_bits(bits, 2);
    const unsigned mode = bit_reader_bits(bits, 3);
    const unsigned n_blocks = rate == 3 ? 6 : blocks[next];

    read->channels = ac3_channels(mode, bit_reader_flag(bits));
    read->sample_rate_hz = rate == 3 ? rates_hz[next] / 2 : rates_hz[rate];
    /* Dependent and further substreams belong to the same time. */
    read->samples = kind == 1 || substream > 0 ? 0 : (uint16_t)(n_blocks * 256);
    return !bits->broken && kind != 3;
}

static bool
read_ac3(const uint8_t *frame, size_t size, EsAudio *audio)
{
    ByteReader bytes = byte_reader(frame, size);
    EsAudio read = {0};

    if (size < 6 || byte_reader_u16(&bytes) != 0x0b77)
        return false;
    BitReader bits = bit_reader(bytes, false);
    const unsigned identification = frame[5] >> 3;
    const bool good = identification <= 10   ? read_ac3_frame(&bits, &read)
                      : identification <= 16 ? read_eac3_frame(&bits, &read)
                                             : false;

    if (good && read.samples == 0)
        read.channels = audio->channels;
    return good && whole(audio, &read);
}

bool
es_audio_readable(TsCodec codec)
{
    return codec == TS_CODEC_MPEG_AUDIO || codec == TS_CODEC_AAC_ADTS ||
           codec == TS_CODEC_AAC_LATM || codec == TS_CODEC_AC3 || codec == TS_CODEC_EAC3;
}

bool
es_audio_read(TsCodec codec, const uint8_t *frame, size_t size, EsAudio *audio)
{
    BitReader bits =
        bit_reader(byte_reader(frame, size < ES_AUDIO_HEADER ? size : ES_AUDIO_HEADER), false);

    if (codec == TS_CODEC_MPEG_AUDIO)
        return read_mpeg_audio(&bits, audio);
    if (codec == TS_CODEC_AAC_ADTS)
        return read_adts(&bits, audio);
    if (codec == TS_CODEC_AAC_LATM)
        return read_latm(&bits, audio);
    if (codec == TS_CODEC_AC3 || codec == TS_CODEC_EAC3)
        return read_ac3(frame, size, audio);
    return false;
}
