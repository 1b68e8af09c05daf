/* What NIT, BAT, SDT other, EIT, CAT, TDT, TOT and the tables of ATSC say. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-si.h"
#include "tests/fixtures/ts-build.h"

#define FIRST                                                                                      \
    "5 x packet pid=8000\n"                                                                        \
    "pat tsid=1 10:256 20:512\n"

/* 12 October 1993, 12:45:00 UTC: 0xc078124500. */
#define SAMPLE_UTC_US (INT64_C(750429900) * US_PER_SECOND)

typedef struct {
    TsBuilder builder;
    TsAnalyser *analyser;
    MonoUs now_us;
} Rig;

static void
push(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    rig->now_us += 100 * US_PER_MS;
    ts_analyser_push(rig->analyser, bytes->data, bytes->len, rig->now_us);
    ts_analyser_finish(rig->analyser);
}

static Rig *
begin(const char *text)
{
    Rig *rig = g_new0(Rig, 1);

    rig->analyser = ts_analyser_new();
    push(rig, FIRST);
    push(rig, text);
    return rig;
}

static void
end(Rig *rig)
{
    ts_analyser_free(rig->analyser);
    g_free(rig);
}

static void
a_network_has_its_name_streams_and_channel_numbers(void)
{
    Rig *rig = begin("section pid=16 table=64 tsid=12289 body="
                     "f0064004"
                     "54657374"
                     "f02b"
                     "0001013ef025"
                     "4106"
                     "000a01"
                     "001419"
                     "5a0b"
                     "02faf0801f82ffffffffff"
                     "5f04"
                     "00000028"
                     "8308"
                     "000afc03"
                     "00147c0b");
    const TsNetwork *network = ts_analyser_network_at(rig->analyser, 0);
    const TsService *service = ts_analyser_service(rig->analyser, 10);

    g_assert_nonnull(network);
    g_assert_null(ts_analyser_network_at(rig->analyser, 1));
    g_assert_cmpint(network->kind, ==, TS_NETWORK_ACTUAL);
    g_assert_cmpuint(network->id, ==, 12289);
    g_assert_cmpstr(network->name, ==, "Test");
    g_assert_cmpuint(network->n_streams, ==, 1);
    g_assert_cmpuint(network->streams[0].network_id, ==, 0x013e);
    g_assert_cmphex(network->streams[0].delivery.tag, ==, 0x5a);
    g_assert_cmpuint(network->streams[0].delivery.frequency_hz, ==, 500000000);
    g_assert_cmpuint(network->n_services, ==, 2);
    g_assert_cmpuint(network->services[1].type, ==, 25);
    g_assert_true(service->has_lcn);
    g_assert_cmpuint(service->lcn, ==, 3);
    g_assert_false(service->lcn_hidden);
    g_assert_cmpuint(ts_analyser_service(rig->analyser, 20)->lcn, ==, 11);
    g_assert_true(ts_analyser_service(rig->analyser, 20)->lcn_hidden);
    end(rig);
}

static void
channel_numbers_follow_the_private_data_specifier(void)
{
    Rig *rig = begin("section pid=16 table=64 tsid=1 body=f000f01c00010001f016"
                     "5f0400000029"
                     "870e"
                     "0103546573"
                     "667261"
                     "04"
                     "000afc05"
                     "ff");
    Rig *none = begin("section pid=16 table=64 tsid=1 body=f000f00c00010001f006"
                      "8304000afc03");
    Rig *nordig = begin("section pid=16 table=64 tsid=1 body=f000f01200010001f00c"
                        "5f0400000029"
                        "8304000a8bb8");

    g_assert_cmpuint(ts_analyser_service(rig->analyser, 10)->lcn, ==, 5);
    g_assert_false(ts_analyser_service(none->analyser, 10)->has_lcn);
    g_assert_cmpuint(ts_analyser_service(nordig->analyser, 10)->lcn, ==, 3000);
    end(rig);
    end(none);
    end(nordig);
}

static void
a_section_replaces_what_it_said_and_leaves_the_others(void)
{
    Rig *rig = begin("section pid=16 table=64 tsid=1 number=0 last=1 body=f000f00600010001f000\n"
                     "section pid=16 table=64 tsid=1 number=1 last=1 body=f000f00600020001f000\n");
    const TsNetwork *network = ts_analyser_network_at(rig->analyser, 0);

    g_assert_cmpuint(network->n_streams, ==, 2);
    push(rig, "section pid=16 table=64 tsid=1 number=0 last=1 version=1 body=f000f00c00030001f000"
              "00040001f000");
    g_assert_cmpuint(network->n_streams, ==, 3);
    push(rig, "section pid=16 table=64 tsid=1 version=2 body=f000f00600050001f000");
    g_assert_cmpuint(network->n_streams, ==, 1);
    g_assert_cmpuint(network->streams[0].stream_id, ==, 5);
    end(rig);
}

