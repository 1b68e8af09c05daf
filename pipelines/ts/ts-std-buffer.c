/* Bytes are counted since the model began, so that fills are differences and units are ranges. */
#include "pipelines/ts/ts-std-buffer.h"

#include <glib.h>
#include <math.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser.h"

#define FIRST_ROOM 32u
#define ROUNDING   0.5 /* bytes */

static void
empty(TsStdBuffer *buffer)
{
    buffer->aligned = false;
    buffer->loose = false;
    buffer->transport_over = false;
    buffer->over = false;
    buffer->ticks = -HUGE_VAL;
    buffer->filled = HUGE_VAL;
    buffer->transport = 0;
    buffer->announced = 0;
    buffer->in = 0;
    buffer->moved = 0;
    buffer->moved_ticks = 0;
    buffer->out = 0;
    buffer->first = 0;
    buffer->n = 0;
    buffer->fresh = 0;
    buffer->next_due = HUGE_VAL;
    buffer->next_from = HUGE_VAL;
}

void
ts_std_buffer_init(TsStdBuffer *buffer)
{
    *buffer = (TsStdBuffer){0};
    empty(buffer);
}

void
ts_std_buffer_clear(TsStdBuffer *buffer)
{
    g_clear_pointer(&buffer->units, g_free);
    buffer->room = 0;
}

void
ts_std_buffer_set(TsStdBuffer *buffer, const TsStdModel *model)
{
    buffer->model = *model;
    buffer->limit = model->size > 0 ? model->size : HUGE_VAL;
    buffer->known = true;
}

void
ts_std_buffer_restart(TsStdBuffer *buffer)
{
    empty(buffer);
    buffer->figures.restarts++;
}

static TsStdUnit *
unit_at(const TsStdBuffer *buffer, unsigned at)
{
    return &buffer->units[(buffer->first + at) & (buffer->room - 1)];
}

/* What decides whether a packet has to look at the units. */
static void
note_next(TsStdBuffer *buffer)
{
    buffer->next_due = buffer->n > 0 ? unit_at(buffer, 0)->due : HUGE_VAL;
    buffer->next_from = buffer->fresh < buffer->n ? unit_at(buffer, buffer->fresh)->from : HUGE_VAL;
}

/* Returns: false at TS_STD_UNITS_MAX */
static bool
make_room(TsStdBuffer *buffer)
{
    const unsigned room = buffer->room > 0 ? 2 * buffer->room : FIRST_ROOM;

    if (buffer->n < buffer->room)
        return true;
    if (room > TS_STD_UNITS_MAX)
        return false;
    TsStdUnit *units = g_new(TsStdUnit, room);

    for (unsigned i = 0; i < buffer->n; i++)
        units[i] = *unit_at(buffer, i);
    g_free(buffer->units);
    buffer->units = units;
    buffer->room = room;
    buffer->first = 0;
    return true;
}

static bool
is_open(const TsStdUnit *unit)
{
    return unit->end == HUGE_VAL;
}

/* The last unit ends where the next one begins, at @due. Several access units in one PES packet,
 * or one that is missing, show by the distance of their times. */
static void
end_last(TsStdBuffer *buffer, double end, double due)
{
    TsStdUnit *last = buffer->n > 0 ? unit_at(buffer, buffer->n - 1) : NULL;
    const double step = due - buffer->last_due;
    const double usual =
        buffer->model.unit_ticks > 0 ? buffer->model.unit_ticks : buffer->least_step;

    if (!last || !is_open(last))
        return;
    last->end = end;
    if (usual > 0 && step > usual * 3 / 2)
        last->sure = false;
    if (step > 0 && (buffer->least_step <= 0 || step < buffer->least_step))
        buffer->least_step = step;
}

bool
ts_std_buffer_unit(TsStdBuffer *buffer, double from, double bytes, double due)
{
    end_last(buffer, from, due);
    const bool backward = buffer->n > 0 && due < buffer->last_due;

    if (!make_room(buffer))
        return false;
    buffer->last_due = backward ? buffer->last_due : due;
    *unit_at(buffer, buffer->n++) = (TsStdUnit){
        .from = from,
        .end = bytes > 0 ? from + bytes : HUGE_VAL,
        .due = buffer->last_due,
        .sure = !backward,
    };
    buffer->aligned = true;
    note_next(buffer);
    return true;
}

