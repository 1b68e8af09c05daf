/* Loading of sources from the cache folder. */
#include "tests/traffic/source.h"

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define SOUND_SKIP 8 /* units at the front in which an audio encoder still settles */

static GBytes *
read_file(const char *folder, const char *name, const char *suffix, GError **error)
{
    g_autofree char *base = g_strconcat(name, suffix, NULL);
    g_autofree char *path = g_build_filename(folder, base, NULL);
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);

    return file != NULL ? g_mapped_file_get_bytes(file) : NULL;
}

static Stream *
load_picture(
    const char *folder, const Source *source, const char *suffix, size_t units, GError **error)
{
    g_autoptr(GBytes) ts = read_file(folder, source->name, suffix, error);

    return ts != NULL ? stream_from_ts(ts, STREAM_VIDEO, 0, units, error) : NULL;
}

/* Samples of one frame at 48 kHz, by stream type, as 90 kHz ticks. AC-3 comes as private data. */
static uint32_t
sound_unit_90k(uint8_t type)
{
    switch (type) {
    case 0x0f:
    case 0x11:
        return 1024 * 90 / 48;
    case 0x03:
    case 0x04:
        return 1152 * 90 / 48;
    default:
        return 1536 * 90 / 48;
    }
}

static bool
load_sound(const char *folder, Source *source, GError **error)
{
    g_autoptr(GBytes) main = read_file(folder, source->name, ".ts", error);
    g_autoptr(GBytes) silent =
        main != NULL ? read_file(folder, source->name, ".silent.ts", error) : NULL;

    if (silent == NULL)
        return false;
    source->silence = stream_from_ts(silent, STREAM_AUDIO, SOUND_SKIP, 0, error);
    if (source->silence == NULL)
        return false;
    source->silence->unit_90k = sound_unit_90k(source->silence->type);
    const size_t units = SOURCE_LOOP_90K / source->silence->unit_90k;

    source->sound = stream_from_ts(main, STREAM_AUDIO, SOUND_SKIP, units, error);
    if (source->sound == NULL)
        return false;
    source->sound->unit_90k = source->silence->unit_90k;
    return true;
}

/* Whether every group of pictures begins with a key frame and has one length. */
static bool
check_groups(const Source *source, GError **error)
{
    for (size_t form = 0; form < PICTURE_FORMS; form++) {
        const Stream *stream = source->picture[form];

        for (uint32_t i = 0; i < stream->units->len; i++) {
            if (stream_unit(stream, i)->key != (i % source->gop_units == 0)) {
                g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "picture %u: key frames are not %u pictures apart", i,
                            source->gop_units);
                return false;
            }
        }
    }
    return true;
}

static Source *
load_source(const char *folder, GKeyFile *file, const char *name, GError **error)
{
    static const char *const suffixes[PICTURE_FORMS] = {".ts", ".black.ts", ".freeze.ts"};
    g_autoptr(Source) source = g_new0(Source, 1);
    const int fps = g_key_file_get_integer(file, name, "frames_per_second", NULL);
    const int gop = g_key_file_get_integer(file, name, "gop_frames", NULL);
    const int rate = g_key_file_get_integer(file, name, "muxrate_bps", NULL);

    source->name = g_strdup(name);
    source->coding = g_key_file_get_string(file, name, "coding", NULL);
    if (fps < 1 || fps > 100 || gop < 1 || 24 * fps % gop != 0 || rate < 1000000 ||
        rate > 100000000 || rate % SOURCE_RATE_UNIT_BPS != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "sources.conf: [%s] is not valid",
                    name);
        return NULL;
    }
    source->rate_bps = (uint32_t)rate;
    source->gop_units = (uint32_t)gop;
    for (size_t form = 0; form < PICTURE_FORMS; form++) {
        const size_t units = (size_t)(form == PICTURE_NORMAL ? 24 * fps : gop);

        source->picture[form] = load_picture(folder, source, suffixes[form], units, error);
        if (source->picture[form] == NULL)
            return NULL;
        source->picture[form]->unit_90k = (uint32_t)(90000 / fps);
    }
    if (!load_sound(folder, source, error) || !check_groups(source, error))
        return NULL;
    return g_steal_pointer(&source);
}

GPtrArray *
source_library_load(const char *folder, const char *only, GError **error)
{
    g_autoptr(GPtrArray) library = g_ptr_array_new_with_free_func((GDestroyNotify)source_free);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = g_build_filename(folder, "sources.conf", NULL);

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "%s: (make-sources writes it) ", path);
        return NULL;
    }
    g_auto(GStrv) names = g_key_file_get_groups(file, NULL);

    if (only != NULL && !g_strv_contains((const char *const *)names, only)) {
        const char *near = text_nearest(only, (const char *const *)names);

        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "no source '%s'%s%s%s", only,
                    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                    near != NULL ? "'?" : "");
        return NULL;
    }
    for (size_t i = 0; names[i] != NULL && library->len < SOURCE_MAX; i++) {
        if (only != NULL && !g_str_equal(names[i], only))
            continue;
        Source *source = load_source(folder, file, names[i], error);

        if (source == NULL) {
            g_prefix_error(error, "%s: source '%s': ", folder, names[i]);
            return NULL;
        }
        g_ptr_array_add(library, source);
    }
    if (library->len == 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: names no source", path);
        return NULL;
    }
    return g_steal_pointer(&library);
}

void
source_free(Source *source)
{
    if (source == NULL)
        return;
    g_free(source->name);
    g_free(source->coding);
    for (size_t form = 0; form < PICTURE_FORMS; form++)
        stream_free(source->picture[form]);
    stream_free(source->sound);
    stream_free(source->silence);
    g_free(source);
}