static void
satellite_and_cable_frequencies_are_decimal_digits(void)
{
    Rig *rig = begin("section pid=16 table=65 tsid=7 body=f000f03a00010001f00d"
                     "430b"
                     "01172748"
                     "0192"
                     "a5"
                     "02750003"
                     "00020001f00d"
                     "440b"
                     "03460000"
                     "fff2"
                     "03"
                     "0069000f"
                     "00030001f00e"
                     "7f0c"
                     "04"
                     "010001"
                     "0078"
                     "0001"
                     "02d34440");
    const TsNetwork *network = ts_analyser_network_at(rig->analyser, 0);

    g_assert_cmpint(network->kind, ==, TS_NETWORK_OTHER);
    g_assert_cmpuint(network->n_streams, ==, 3);
    g_assert_cmpuint(network->streams[0].delivery.frequency_hz, ==,
                     G_GUINT64_CONSTANT(11727480000));
    g_assert_cmpuint(network->streams[0].delivery.symbol_rate, ==, 27500000);
    g_assert_cmpuint(network->streams[1].delivery.frequency_hz, ==, 346000000);
    g_assert_cmpuint(network->streams[1].delivery.symbol_rate, ==, 6900000);
    g_assert_cmphex(network->streams[2].delivery.extension, ==, 0x04);
    g_assert_cmpuint(network->streams[2].delivery.frequency_hz, ==, 474000000);
    end(rig);
}

static void
bouquets_and_services_of_other_streams_are_listed(void)
{
    Rig *rig = begin("section pid=17 table=74 tsid=99 body=f00547034261"
                     "74"
                     "f000\n"
                     "section pid=17 table=70 tsid=2 body=0001ff"
                     "0005fc800a"
                     "480819"
                     "0150"
                     "044e616d65");

    g_assert_cmpint(ts_analyser_network_at(rig->analyser, 0)->kind, ==, TS_NETWORK_BOUQUET);
    g_assert_cmpstr(ts_analyser_network_at(rig->analyser, 0)->name, ==, "Bat");
    const TsOtherService *other = ts_analyser_other_service_at(rig->analyser, 0);

    g_assert_cmpuint(other->stream_id, ==, 2);
    g_assert_cmpuint(other->service_id, ==, 5);
    g_assert_cmpuint(other->running, ==, 4);
    g_assert_cmpuint(other->type, ==, 25);
    g_assert_cmpstr(other->name, ==, "Name");
    g_assert_cmpstr(other->provider, ==, "P");
    g_assert_null(ts_analyser_other_service_at(rig->analyser, 1));
    end(rig);
}

static void
now_and_next_are_kept_by_service(void)
{
    Rig *rig = begin("section pid=18 table=78 service=10 number=0 last=1 body=00010001014e"
                     "0007c078124500014530"
                     "800e"
                     "4d0c"
                     "6672610343696d"
                     "0454657874"
                     "\n"
                     "section pid=18 table=78 service=10 number=1 last=1 body=00010001014e\n"
                     "section pid=18 table=79 service=10 number=0 last=1 body=00020001014f"
                     "0009ffffffffffffffff0000\n");
    const TsNowNext *entry = ts_analyser_now_next(rig->analyser, 10);
    const TsNowNext *other = ts_analyser_now_next_at(rig->analyser, 1);

    g_assert_nonnull(entry);
    g_assert_true(entry->now.present);
    g_assert_cmpuint(entry->now.event_id, ==, 7);
    g_assert_true(entry->now.has_start);
    g_assert_cmpint(entry->now.start_us, ==, SAMPLE_UTC_US);
    g_assert_cmpuint(entry->now.duration_s, ==, 6330);
    g_assert_cmpuint(entry->now.running, ==, 4);
    g_assert_cmpstr(entry->now.language, ==, "fra");
    g_assert_cmpstr(entry->now.name, ==, "Cim");
    g_assert_cmpstr(entry->now.text, ==, "Text");
    g_assert_true(entry->seen[1]);
    g_assert_false(entry->next.present);
    g_assert_false(other->actual);
    g_assert_true(other->now.present);
    g_assert_false(other->now.has_start || other->now.has_duration || other->seen[1]);
    g_assert_null(ts_analyser_now_next(rig->analyser, 20));
    end(rig);
}