void
ts_std_buffer_no_time(TsStdBuffer *buffer)
{
    buffer->loose = true;
}

/* Lets data move from MB, which there is, to EB up to @ticks. */
static inline void
leak(TsStdBuffer *buffer, double ticks)
{
    const double passed = ticks - buffer->moved_ticks;
    const double moved = buffer->moved, in = buffer->in, room = buffer->out + buffer->limit;
    const double leaked = moved + buffer->model.multiplex_rate * passed;
    const double most = in < room ? in : room, able = leaked < most ? leaked : most;

    if (passed <= 0)
        return;
    buffer->moved = moved > able ? moved : able;
    buffer->moved_ticks = ticks;
}

static inline void
move(TsStdBuffer *buffer, double ticks)
{
    if (buffer->model.multiplex_size > 0)
        leak(buffer, ticks);
}

static bool
is_whole(const TsStdBuffer *buffer, const TsStdUnit *unit)
{
    return unit->end <= buffer->moved + ROUNDING;
}

/* Whether a unit that is due can leave: it is all there, or never can be, being larger than EB. */
static bool
can_leave(const TsStdBuffer *buffer, const TsStdUnit *unit)
{
    const double size = buffer->model.size;

    if (is_whole(buffer, unit))
        return true;
    return buffer->in >= unit->end && unit->end - buffer->out > size &&
           buffer->moved >= buffer->out + size - 1;
}

static unsigned
leave(TsStdBuffer *buffer, const TsStdUnit *unit)
{
    const bool late = unit->missed && unit->had + ROUNDING < unit->end;
    const bool error = late && unit->sure && !buffer->loose;

    buffer->out = unit->end;
    buffer->moved = MAX(buffer->moved, unit->end);
    buffer->figures.units += !buffer->loose;
    buffer->figures.underflows += error;
    buffer->first = (buffer->first + 1) & (buffer->room - 1);
    buffer->n--;
    buffer->fresh -= buffer->fresh > 0;
    return error ? TS_STD_UNDERFLOW : 0;
}

/* Units leave that are due by @ticks. */
static unsigned
let_leave(TsStdBuffer *buffer, double ticks)
{
    unsigned found = 0;

    while (buffer->n > 0 && unit_at(buffer, 0)->due <= ticks) {
        TsStdUnit *unit = unit_at(buffer, 0);

        move(buffer, unit->missed ? ticks : unit->due);
        if (!unit->missed && !is_whole(buffer, unit)) {
            unit->missed = true;
            unit->had = buffer->moved;
            move(buffer, ticks);
        }
        if (!can_leave(buffer, unit))
            break;
        found |= leave(buffer, unit);
    }
    note_next(buffer);
    return found;
}

/* First bytes of units that are in by now: how long they will stay. */
static unsigned
note_delays(TsStdBuffer *buffer, double ticks)
{
    const double most = buffer->model.delay_ticks;
    const bool still = buffer->least_step > most;
    unsigned found = 0;

    while (buffer->fresh < buffer->n && unit_at(buffer, buffer->fresh)->from < buffer->in) {
        const double delay = unit_at(buffer, buffer->fresh++)->due - ticks;
        const int64_t delay_us = (int64_t)(delay / (double)PCR27_PER_US);

        buffer->figures.delay_max_us = MAX(buffer->figures.delay_max_us, delay_us);
        if (delay <= (still ? TS_STD_STILL_TICKS : most))
            continue;
        buffer->figures.delays++;
        found |= TS_STD_DELAY;
    }
    note_next(buffer);
    return found;
}

/* TB still holds @left bytes when a packet enters. */
static G_NO_INLINE unsigned
fill_transport(TsStdBuffer *buffer, double left)
{
    const double fill = MAX(left, 0) + TS_PACKET_SIZE;
    const bool over = fill > TS_STD_TRANSPORT_SIZE;
    unsigned found = 0;

    if (over && !buffer->transport_over) {
        buffer->figures.transport_overflows++;
        found |= TS_STD_OVERFLOW;
    }
    buffer->transport_over = over;
    buffer->transport = MIN(fill, TS_STD_TRANSPORT_SIZE);
    buffer->transport_max = MAX(buffer->transport_max, fill);
    if (buffer->ticks - buffer->filled > TS_STD_EMPTY_TICKS) {
        buffer->filled = buffer->ticks;
        buffer->figures.never_empty++;
        found |= TS_STD_NEVER_EMPTY;
    }
    return found;
}

