/* The generator's tables, and what goes wrong with them on request. */
#include <string.h>

#include "tests/traffic/mux.h"
#include "tests/traffic/synthetic.h"

typedef struct {
    Source *source;
    Mux mux;
} Fixture;

static Fixture *
fixture_new(unsigned services)
{
    Fixture *fixture = g_new0(Fixture, 1);
    const MuxIdentity identity = {.name = "North", .service_id = 7, .services = services};

    fixture->source = synthetic_source_new(4000000, services);
    mux_init(&fixture->mux, fixture->source, &identity);
    return fixture;
}

static void
fixture_free(Fixture *fixture)
{
    source_free(fixture->source);
    g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* The next section on @pid within half a second. Returns whether one came. */
static bool
next_section(Fixture *fixture, uint16_t pid, uint8_t *ret_section)
{
    uint8_t packet[PACKET_SIZE];

    for (uint64_t i = 0; i < fixture->mux.loop_slots / 48; i++) {
        mux_next(&fixture->mux, packet);
        if (packet_pid(packet) != pid)
            continue;
        memcpy(ret_section, packet + 5, SECTION_MAX);
        return true;
    }
    return false;
}

static size_t
section_size(const uint8_t *section)
{
    return 3u + (size_t)((section[1] & 0x0f) << 8 | section[2]);
}

static unsigned
section_version(const uint8_t *section)
{
    return section[5] >> 1 & 0x1f;
}

static bool
crc_is_right(const uint8_t *section)
{
    uint8_t sealed[SECTION_MAX];
    const size_t size = section_size(section);

    memcpy(sealed, section, SECTION_MAX);
    section_seal(sealed, size);
    return memcmp(sealed, section, size) == 0;
}

static void
a_multiplex_lists_every_service_with_tables_of_its_own(void)
{
    g_autoptr(Fixture) fixture = fixture_new(3);
    uint8_t section[SECTION_MAX];

    g_assert_true(next_section(fixture, 0, section));
    g_assert_cmpuint(section_size(section), ==, 8 + 3 * 4 + 4);
    g_assert_true(crc_is_right(section));
    for (uint16_t i = 0; i < 3; i++) {
        const uint16_t pmt_pid = (uint16_t)(MUX_PMT_PID + i * MUX_PID_STEP);

        g_assert_cmpuint((section[10 + 4 * i] & 0x1fu) << 8 | section[11 + 4 * i], ==, pmt_pid);
    }
    g_assert_true(next_section(fixture, MUX_PMT_PID + MUX_PID_STEP, section));
    g_assert_cmpuint((guint)section[3] << 8 | section[4], ==, 1007);
    g_assert_true(crc_is_right(section));
    g_assert_true(next_section(fixture, MUX_SDT_PID, section) ||
                  next_section(fixture, MUX_SDT_PID, section) ||
                  next_section(fixture, MUX_SDT_PID, section));
    g_assert_true(crc_is_right(section));
}

static void
a_service_that_is_taken_out_is_not_in_the_next_version_of_the_pat(void)
{
    g_autoptr(Fixture) fixture = fixture_new(2);
    uint8_t section[SECTION_MAX];

    mux_set_faults(&fixture->mux, &(MuxTableFaults){.left_out = 2});
    g_assert_true(next_section(fixture, 0, section));
    g_assert_cmpuint(section_size(section), ==, 8 + 4 + 4);
    g_assert_cmpuint(section_version(section), ==, 1);
    mux_set_faults(&fixture->mux, &(MuxTableFaults){0});
    g_assert_true(next_section(fixture, 0, section));
    g_assert_cmpuint(section_version(section), ==, 2);
}

static void
the_pmt_moves_and_the_pat_follows(void)
{
    g_autoptr(Fixture) fixture = fixture_new(1);
    uint8_t section[SECTION_MAX];

    mux_set_faults(&fixture->mux, &(MuxTableFaults){.moved_pid = 0x1f0});
    g_assert_true(next_section(fixture, 0, section));
    g_assert_cmpuint((section[10] & 0x1fu) << 8 | section[11], ==, 0x1f0);
    g_assert_cmpuint(section_version(section), ==, 1);
    g_assert_false(next_section(fixture, MUX_PMT_PID, section));
    g_assert_true(next_section(fixture, 0x1f0, section));
}

static void
version_and_content_of_the_pmt_change_apart_from_each_other(void)
{
    static const struct {
        const char *what;
        MuxTableFaults faults;
        unsigned version, version_after;
        size_t more;
    } rows[] = {
        {"version alone, for good", {.version_up = true}, 1, 1, 0},
        {"content alone", {.extra_entry = true}, 0, 0, 5},
        {"content and version", {.extra_entry = true, .extra_versioned = true}, 1, 2, 5},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new(1);
        uint8_t before[SECTION_MAX], section[SECTION_MAX];

        g_test_message("%s", rows[i].what);
        g_assert_true(next_section(fixture, MUX_PMT_PID, before));
        mux_set_faults(&fixture->mux, &rows[i].faults);
        mux_set_faults(&fixture->mux, &rows[i].faults);
        g_assert_true(next_section(fixture, MUX_PMT_PID, section));
        g_assert_true(crc_is_right(section));
        g_assert_cmpuint(section_version(section), ==, rows[i].version);
        g_assert_cmpuint(section_size(section), ==, section_size(before) + rows[i].more);
        mux_set_faults(&fixture->mux, &(MuxTableFaults){0});
        g_assert_true(next_section(fixture, MUX_PMT_PID, section));
        g_assert_cmpuint(section_version(section), ==, rows[i].version_after);
    }
}

static void
the_pmt_comes_as_often_as_asked(void)
{
    g_autoptr(Fixture) fixture = fixture_new(1);
    uint8_t packet[PACKET_SIZE];
    unsigned count = 0;

    mux_set_faults(&fixture->mux, &(MuxTableFaults){.pmt_every_ms = 38});
    for (uint64_t i = 0; i < fixture->mux.loop_slots / 24; i++) {
        mux_next(&fixture->mux, packet);
        count += packet_pid(packet) == MUX_PMT_PID;
    }
    g_assert_cmpuint(count, >=, 26);
    g_assert_cmpuint(count, <=, 27);
}

static void
a_broken_crc_is_on_one_pid_and_counted(void)
{
    g_autoptr(Fixture) fixture = fixture_new(1);
    uint8_t section[SECTION_MAX];

    mux_set_faults(&fixture->mux,
                   &(MuxTableFaults){.broken_crc = true, .broken_crc_pid = MUX_PMT_PID});
    g_assert_true(next_section(fixture, MUX_PMT_PID, section));
    g_assert_false(crc_is_right(section));
    g_assert_true(next_section(fixture, 0, section));
    g_assert_true(crc_is_right(section));
    g_assert_cmpuint(fixture->mux.broken_sections, >=, 1);
}

/* The counter of the next packet on @pid. */
static unsigned
next_counter(Fixture *fixture, uint16_t pid)
{
    uint8_t packet[PACKET_SIZE];

    do {
        mux_next(&fixture->mux, packet);
    } while (packet_pid(packet) != pid);
    return packet[3] & 0x0f;
}

static void
a_table_that_was_gone_comes_back_without_a_gap(void)
{
    g_autoptr(Fixture) fixture = fixture_new(1);
    const unsigned pat = next_counter(fixture, 0), pmt = next_counter(fixture, MUX_PMT_PID);
    uint8_t section[SECTION_MAX];

    fixture->mux.is_missing = true;
    g_assert_false(next_section(fixture, 0, section));
    g_assert_cmpuint(fixture->mux.taken_out, >=, 4);
    fixture->mux.is_missing = false;
    g_assert_cmpuint(next_counter(fixture, 0), ==, pat + 1);
    const unsigned before = next_counter(fixture, MUX_PMT_PID);

    g_assert_cmpuint(before, >, pmt);
    mux_set_faults(&fixture->mux, &(MuxTableFaults){.moved_pid = 0x1f0});
    g_assert_cmpuint(next_counter(fixture, 0x1f0), ==, 0);
    mux_set_faults(&fixture->mux, &(MuxTableFaults){0});
    g_assert_cmpuint(next_counter(fixture, MUX_PMT_PID), ==, (before + 1) & 0x0f);
}

static void
a_jump_says_so_once_if_it_is_to(void)
{
    for (unsigned flagged = 0; flagged < 2; flagged++) {
        g_autoptr(Fixture) fixture = fixture_new(1);
        uint8_t packet[PACKET_SIZE];
        unsigned flags = 0;

        fixture->mux.shift_flagged = flagged == 1;
        for (uint64_t i = 0; i < fixture->mux.loop_slots / 24; i++) {
            fixture->mux.shift_27m = i > 1000 ? 27000000 : 0;
            mux_next(&fixture->mux, packet);
            flags += packet[3] & 0x20 && packet[4] > 0 && packet[5] & 0x80;
        }
        g_assert_cmpuint(flags, ==, flagged);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traffic/tables/multiplex",
                    a_multiplex_lists_every_service_with_tables_of_its_own);
    g_test_add_func("/traffic/tables/unlisted",
                    a_service_that_is_taken_out_is_not_in_the_next_version_of_the_pat);
    g_test_add_func("/traffic/tables/moved", the_pmt_moves_and_the_pat_follows);
    g_test_add_func("/traffic/tables/versions",
                    version_and_content_of_the_pmt_change_apart_from_each_other);
    g_test_add_func("/traffic/tables/often", the_pmt_comes_as_often_as_asked);
    g_test_add_func("/traffic/tables/crc", a_broken_crc_is_on_one_pid_and_counted);
    g_test_add_func("/traffic/tables/gone", a_table_that_was_gone_comes_back_without_a_gap);
    g_test_add_func("/traffic/tables/jump", a_jump_says_so_once_if_it_is_to);
    return g_test_run();
}