static void
a_schedule_is_summed_up(void)
{
    Rig *rig = begin("section pid=18 table=80 service=10 number=0 last=8 body=000100010051"
                     "0001c0781245000100000000"
                     "0002c0781345000030000000\n"
                     "section pid=18 table=81 service=10 number=0 last=0 body=000100010051"
                     "0003c0791245000100000000\n"
                     "section pid=18 table=96 service=10 number=0 last=0 body=000200010060"
                     "0004c0991245000100000000\n");
    TsSchedule schedule;

    g_assert_true(ts_analyser_schedule(rig->analyser, 0, &schedule));
    g_assert_cmpuint(schedule.sections, ==, 2);
    g_assert_cmpuint(schedule.programmes, ==, 3);
    g_assert_true(schedule.has_span);
    g_assert_cmpint(schedule.from_us, ==, SAMPLE_UTC_US);
    g_assert_cmpint(schedule.to_us, ==, SAMPLE_UTC_US + 25 * 3600 * US_PER_SECOND);
    g_assert_false(ts_analyser_schedule(rig->analyser, 20, &schedule));
    end(rig);
}

static void
the_time_comes_with_the_offsets_of_countries(void)
{
    Rig *rig = begin("packet pid=20 start data=00707005c078124500\n");
    const TsTime *time = ts_analyser_time(rig->analyser);

    g_assert_nonnull(time);
    g_assert_cmpint(time->utc_us, ==, SAMPLE_UTC_US);
    g_assert_cmphex(time->table_id, ==, 0x70);
    g_assert_cmpint(time->arrival_us, ==, 200 * US_PER_MS);
    g_assert_cmpuint(time->n_offsets, ==, 0);
    push(rig, "packet pid=20 start data=0073701ac078124500f00f580d4e4c4403"
              "0100"
              "c0790100"
              "00"
              "0200"
              "0c29b7d8\n");
    g_assert_cmpuint(time->n_offsets, ==, 1);
    g_assert_cmpstr(time->offsets[0].country, ==, "NLD");
    g_assert_cmpint(time->offsets[0].offset_min, ==, -60);
    g_assert_cmpint(time->offsets[0].next_min, ==, -120);
    g_assert_true(time->offsets[0].has_change);
    end(rig);
}

static void
an_undefined_time_is_none(void)
{
    Rig *rig = begin("packet pid=20 start data=00707005ffffffffff\n"
                     "packet pid=20 start data=00707005c0782a4500\n"
                     "packet pid=20 start data=00707005c078250000\n");

    g_assert_null(ts_analyser_time(rig->analyser));
    end(rig);
}

static void
the_cat_lists_ca_systems_and_their_pids(void)
{
    Rig *rig = begin("section pid=1 table=1 tsid=65535 body=09040100e123"
                     "09040500e456");
    const TsCat *cat = ts_analyser_cat(rig->analyser);

    g_assert_cmpuint(cat->n_systems, ==, 2);
    g_assert_cmphex(cat->systems[1].system_id, ==, 0x0500);
    g_assert_cmphex(cat->systems[1].pid, ==, 0x0456);
    push(rig, "section pid=1 table=1 tsid=65535 version=1 body=");
    g_assert_cmpuint(cat->n_systems, ==, 0);
    end(rig);
}

static void
channels_of_atsc_name_services_that_no_sdt_names(void)
{
    const char *vct = "section pid=8187 table=200 tsid=1 body=0001"
                      "005700580059005a000000000000"
                      "f01c0504"
                      "00000000"
                      "0001"
                      "000a"
                      "0dc2"
                      "0003"
                      "fc00"
                      "fc00\n";
    Rig *rig = begin(vct);
    const TsAtsc *atsc = ts_analyser_atsc(rig->analyser);
    const TsService *service = ts_analyser_service(rig->analyser, 10);

    g_assert_cmpuint(atsc->n_channels, ==, 1);
    g_assert_cmpuint(atsc->channels[0].major, ==, 7);
    g_assert_cmpuint(atsc->channels[0].minor, ==, 5);
    g_assert_cmpuint(atsc->channels[0].service_type, ==, 2);
    g_assert_cmpuint(atsc->channels[0].source_id, ==, 3);
    g_assert_cmpstr(service->name, ==, "WXYZ");
    push(rig, "sdt tsid=1 10:P:Other");
    push(rig, vct);
    g_assert_cmpstr(service->name, ==, "Other");
    end(rig);
}

static void
the_master_guide_and_the_time_of_atsc_are_read(void)
{
    Rig *rig = begin("section pid=8187 table=199 tsid=0 body=000003"
                     "0000fffb"
                     "e1"
                     "00000040"
                     "f000"
                     "0100fd00"
                     "e2"
                     "00000100"
                     "f000"
                     "0200fe00"
                     "e2"
                     "00000100"
                     "f000"
                     "f000\n"
                     "section pid=8187 table=205 tsid=0 body=00"
                     "4f1a3c80"
                     "12"
                     "0000\n");
    const TsAtsc *atsc = ts_analyser_atsc(rig->analyser);

    g_assert_true(atsc->seen);
    g_assert_cmpuint(atsc->n_entries, ==, 3);
    g_assert_cmpuint(atsc->n_eit, ==, 1);
    g_assert_cmpuint(atsc->n_ett, ==, 1);
    g_assert_cmphex(atsc->entries[1].pid, ==, 0x1d00);
    g_assert_cmpint(ts_analyser_time(rig->analyser)->utc_us, ==,
                    (INT64_C(0x4f1a3c80) + 315964800 - 18) * US_PER_SECOND);
    end(rig);
}

