/* Walls: reading, checking, changing, writing. */
#include "appliance/config/wall-book.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

static const char *const size_names[] = {"s", "m", "l", "xl", NULL};
static const char *const layout_names[] = {"auto", "fixed", "penalty", "split", NULL};

static void
wall_clear(Wall *wall)
{
    g_free(wall->id);
    g_free(wall->title);
    g_strfreev(wall->groups);
    g_strfreev(wall->channels);
    *wall = (Wall){0};
}

static Wall
wall_copy(const Wall *wall)
{
    Wall copy = *wall;

    copy.id = g_strdup(wall->id);
    copy.title = g_strdup(wall->title);
    copy.groups = g_strdupv(wall->groups);
    copy.channels = g_strdupv(wall->channels);
    return copy;
}

static bool
wall_equal(const Wall *a, const Wall *b)
{
    return g_str_equal(a->id, b->id) && g_str_equal(a->title, b->title) &&
           g_strv_equal((const gchar *const *)a->groups, (const gchar *const *)b->groups) &&
           g_strv_equal((const gchar *const *)a->channels, (const gchar *const *)b->channels) &&
           a->size == b->size && a->layout == b->layout && a->columns == b->columns &&
           a->rows == b->rows && a->rotation_s == b->rotation_s && a->sound == b->sound &&
           a->night == b->night;
}

static WallBook *
book_of(size_t n)
{
    WallBook *book = g_new0(WallBook, 1);

    g_atomic_ref_count_init(&book->refs);
    book->walls = g_new0(Wall, n);
    return book;
}

WallBook *
wall_book_new(void)
{
    return book_of(0);
}

WallBook *
wall_book_ref(WallBook *book)
{
    g_atomic_ref_count_inc(&book->refs);
    return book;
}

void
wall_book_unref(WallBook *book)
{
    if (book == NULL || !g_atomic_ref_count_dec(&book->refs))
        return;
    for (size_t i = 0; i < book->n_walls; i++)
        wall_clear(&book->walls[i]);
    g_free(book->walls);
    g_free(book);
}

bool
wall_book_equal(const WallBook *a, const WallBook *b)
{
    bool same = a->n_walls == b->n_walls;

    for (size_t i = 0; same && i < a->n_walls; i++)
        same = wall_equal(&a->walls[i], &b->walls[i]);
    return same;
}

const Wall *
wall_book_find(const WallBook *book, const char *id)
{
    for (size_t i = 0; i < book->n_walls; i++) {
        if (g_strcmp0(book->walls[i].id, id) == 0)
            return &book->walls[i];
    }
    return NULL;
}

/* ---- Reading ---- */

static bool
refuse(GError **error, const char *what)
{
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, what);
    return false;
}

static bool
read_names(JsonObject *object, const char *name, GStrv *ret_names, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonNode *node = json_object_get_member(object, name);
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    const guint n = array != NULL ? json_array_get_length(array) : 0;

    if ((node != NULL && array == NULL) || n > WALL_NAMES_MAX)
        return refuse(error, "a list of at most 500 names is wanted here");
    for (guint i = 0; i < n; i++) {
        JsonNode *item = json_array_get_element(array, i);
        const char *text =
            JSON_NODE_HOLDS_VALUE(item) && json_node_get_value_type(item) == G_TYPE_STRING
                ? json_node_get_string(item)
                : "";

        if (*text == '\0' || strlen(text) > WALL_TEXT_MAX)
            return refuse(error, "each name has 1 to 120 bytes");
        g_strv_builder_add(builder, text);
    }
    *ret_names = g_strv_builder_end(builder);
    return true;
}

/* A word of @known that may be missing; then @ret_index stays. */
static bool
read_word(JsonObject *object,
          const char *name,
          const char *const *known,
          unsigned *ret_index,
          GError **error)
{
    g_autofree char *word = NULL;
    g_autofree char *all = NULL;

    if (!json_object_has_member(object, name))
        return true;
    if (!json_member_string(object, name, &word, error))
        return false;
    for (unsigned i = 0; known[i] != NULL; i++) {
        if (g_str_equal(known[i], word)) {
            *ret_index = i;
            return true;
        }
    }
    all = g_strjoinv(", ", (char **)(uintptr_t)known);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "\"%s\" is one of %s", name, all);
    return false;
}