/* MB or B runs over, or no longer does. */
static G_NO_INLINE unsigned
turn_over(TsStdBuffer *buffer, bool over)
{
    const bool error = over && !buffer->loose;

    buffer->over = over;
    buffer->figures.overflows += error;
    return error ? TS_STD_OVERFLOW : 0;
}

/* Returns: whether B runs over */
static inline bool
fill_main(TsStdBuffer *buffer, unsigned bytes)
{
    buffer->in += bytes;
    buffer->moved = buffer->in;
    const double fill = buffer->in - buffer->out;

    buffer->fill_max = MAX(buffer->fill_max, fill);
    return fill > buffer->model.size;
}

/* Data leaves MB even while the packet enters it, up to @ticks.
 * Returns: whether MB runs over, or with EB where these are one */
static inline bool
fill_multiplex(TsStdBuffer *buffer, double ticks, unsigned bytes)
{
    const TsStdModel *model = &buffer->model;

    leak(buffer, ticks - TS_PACKET_SIZE * model->transport_ticks);
    buffer->in += bytes;
    leak(buffer, ticks);
    const double waiting = buffer->in - buffer->moved, fill = buffer->moved - buffer->out;

    buffer->multiplex_max = MAX(buffer->multiplex_max, waiting);
    buffer->fill_max = MAX(buffer->fill_max, fill);
    if (model->together)
        return waiting + fill > model->multiplex_size + model->size;
    return waiting > model->multiplex_size;
}

/* TB still holds @left bytes when the packet enters; none of it, if negative. */
static G_NO_INLINE unsigned
take_any(TsStdBuffer *buffer, double ticks, unsigned bytes, double left)
{
    const TsStdModel *model = &buffer->model;
    unsigned found = 0;
    bool over;

    buffer->ticks = ticks;
    buffer->transport = TS_PACKET_SIZE;
    if (left <= 0)
        buffer->filled = ticks;
    if (left > 0 || buffer->transport_over)
        found = fill_transport(buffer, left);
    if (bytes == 0)
        return found;
    /* Its last byte leaves TB behind all that is in it. */
    const double out = ticks + buffer->transport * model->transport_ticks;

    if (buffer->next_due <= out)
        found |= let_leave(buffer, out);
    if (model->multiplex_size > 0) {
        over = fill_multiplex(buffer, out, bytes);
    } else {
        over = fill_main(buffer, bytes);
    }
    if (over != buffer->over)
        found |= turn_over(buffer, over);
    if (buffer->next_from < buffer->in)
        found |= note_delays(buffer, out);
    return found;
}

/* Nearly all packets find TB empty and go on to MB, while no unit begins or is due. */
unsigned
ts_std_buffer_packet(TsStdBuffer *buffer, double ticks, unsigned bytes)
{
    const TsStdModel *model = &buffer->model;
    const double left = buffer->transport - model->transport_rate * (ticks - buffer->ticks);
    const double out = ticks + TS_PACKET_SIZE * model->transport_ticks;

    if (left > 0 || buffer->transport_over || bytes == 0 || model->multiplex_size <= 0 ||
        buffer->next_due <= out || buffer->next_from < buffer->in + bytes)
        return take_any(buffer, ticks, bytes, left);
    buffer->ticks = ticks;
    buffer->transport = TS_PACKET_SIZE;
    buffer->filled = ticks;
    const bool over = fill_multiplex(buffer, out, bytes);

    return over != buffer->over ? turn_over(buffer, over) : 0;
}

void
ts_std_buffer_figures(const TsStdBuffer *buffer, TsBufferFigures *ret_figures)
{
    *ret_figures = buffer->figures;
    ret_figures->applicable = buffer->known;
    ret_figures->transport_size = (uint32_t)TS_STD_TRANSPORT_SIZE;
    ret_figures->multiplex_size = (uint32_t)buffer->model.multiplex_size;
    ret_figures->size = (uint32_t)buffer->model.size;
    ret_figures->transport_max = (uint32_t)MAX(buffer->transport_max, buffer->transport);
    ret_figures->multiplex_max = (uint32_t)buffer->multiplex_max;
    ret_figures->fill_max = buffer->model.size > 0 ? (uint32_t)buffer->fill_max : 0;
}
