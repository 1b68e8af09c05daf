/* The analyser with all that hangs on it: framing, tables, conditions, units, key frames, text.
 * The first byte is the length of the pieces; the time goes on by its square in milliseconds. */
#include <glib.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/pes-cutter.h"
#include "pipelines/ts/ts-analyser.h"

#define CUTTERS    8u
#define MAX_PIECES 64u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    TsAnalyser *analyser;
    PesCutter *cutters[CUTTERS];
    guint16 pids[CUTTERS];
    guint n_cutters;
} Rig;

static void
visit_unit(const PesUnit *unit, void *user_data)
{
    g_assert_cmpuint(unit->size, >, 0);
    for (guint i = 0; i < PES_UNIT_PADDING; i++)
        g_assert_cmpuint(unit->data[unit->size + i], ==, 0);
    g_assert_cmpuint(unit->pts, <=, PTS90_MODULUS);
    g_assert_cmpuint(unit->dts, <=, PTS90_MODULUS);
}

static void
visit_packet(const TsPacket *packet, void *user_data)
{
    Rig *rig = user_data;

    g_assert_true(packet->payload + packet->payload_size == packet->bytes + TS_PACKET_SIZE);
    for (guint i = 0; i < rig->n_cutters; i++)
        if (rig->pids[i] == packet->pid)
            pes_cutter_push(rig->cutters[i], packet);
}

static void
follow(Rig *rig)
{
    const TsService *service = ts_analyser_service(rig->analyser, 0);

    for (gsize i = 0; service && i < service->n_components && rig->n_cutters < CUTTERS; i++) {
        const TsComponent *component = &service->components[i];

        rig->pids[rig->n_cutters] = component->pid;
        rig->cutters[rig->n_cutters++] = pes_cutter_new(component->codec, visit_unit, NULL);
        ts_analyser_want_pid(rig->analyser, component->pid, true);
    }
}

static void
check(const TsAnalyser *analyser)
{
    TsPidInfo pids[16];
    TsCounters counters;
    TsServiceFigures figures;
    const gsize n_pids = ts_analyser_pids(analyser, pids, G_N_ELEMENTS(pids));
    guint64 sum = 0;

    ts_analyser_counters(analyser, &counters);
    for (gsize i = 0; i < MIN(n_pids, G_N_ELEMENTS(pids)); i++)
        sum += pids[i].packets;
    g_assert_cmpuint(sum, <=, counters.packets);
    if (n_pids <= G_N_ELEMENTS(pids))
        g_assert_cmpuint(sum, ==, counters.packets);
    for (gsize i = 0; i < ts_analyser_n_services(analyser); i++) {
        const TsService *service = ts_analyser_service_at(analyser, i);

        g_assert_true(g_utf8_validate(service->name, -1, NULL));
        ts_analyser_service_figures(analyser, service->service_id, &figures);
        g_assert_cmpuint(figures.packets, <=, counters.packets);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Rig rig = {.analyser = ts_analyser_new()};
    TsState state = {0};
    MonoUs now_us = 1;
    char text[TS_TEXT_MAX];

    dvb_text(data, MIN(size, 300), text, sizeof text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    ts_analyser_set_visitor(rig.analyser, visit_packet, &rig);
    const gsize piece = size > 0 ? MAX((gsize)data[0] * 8 + 1, size / MAX_PIECES) : 1;

    for (gsize at = MIN(size, 1); at < size; at += piece) {
        ts_analyser_push(rig.analyser, data + at, MIN(piece, size - at), now_us);
        now_us += (MonoUs)data[0] * data[0] * US_PER_MS;
        ts_analyser_tick(rig.analyser, now_us);
        ts_analyser_judge(rig.analyser, 0, now_us, &state);
        follow(&rig);
    }
    ts_analyser_finish(rig.analyser);
    check(rig.analyser);
    for (guint i = 0; i < rig.n_cutters; i++) {
        pes_cutter_flush(rig.cutters[i]);
        pes_cutter_free(rig.cutters[i]);
    }
    ts_analyser_free(rig.analyser);
    return 0;
}