static bool
read_number(
    JsonObject *object, const char *name, unsigned maximum, unsigned *ret_number, GError **error)
{
    uint64_t value = *ret_number;

    if (json_object_has_member(object, name) &&
        !json_member_unsigned(object, name, maximum, &value, error))
        return false;
    *ret_number = (unsigned)value;
    return true;
}

static bool
read_flag(JsonObject *object, const char *name, bool *ret_flag, GError **error)
{
    return !json_object_has_member(object, name) || json_member_bool(object, name, ret_flag, error);
}

static bool
read_title(JsonObject *object, Wall *wall, GError **error)
{
    g_autofree char *text = NULL;

    if (json_object_has_member(object, "title") &&
        !json_member_string(object, "title", &text, error))
        return false;
    if (text != NULL && strlen(text) > WALL_TEXT_MAX)
        return refuse(error, "a title has at most 120 bytes");
    wall->title = text_clean(text, WALL_TEXT_MAX);
    g_strstrip(wall->title);
    if (*wall->title != '\0')
        return true;
    g_free(wall->title);
    wall->title = g_strdup(wall->id);
    return true;
}

static bool
read_id(JsonObject *object, const char *id, Wall *wall, GError **error)
{
    g_autofree char *own = NULL;

    if (json_object_has_member(object, "id") && !json_member_string(object, "id", &own, error))
        return false;
    if (own != NULL && id != NULL && !g_str_equal(own, id))
        return refuse(error, "a wall keeps its id; make another one instead");
    if (!slug_is_valid(id != NULL ? id : own))
        return refuse(error, "a wall's id is made of a-z, 0-9 and - alone, at most 63");
    wall->id = g_strdup(id != NULL ? id : own);
    return true;
}

/* What holds between members. */
static bool
check(const Wall *wall, const char **ret_member, GError **error)
{
    const bool fixed = wall->layout == WALL_FIXED;

    *ret_member = "columns";
    if (fixed && (wall->columns == 0 || wall->rows == 0))
        return refuse(error, "a fixed grid needs columns and rows, 1 to 24 each");
    if (!fixed && (wall->columns != 0 || wall->rows != 0))
        return refuse(error, "only a fixed grid has columns and rows; leave out both");
    *ret_member = "rotation_seconds";
    if (wall->rotation_s != 0 && wall->rotation_s < WALL_ROTATION_MIN_S)
        return refuse(error, "a page stays 5 to 3600 seconds; 0: it is not turned");
    *ret_member = NULL;
    return true;
}

/* Members in turn, so that the name of the one that was refused is known. */
static bool
read_members(
    JsonObject *object, const char *id, Wall *wall, const char **ret_member, GError **error)
{
    unsigned size = WALL_SIZE_M;
    unsigned layout = WALL_AUTO;

    if (!read_id(object, id, wall, error)) {
        *ret_member = "id";
    } else if (!read_title(object, wall, error)) {
        *ret_member = "title";
    } else if (!read_names(object, "groups", &wall->groups, error)) {
        *ret_member = "groups";
    } else if (!read_names(object, "channels", &wall->channels, error)) {
        *ret_member = "channels";
    } else if (!read_word(object, "size", size_names, &size, error)) {
        *ret_member = "size";
    } else if (!read_word(object, "layout", layout_names, &layout, error)) {
        *ret_member = "layout";
    } else if (!read_number(object, "columns", WALL_GRID_MAX, &wall->columns, error)) {
        *ret_member = "columns";
    } else if (!read_number(object, "rows", WALL_GRID_MAX, &wall->rows, error)) {
        *ret_member = "rows";
    } else if (!read_number(object, "rotation_seconds", WALL_ROTATION_MAX_S, &wall->rotation_s,
                            error)) {
        *ret_member = "rotation_seconds";
    } else if (!read_flag(object, "sound", &wall->sound, error)) {
        *ret_member = "sound";
    } else if (!read_flag(object, "night", &wall->night, error)) {
        *ret_member = "night";
    } else {
        wall->size = (WallSize)size;
        wall->layout = (WallLayout)layout;
        return check(wall, ret_member, error);
    }
    return false;
}

