/* A buffer that grows by doubling, up to its bound. */
#include "pipelines/ts/ts-unit.h"

#include <glib.h>
#include <string.h>

#define FIRST_ROOM 2048u

void
ts_unit_clear(TsUnit *unit)
{
    g_clear_pointer(&unit->data, g_free);
    unit->room = 0;
    unit->open = false;
}

void
ts_unit_begin(TsUnit *unit, Pts90 pts, size_t need)
{
    unit->open = true;
    unit->need = need;
    unit->size = 0;
    unit->pts = pts;
}

static void
reserve(TsUnit *unit, size_t need)
{
    size_t room = unit->room > 0 ? unit->room : FIRST_ROOM;

    if (need <= unit->room)
        return;
    while (room < need)
        room *= 2;
    unit->data = g_realloc(unit->data, room);
    unit->room = room;
}

bool
ts_unit_add(TsUnit *unit, const uint8_t *data, size_t size)
{
    if (!unit->open || size == 0)
        return false;
    if (unit->need > 0 && size > unit->need - unit->size)
        size = unit->need - unit->size;
    if (unit->size + size > TS_UNIT_MAX) {
        unit->open = false;
        unit->refused++;
        return false;
    }
    reserve(unit, unit->size + size);
    memcpy(unit->data + unit->size, data, size);
    unit->size += size;
    unit->open = unit->need == 0 || unit->size < unit->need;
    return !unit->open;
}

bool
ts_unit_end(TsUnit *unit)
{
    const bool whole = unit->open && unit->need == 0 && unit->size > 0;

    unit->open = false;
    return whole;
}
