/* From the analyser's lists to those of the message. */
#include "pipelines/worker/stream-structure.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-analyser-si.h"

#define TABLES_READ      256u
#define TABLE_PMT        0x02u
#define SCHEDULE_FIRST   0x50u /* EIT schedule, actual and other */
#define SCHEDULE_LAST    0x6fu
#define SECONDS_OF_NS(n) ((double)(n) / 1e9)
#define SECONDS_OF_US(n) ((double)(n) / 1e6)

G_STATIC_ASSERT(TS_PCR_BINS <= HISTOGRAM_BINS_MAX);
G_STATIC_ASSERT(TS_ACCURACY_BINS <= HISTOGRAM_BINS_MAX);
G_STATIC_ASSERT(ARRIVAL_BINS <= HISTOGRAM_BINS_MAX);

static void
read_services(const TsAnalyser *analyser, MessageStructure *structure)
{
    const size_t n = MIN(ts_analyser_n_services(analyser), STRUCTURE_SERVICES_MAX);

    structure->services = g_new0(StructureService, n);
    for (size_t i = 0; i < n; i++) {
        const TsService *service = ts_analyser_service_at(analyser, i);

        structure->services[structure->n_services++] =
            (StructureService){service->service_id, service->pmt_pid, g_strdup(service->name)};
    }
}

static void
add_language(GString *text, const char *language)
{
    if (language[0] != '\0' && strstr(text->str, language) == NULL)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "", language);
}