/* @id: (nullable): what it must be called */
static bool
read_wall(JsonObject *object, const char *id, Wall *wall, const char **ret_member, GError **error)
{
    static const char *const names[] = {"id",     "title",   "groups", "channels",         "size",
                                        "layout", "columns", "rows",   "rotation_seconds", "sound",
                                        "night",  NULL};

    *ret_member = NULL;
    return json_check_members(object, names, error) &&
           read_members(object, id, wall, ret_member, error);
}

static int
by_id(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Wall *)a)->id, ((const Wall *)b)->id);
}

static GArray *
walls_new(void)
{
    GArray *walls = g_array_new(FALSE, TRUE, sizeof(Wall));

    g_array_set_clear_func(walls, (GDestroyNotify)wall_clear);
    return walls;
}

/* Returns: (transfer full): a book of copies, or %NULL with @error */
static WallBook *
book_from(GArray *walls, GError **error)
{
    if (walls->len > WALLS_MAX) {
        refuse(error, "there are at most 100 walls");
        return NULL;
    }
    g_array_sort(walls, by_id);
    g_autoptr(WallBook) book = book_of(walls->len);

    for (guint i = 0; i < walls->len; i++) {
        const Wall *wall = &g_array_index(walls, Wall, i);

        if (i > 0 && by_id(wall - 1, wall) == 0) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "wall \"%s\" twice", wall->id);
            return NULL;
        }
        book->walls[book->n_walls++] = wall_copy(wall);
    }
    return g_steal_pointer(&book);
}

WallBook *
wall_book_read(JsonObject *root, GError **error)
{
    g_autoptr(GArray) walls = walls_new();
    JsonArray *array = NULL;
    const char *member = NULL;

    if (!json_object_has_member(root, "walls"))
        return wall_book_new();
    if (!json_member_objects(root, "walls", &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_array_set_size(walls, i + 1);
        if (!read_wall(json_array_get_object_element(array, i), NULL,
                       &g_array_index(walls, Wall, i), &member, error))
            return NULL;
    }
    return book_from(walls, error);
}

WallBook *
wall_book_with(const WallBook *book,
               const char *id,
               JsonObject *object,
               const char **ret_member,
               GError **error)
{
    g_autoptr(GArray) walls = walls_new();

    *ret_member = NULL;
    for (size_t i = 0; i < book->n_walls; i++) {
        Wall copy = {0};

        if (g_str_equal(book->walls[i].id, id))
            continue;
        copy = wall_copy(&book->walls[i]);
        g_array_append_val(walls, copy);
    }
    if (object == NULL && walls->len == book->n_walls) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no wall \"%.64s\"", id);
        return NULL;
    }
    if (object != NULL) {
        g_array_set_size(walls, walls->len + 1);
        if (!read_wall(object, id, &g_array_index(walls, Wall, walls->len - 1), ret_member, error))
            return NULL;
    }
    return book_from(walls, error);
}

/* ---- Writing ---- */

static void
wall_write(JsonBuilder *builder, const Wall *wall)
{
    json_add_text(builder, "id", wall->id);
    json_add_text(builder, "title", wall->title);
    json_add_list(builder, "groups", wall->groups);
    json_add_list(builder, "channels", wall->channels);
    json_add_text(builder, "size", size_names[wall->size]);
    json_add_text(builder, "layout", layout_names[wall->layout]);
    json_add_number(builder, "columns", wall->columns);
    json_add_number(builder, "rows", wall->rows);
    json_add_number(builder, "rotation_seconds", wall->rotation_s);
    json_builder_set_member_name(builder, "sound");
    json_builder_add_boolean_value(builder, wall->sound);
    json_builder_set_member_name(builder, "night");
    json_builder_add_boolean_value(builder, wall->night);
}

char *
wall_show(const Wall *wall)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    wall_write(builder, wall);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

void
wall_book_write(JsonBuilder *builder, const WallBook *book)
{
    json_builder_set_member_name(builder, "walls");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->n_walls; i++) {
        json_builder_begin_object(builder);
        wall_write(builder, &book->walls[i]);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}
