/* Two rings, and the states at the beginning and at the end of the first. */
#include "appliance/model/fault-history.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define VALUE_STEP 0.5  /* of a standing state: a change of its value by so much is an edge */
#define CELL_SCALE 50.0 /* steps of a ratio */

const FaultEdge *
fault_history_edge(const FaultHistory *history, size_t index)
{
    return &history->edges[(history->first + index) % HISTORY_EDGES];
}

static void
drop_first(FaultHistory *history)
{
    const FaultEdge *edge = fault_history_edge(history, 0);

    if (edge->seconds == 0)
        history->states[edge->fault] = *edge;
    history->begin_us = MAX(history->begin_us, edge->at_us + edge->seconds * US_PER_SECOND);
    history->first = (history->first + 1) % HISTORY_EDGES;
    history->n--;
}

static void
follow(FaultHistory *history, MonoUs now_us)
{
    if (history->begin_us == 0)
        history->begin_us = now_us;
    history->end_us = MAX(history->end_us, now_us);
    while (history->n > 0 && fault_history_edge(history, 0)->at_us < now_us - HISTORY_SPAN_US)
        drop_first(history);
}

static void
push(FaultHistory *history, const FaultEdge *edge)
{
    if (history->n == HISTORY_EDGES)
        drop_first(history);
    history->edges[(history->first + history->n) % HISTORY_EDGES] = *edge;
    history->n++;
}

/* Whether the value of @fault says something that rules depend on. */
static bool
value_counts(FaultId fault)
{
    return fault == FAULT_PICTURE_FROZEN || fault == FAULT_LOUDNESS || fault == FAULT_CUES_MISSING;
}

void
fault_history_state(
    FaultHistory *history, FaultId fault, bool active, double value, MonoUs since_us, MonoUs now_us)
{
    FaultEdge *latest = &history->latest[MIN((unsigned)fault, FAULT_NUMBER_MAX)];
    const bool other =
        active != latest->active ||
        (active && value_counts(fault) && fabs(value - (double)latest->value) >= VALUE_STEP);

    follow(history, now_us);
    if (!other)
        return;
    const bool same = active == latest->active;
    const MonoUs at_us = same ? now_us : CLAMP(since_us, latest->at_us, now_us);

    *latest = (FaultEdge){
        .at_us = at_us, .fault = (uint16_t)fault, .active = active, .value = (float)value};
    push(history, latest);
}

void
fault_history_errors(FaultHistory *history, FaultId fault, MonoUs now_us)
{
    follow(history, now_us);
    for (size_t i = history->n; i-- > 0;) {
        FaultEdge *edge = &history->edges[(history->first + i) % HISTORY_EDGES];
        const MonoUs end_us = edge->at_us + edge->seconds * US_PER_SECOND;

        if (now_us - edge->at_us > 2 * 3600 * US_PER_SECOND)
            break;
        if (edge->fault != fault || edge->seconds == 0)
            continue;
        if (now_us < end_us)
            return; /* a second report of the same second */
        if (now_us - end_us >= US_PER_SECOND || edge->seconds == UINT16_MAX)
            break;
        edge->seconds++;
        return;
    }
    push(history, &(FaultEdge){.at_us = now_us, .fault = (uint16_t)fault, .seconds = 1});
}

/* Number of the cell of an instant, before the clock's begin too. */
static int64_t
number_of(MonoUs at_us)
{
    const int64_t number = at_us / HISTORY_CELL_US;

    return at_us < 0 && at_us % HISTORY_CELL_US != 0 ? number - 1 : number;
}

static size_t
place_of(int64_t number)
{
    const int64_t place = number % (int64_t)HISTORY_CELLS;

    return (size_t)(place < 0 ? place + (int64_t)HISTORY_CELLS : place);
}

void
fault_history_rate(FaultHistory *history, double ratio, MonoUs now_us)
{
    const int64_t number = number_of(now_us);
    const uint8_t step = ratio > 0 ? (uint8_t)CLAMP(ratio * CELL_SCALE + 0.5, 1, 255) : 0;

    follow(history, now_us);
    if (number - history->cell >= (int64_t)HISTORY_CELLS) {
        memset(history->cells, 0, sizeof history->cells);
        history->cell = number;
    }
    while (history->cell < number)
        history->cells[place_of(++history->cell)] = (RateCell){0};
    RateCell *cell = &history->cells[place_of(number)];

    if (step == 0 || number < history->cell)
        return;
    cell->low = cell->low == 0 ? step : MIN(cell->low, step);
    cell->high = MAX(cell->high, step);
}

RateCell
fault_history_cell(const FaultHistory *history, MonoUs at_us)
{
    const int64_t number = number_of(at_us);

    if (number > history->cell || history->cell - number >= (int64_t)HISTORY_CELLS)
        return (RateCell){0};
    return history->cells[place_of(number)];
}

MonoUs
fault_history_begin_us(const FaultHistory *history, MonoUs now_us)
{
    return history->begin_us == 0 ? 0 : MAX(history->begin_us, now_us - HISTORY_SPAN_US);
}

static void
shift_cells(FaultHistory *history, int64_t by)
{
    g_autofree RateCell *old = g_memdup2(history->cells, sizeof history->cells);

    for (int64_t i = 0; i < (int64_t)HISTORY_CELLS; i++)
        history->cells[place_of(history->cell - i + by)] = old[place_of(history->cell - i)];
    history->cell += by;
}

void
fault_history_shift(FaultHistory *history, int64_t by_us)
{
    for (size_t i = 0; i < HISTORY_EDGES; i++)
        history->edges[i].at_us += by_us;
    for (size_t i = 0; i <= FAULT_NUMBER_MAX; i++) {
        history->states[i].at_us += by_us;
        history->latest[i].at_us += by_us;
    }
    if (history->begin_us != 0)
        history->begin_us = history->begin_us + by_us != 0 ? history->begin_us + by_us : 1;
    history->end_us += by_us;
    shift_cells(history, number_of(by_us + HISTORY_CELL_US / 2));
}

/* ---- While nobody looked ---- */

void
fault_history_resume(FaultHistory *history, MonoUs now_us)
{
    const MonoUs end_us = history->end_us;

    if (history->begin_us == 0)
        return;
    for (size_t i = 0; i <= FAULT_NUMBER_MAX; i++) {
        FaultEdge *latest = &history->latest[i];

        if (!latest->active)
            continue;
        *latest = (FaultEdge){.at_us = MAX(end_us, latest->at_us), .fault = latest->fault};
        push(history, latest);
    }
    for (MonoUs at_us = end_us; now_us - at_us >= US_PER_SECOND;) {
        const int64_t seconds = MIN((now_us - at_us) / US_PER_SECOND, UINT16_MAX);

        push(history, &(FaultEdge){.at_us = at_us, .seconds = (uint16_t)seconds});
        at_us += seconds * US_PER_SECOND;
    }
    follow(history, now_us);
}

int64_t
fault_history_unseen_us(const FaultHistory *history, MonoUs from_us, MonoUs to_us)
{
    int64_t unseen_us = 0;

    for (size_t i = 0; i < history->n; i++) {
        const FaultEdge *edge = fault_history_edge(history, i);
        const MonoUs end_us = edge->at_us + edge->seconds * US_PER_SECOND;

        if (edge->fault == FAULT_NONE)
            unseen_us += MAX(MIN(end_us, to_us) - MAX(edge->at_us, from_us), 0);
    }
    return unseen_us;
}
