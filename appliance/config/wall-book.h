/* Walls: which channels a screen shows, how large, and what it does by itself. Immutable, shared by
 * reference; part of the inventory. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#define WALLS_MAX           100u
#define WALL_NAMES_MAX      500u /* channels, and groups, of one wall */
#define WALL_TEXT_MAX       120u /* bytes of a title or of a name in a filter */
#define WALL_GRID_MAX       24u  /* columns or rows of a fixed grid */
#define WALL_ROTATION_MIN_S 5u   /* shortest time that a page stays */
#define WALL_ROTATION_MAX_S 3600u

/* Character heights: 16, 24, 32 and 48 pixels at 1080p, for longer and longer distances. */
typedef enum { WALL_SIZE_S, WALL_SIZE_M, WALL_SIZE_L, WALL_SIZE_XL, WALL_SIZE_COUNT } WallSize;

typedef enum {
    WALL_AUTO,    /* as many tiles as the size allows */
    WALL_FIXED,   /* @columns by @rows */
    WALL_PENALTY, /* only channels with alarms, large */
    WALL_SPLIT,   /* tiles, and the list of alarms beside them */
    WALL_LAYOUT_COUNT
} WallLayout;

typedef struct {
    char *id;       /* slug */
    char *title;    /* clean UTF-8, never "" */
    GStrv groups;   /* of the site; never NULL. With no channel and no group: everything */
    GStrv channels; /* ids; never NULL */
    WallSize size;
    WallLayout layout;
    unsigned columns;    /* of a fixed grid, 1 to WALL_GRID_MAX; 0 otherwise */
    unsigned rows;       /* the same */
    unsigned rotation_s; /* how long a page stays; 0: pages stay until somebody turns them */
    bool sound;          /* it sounds at new alarms */
    bool night;          /* pictures are dimmed */
} Wall;

typedef struct {
    gatomicrefcount refs;
    Wall *walls; /* @n_walls of them, ascending by id */
    size_t n_walls;
} WallBook;

WallBook *wall_book_new(void); /* without a wall */
WallBook *wall_book_ref(WallBook *book);
void wall_book_unref(WallBook *book); /* (nullable) */
bool wall_book_equal(const WallBook *a, const WallBook *b);

/* (transfer none) (nullable) */
const Wall *wall_book_find(const WallBook *book, const char *id);

/* The member "walls" of the inventory's object; it may be missing, as in files of older versions.
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INVALID */
WallBook *wall_book_read(JsonObject *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void wall_book_write(JsonBuilder *builder, const WallBook *book);

/**
 * wall_book_with:
 * @object: (nullable): the wall as the API has it, its id left out or the same; %NULL: it goes
 * @ret_member: (out): (transfer none): name of the member that was refused, or %NULL
 *
 * Returns: (transfer full): a copy of @book that differs in this wall; %NULL with
 *   %GANTRY_ERROR_INVALID, or %GANTRY_ERROR_NOT_FOUND for a removal of what is not there
 */
WallBook *wall_book_with(const WallBook *book,
                         const char *id,
                         JsonObject *object,
                         const char **ret_member,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One wall as one JSON object. Returns: (transfer full) */
char *wall_show(const Wall *wall);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WallBook, wall_book_unref)