/* Of the component's own descriptor, or of its pages. Returns: (transfer full) */
static char *
languages_of(const TsComponent *component)
{
    g_autoptr(GString) text = g_string_new(component->language);

    for (size_t i = 0; i < component->n_languages; i++)
        add_language(text, component->languages[i].code);
    for (size_t i = 0; i < component->n_pages; i++)
        add_language(text, component->pages[i].language);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* "pages 100, 888"; "5.1"; "". Returns: (transfer full) */
static char *
detail_of(const TsComponent *component)
{
    g_autoptr(GString) text = g_string_new(ts_layout_name(component->layout));

    for (size_t i = 0; i < component->n_pages; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? ", " : "pages ", component->pages[i].page);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static uint8_t
kind_of(TsKind kind)
{
    switch (kind) {
    case TS_KIND_VIDEO:
        return COMPONENT_VIDEO;
    case TS_KIND_AUDIO:
        return COMPONENT_AUDIO;
    case TS_KIND_SUBTITLES:
        return COMPONENT_SUBTITLES;
    case TS_KIND_DATA:
        break;
    }
    return COMPONENT_DATA;
}

static void
read_components(const TsAnalyser *analyser, const TsService *service, MessageStructure *structure)
{
    const size_t n = MIN(service->n_components, STRUCTURE_COMPONENTS_MAX);

    structure->components = g_new0(ComponentReport, n);
    for (size_t i = 0; i < n; i++) {
        const TsComponent *from = &service->components[i];
        TsPidInfo pid = {0};

        (void)ts_analyser_pid(analyser, from->pid, &pid);
        structure->components[structure->n_components++] = (ComponentReport){
            .pid = from->pid,
            .stream_type = from->stream_type,
            .kind = kind_of(from->kind),
            .ca = from->scrambled || service->ca,
            .scrambled = pid.scrambled,
            .codec = g_strdup(ts_codec_name(from->codec)),
            .language = languages_of(from),
            .detail = detail_of(from),
        };
    }
}

/* Other services' maps are their channels' business; schedules are long and change all the time. */
static bool
is_told(const TsTableInfo *table, uint16_t service_id)
{
    if (table->key.table_id == TABLE_PMT)
        return table->key.extension == service_id;
    return table->key.table_id < SCHEDULE_FIRST || table->key.table_id > SCHEDULE_LAST;
}

static void
read_tables(const TsAnalyser *analyser, MessageStructure *structure)
{
    g_autofree TsTableInfo *tables = g_new0(TsTableInfo, TABLES_READ);
    const size_t n = MIN(ts_analyser_tables(analyser, tables, TABLES_READ), TABLES_READ);

    structure->tables = g_new0(TableReport, STRUCTURE_TABLES_MAX);
    for (size_t i = 0; i < n && structure->n_tables < STRUCTURE_TABLES_MAX; i++) {
        const TsTableInfo *table = &tables[i];
        const bool timed = table->intervals > 0;

        if (!is_told(table, structure->service_id))
            continue;
        structure->tables[structure->n_tables++] = (TableReport){
            .pid = table->key.pid,
            .table_id = table->key.table_id,
            .extension = table->key.extension,
            .version = table->has_version ? table->version : (uint16_t)TABLE_NO_VERSION,
            .sections = table->sections,
            .versions = table->versions,
            .min_us = timed ? MAX(table->min_us, 0) : 0,
            .mean_us = timed ? MAX(table->avg_us, 0) : 0,
            .max_us = timed ? MAX(table->max_us, 0) : 0,
            .last_us = table->last_us,
        };
    }
}

static HistogramReport *
add_histogram(MessageStructure *structure, HistogramKind kind, unsigned n_bins)
{
    HistogramReport *histogram = &structure->histograms[structure->n_histograms++];

    *histogram = (HistogramReport){.kind = (uint8_t)kind, .n_bins = (uint8_t)n_bins};
    return histogram;
}

/* Accuracy has a meaning on a constant rate only: without it there is no histogram. */
static void
read_clock(const TsAnalyser *analyser, uint16_t pid, MessageStructure *structure)
{
    TsClockFigures clock;

    if (!ts_analyser_clock(analyser, pid, &clock))
        return;
    HistogramReport *intervals = add_histogram(structure, HISTOGRAM_PCR_INTERVAL, TS_PCR_BINS);

    for (unsigned bin = 0; bin < TS_PCR_BINS; bin++) {
        intervals->counts[bin] = clock.bins[bin];
        if (bin + 1 < TS_PCR_BINS)
            intervals->bounds_s[bin] = SECONDS_OF_US(ts_pcr_bin_limit_us(bin));
    }
    if (clock.accuracy_judged == 0)
        return;
    HistogramReport *accuracy = add_histogram(structure, HISTOGRAM_PCR_ACCURACY, TS_ACCURACY_BINS);

    for (unsigned bin = 0; bin < TS_ACCURACY_BINS; bin++) {
        accuracy->counts[bin] = clock.accuracy_bins[bin];
        if (bin + 1 < TS_ACCURACY_BINS)
            accuracy->bounds_s[bin] = SECONDS_OF_NS(ts_accuracy_bin_limit_ns(bin));
    }
}

static void
read_arrival(const ArrivalFigures *arrival, MessageStructure *structure)
{
    if (arrival->intervals == 0)
        return;
    HistogramReport *histogram = add_histogram(structure, HISTOGRAM_ARRIVAL, ARRIVAL_BINS);

    for (unsigned bin = 0; bin < ARRIVAL_BINS; bin++) {
        histogram->counts[bin] = arrival->bins[bin];
        if (bin + 1 < ARRIVAL_BINS)
            histogram->bounds_s[bin] = SECONDS_OF_US(arrival_bin_bound_us(bin));
    }
}

void
stream_structure_read(const TsAnalyser *analyser,
                      const IpFigures *flow,
                      uint16_t service_id,
                      MonoUs now_us,
                      MessageStructure *ret_structure)
{
    const TsService *service = ts_analyser_service(analyser, service_id);
    MessageStructure structure = {
        .at_us = now_us,
        .service_id = service != NULL ? service->service_id : 0,
        .pmt_pid = service != NULL ? service->pmt_pid : TS_PID_NULL,
        .pcr_pid = service != NULL ? service->pcr_pid : TS_PID_NULL,
    };

    read_services(analyser, &structure);
    if (service != NULL) {
        read_components(analyser, service, &structure);
        read_clock(analyser, service->pcr_pid, &structure);
    }
    read_tables(analyser, &structure);
    read_arrival(&flow->legs[0].arrival, &structure);
    *ret_structure = structure;
}