static void
what_a_table_told_is_forgotten_with_the_table(void)
{
    Rig *rig = begin("section pid=16 table=64 tsid=1 body=f000f000\n"
                     "section pid=16 table=65 tsid=2 body=f000f000\n"
                     "section pid=17 table=70 tsid=2 body=0001ff0005fc8000\n"
                     "section pid=18 table=78 service=10 body=00010001014e\n"
                     "section pid=1 table=1 tsid=65535 body=09040100e123\n");

    for (guint i = 0; i < 310; i++) {
        rig->now_us += 900 * US_PER_MS;
        push(rig, "7 x null");
    }
    g_assert_cmpint(ts_analyser_network_at(rig->analyser, 0)->kind, ==, TS_NETWORK_ACTUAL);
    g_assert_null(ts_analyser_network_at(rig->analyser, 1));
    g_assert_null(ts_analyser_other_service_at(rig->analyser, 0));
    g_assert_null(ts_analyser_now_next(rig->analyser, 10));
    g_assert_null(ts_analyser_cat(rig->analyser));
    push(rig, "section pid=18 table=78 service=10 body=00010001014e");
    g_assert_nonnull(ts_analyser_now_next(rig->analyser, 10));
    end(rig);
}

static void
tables_are_listed_in_order_with_their_repetition(void)
{
    Rig *rig = begin("section pid=16 table=64 tsid=1 body=f000f000");
    TsTableInfo tables[8];

    push(rig, FIRST);
    push(rig, FIRST);
    g_assert_cmpuint(ts_analyser_tables(rig->analyser, tables, G_N_ELEMENTS(tables)), ==, 2);
    g_assert_cmpuint(tables[0].key.pid, ==, 0);
    g_assert_cmpuint(tables[0].sections, ==, 3);
    g_assert_cmpuint(tables[0].intervals, ==, 2);
    g_assert_cmpint(tables[0].min_us, ==, 100 * US_PER_MS);
    g_assert_cmpint(tables[0].avg_us, ==, 150 * US_PER_MS);
    g_assert_cmpint(tables[0].max_us, ==, 200 * US_PER_MS);
    g_assert_cmpstr(ts_table_name(tables[1].key.table_id), ==, "NIT actual");
    g_assert_cmpuint(tables[1].intervals, ==, 0);
    end(rig);
}

static void
tables_count_on_their_own_pids_only(void)
{
    Rig *rig = begin("section pid=17 table=64 tsid=1 body=f000f000\n"
                     "section pid=16 table=66 tsid=1 body=0001ff000afc8007480501000241"
                     "42\n"
                     "pmt pid=16 service=10 pcr=300 27:300\n");

    g_assert_null(ts_analyser_network_at(rig->analyser, 0));
    g_assert_cmpstr(ts_analyser_service(rig->analyser, 10)->name, ==, "");
    g_assert_false(ts_analyser_service(rig->analyser, 10)->pmt_seen);
    end(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/si/network", a_network_has_its_name_streams_and_channel_numbers);
    g_test_add_func("/ts/si/lcn", channel_numbers_follow_the_private_data_specifier);
    g_test_add_func("/ts/si/replace", a_section_replaces_what_it_said_and_leaves_the_others);
    g_test_add_func("/ts/si/delivery", satellite_and_cable_frequencies_are_decimal_digits);
    g_test_add_func("/ts/si/others", bouquets_and_services_of_other_streams_are_listed);
    g_test_add_func("/ts/si/now-next", now_and_next_are_kept_by_service);
    g_test_add_func("/ts/si/schedule", a_schedule_is_summed_up);
    g_test_add_func("/ts/si/time", the_time_comes_with_the_offsets_of_countries);
    g_test_add_func("/ts/si/no-time", an_undefined_time_is_none);
    g_test_add_func("/ts/si/cat", the_cat_lists_ca_systems_and_their_pids);
    g_test_add_func("/ts/si/channels", channels_of_atsc_name_services_that_no_sdt_names);
    g_test_add_func("/ts/si/atsc", the_master_guide_and_the_time_of_atsc_are_read);
    g_test_add_func("/ts/si/forget", what_a_table_told_is_forgotten_with_the_table);
    g_test_add_func("/ts/si/tables", tables_are_listed_in_order_with_their_repetition);
    g_test_add_func("/ts/si/places", tables_count_on_their_own_pids_only);
    return g_test_run();
}
