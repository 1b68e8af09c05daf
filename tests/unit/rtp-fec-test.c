/* FEC of SMPTE 2022-1: what can be recovered is, to the byte; what cannot is counted. */
#include "pipelines/ts/rtp-fec.h"
#include "tests/unit/ip-rig.h"

#define SIDE     5u
#define MATRIX   (SIDE * SIDE)
#define MATRICES 12u
#define DAMAGED  5u /* the matrix in which the losses are */

typedef struct {
    Rig *rig;
    RtpBuilt *media; /* owned; MATRICES * MATRIX */
    guint columns, rows;
    gboolean send_columns, send_rows;
    guint16 fec_sequence[2];
} Sender;

static Sender *
sender_new(Rig *rig, guint columns, guint rows)
{
    Sender *sender = g_new0(Sender, 1);

    sender->rig = rig;
    sender->columns = columns;
    sender->rows = rows;
    sender->send_columns = sender->send_rows = TRUE;
    sender->media = g_new0(RtpBuilt, MATRICES * columns * rows);
    for (guint i = 0; i < MATRICES * columns * rows; i++)
        rtp_build(&sender->media[i], (guint16)(65500 + i), i * RIG_TICKS - 20000, 7,
                  i % 3 == 0 ? RIG_PAYLOAD : 188 * (1 + i % 7));
    return sender;
}

static void
sender_free(Sender *sender)
{
    g_free(sender->media);
    g_free(sender);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sender, sender_free)

static void
send_fec(Sender *sender, IpStream stream, guint first, guint count, guint offset)
{
    const RtpBuilt *covered[RTP_FEC_SIDE_MAX];
    const guint kind = stream == IP_STREAM_FEC_ROW;
    RtpBuilt fec;

    for (guint i = 0; i < count; i++)
        covered[i] = &sender->media[first + i * offset];
    rtp_build_fec(&fec, sender->fec_sequence[kind]++, covered, count, offset);
    rig_push_bytes(sender->rig, fec.bytes, fec.size, stream, 0);
}

/* The datagram @i, unless it is lost, then the FEC that is due behind it: rows at their end,
 * columns of the matrix before spread over this one. */
static void
send_one(Sender *sender, guint i, gboolean lost)
{
    const guint matrix = sender->columns * sender->rows, place = i % matrix;

    if (!lost)
        rig_push_bytes(sender->rig, sender->media[i].bytes, sender->media[i].size, IP_STREAM_MEDIA,
                       0);
    if (sender->send_rows && (i + 1) % sender->columns == 0)
        send_fec(sender, IP_STREAM_FEC_ROW, i + 1 - sender->columns, sender->columns, 1);
    if (sender->send_columns && i >= matrix && place % sender->rows == 0)
        send_fec(sender, IP_STREAM_FEC_COLUMN, i - place - matrix + place / sender->rows,
                 sender->rows, sender->columns);
    sender->rig->now_us += RIG_STEP_US;
}

/* What a decoder can do at best: rows and columns in turn until nothing changes.
 * Returns: how many of @lost stay lost */
static guint
solve(const Sender *sender, gboolean *lost)
{
    guint left = 0, before = G_MAXUINT;

    for (;;) {
        left = 0;
        for (guint i = 0; i < SIDE * SIDE; i++) {
            guint row = 0, column = 0;

            if (!lost[i])
                continue;
            for (guint j = 0; j < SIDE; j++) {
                row += (guint)lost[i / SIDE * SIDE + j];
                column += (guint)lost[j * SIDE + i % SIDE];
            }
            if ((row == 1 && sender->send_rows) || (column == 1 && sender->send_columns))
                lost[i] = FALSE;
            left += (guint)lost[i];
        }
        if (left == before)
            return left;
        before = left;
    }
}

/* All that can be recovered of the losses in one matrix is, and the rest is counted. */
static void
check_pattern(guint32 pattern, gboolean rows, gboolean columns)
{
    g_autoptr(Rig) rig = rig_new();
    g_autoptr(Sender) sender = sender_new(rig, SIDE, SIDE);
    gboolean lost[MATRIX];
    guint n_lost = 0;

    sender->send_rows = rows;
    sender->send_columns = columns;
    for (guint i = 0; i < MATRICES * MATRIX; i++)
        send_one(sender, i, i / MATRIX == DAMAGED && (pattern >> i % MATRIX & 1));
    for (guint i = 0; i < MATRIX; i++) {
        lost[i] = pattern >> i & 1;
        n_lost += (guint)lost[i];
    }
    const guint left = solve(sender, lost);

    rig_finish(rig);
    const IpFigures figures = rig_figures(rig);

    rig_check_order(rig);
    g_assert_cmpuint(rig->plain, ==, 0);
    g_assert_cmpuint(rig->seen->len, ==, MATRICES * MATRIX - left);
    g_assert_cmpuint(figures.fec.recovered, ==, n_lost - left);
    g_assert_cmpuint(rig->repaired, ==, n_lost - left);
    g_assert_cmpuint(figures.fec.unrecovered, ==, left);
    g_assert_cmpuint(figures.lost, ==, left);
    g_assert_cmpuint(figures.legs[0].lost, ==, n_lost);
    g_assert_cmpuint(figures.fec.malformed + figures.fec.refused + figures.fec.dropped, ==, 0);
    g_assert_cmpuint(figures.fec.lost[0] + figures.fec.lost[1], ==, 0);
}

static void
every_one_and_every_two_losses_of_a_matrix_are_recovered(void)
{
    for (guint i = 0; i < MATRIX; i++)
        for (guint j = i; j < MATRIX; j++)
            check_pattern(1u << i | 1u << j, TRUE, TRUE);
}

static void
a_random_pattern_is_recovered_as_far_as_possible(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(4);

    for (guint i = 0; i < 300; i++) {
        guint32 pattern = 0;
        const gint n = g_rand_int_range(rand, 1, 16);

        for (gint j = 0; j < n; j++)
            pattern |= 1u << g_rand_int_range(rand, 0, MATRIX);
        check_pattern(pattern, i % 3 != 1, i % 3 != 2);
    }
}

static void
a_rectangle_of_four_is_lost_and_counted(void)
{
    check_pattern(1u << 6 | 1u << 8 | 1u << 16 | 1u << 18, TRUE, TRUE);
    check_pattern((1u << MATRIX) - 1, TRUE, TRUE);
}

static void
a_burst_of_a_whole_row_is_recovered_by_columns(void)
{
    check_pattern(0x1fu << 10, FALSE, TRUE);
    check_pattern(0x1fu << 8, FALSE, TRUE); /* across two rows */
}

static void
the_largest_matrix_recovers_its_longest_burst(void)
{
    static const guint sides[][2] = {{20, 5}, {10, 10}, {5, 20}};

    for (guint k = 0; k < G_N_ELEMENTS(sides); k++) {
        g_autoptr(Rig) rig = rig_new();
        g_autoptr(Sender) sender = sender_new(rig, sides[k][0], sides[k][1]);
        const guint first = 5 * 100 + 37;

        sender->send_rows = FALSE;
        for (guint i = 0; i < MATRICES * 100; i++)
            send_one(sender, i, i >= first && i < first + sides[k][0]);
        rig_finish(rig);
        g_assert_cmpuint(rig_figures(rig).fec.recovered, ==, sides[k][0]);
        g_assert_cmpuint(rig_figures(rig).fec.columns, ==, sides[k][0]);
        g_assert_cmpuint(rig_figures(rig).fec.rows, ==, sides[k][1]);
        g_assert_cmpuint(rig->seen->len, ==, MATRICES * 100);
    }
}

static void
a_late_datagram_is_no_recovery(void)
{
    g_autoptr(Rig) rig = rig_new();
    g_autoptr(Sender) sender = sender_new(rig, SIDE, SIDE);

    for (guint i = 0; i < MATRICES * MATRIX; i++) {
        send_one(sender, i, i == 140);
        if (i == 152)
            rig_push_bytes(rig, sender->media[140].bytes, sender->media[140].size, IP_STREAM_MEDIA,
                           0);
    }
    rig_finish(rig);
    g_assert_cmpuint(rig_figures(rig).fec.recovered, ==, 0);
    g_assert_cmpuint(rig_figures(rig).lost, ==, 0);
    g_assert_cmpuint(rig->seen->len, ==, MATRICES * MATRIX);
}

static void
lost_fec_is_counted_and_fec_of_others_is_thrown_away(void)
{
    g_autoptr(Rig) rig = rig_new();
    g_autoptr(Sender) sender = sender_new(rig, SIDE, SIDE);

    for (guint i = 0; i < MATRICES * MATRIX; i++) {
        if (i == 100)
            sender->fec_sequence[1] = (guint16)(sender->fec_sequence[1] + 2);
        send_one(sender, i, FALSE);
    }
    rig->source[0].address[3] = 99;
    send_fec(sender, IP_STREAM_FEC_ROW, 0, SIDE, 1);
    rig_finish(rig);
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.fec.lost[RTP_FEC_ROW], ==, 2);
    g_assert_cmpuint(figures.fec.lost[RTP_FEC_COLUMN], ==, 0);
    g_assert_cmpuint(figures.fec.received[RTP_FEC_ROW], ==, MATRICES * SIDE);
    g_assert_cmpuint(figures.fec.received[RTP_FEC_COLUMN], ==, (MATRICES - 1) * SIDE);
    g_assert_cmpuint(figures.fec.foreign, ==, 1);
}

static void
fec_that_stops_is_waited_for_no_longer(void)
{
    g_autoptr(Rig) rig = rig_new();
    g_autoptr(Sender) sender = sender_new(rig, SIDE, SIDE);
    const guint n = MATRICES * MATRIX;

    for (guint i = 0; i < 100; i++)
        send_one(sender, i, FALSE);
    g_assert_true(rig_figures(rig).fec.present);
    sender->send_rows = sender->send_columns = FALSE;
    rig->now_us += RTP_FEC_PRESENT_US;
    for (guint i = 100; i < n; i++)
        send_one(sender, i, i == 150);
    g_assert_false(rig_figures(rig).fec.present);
    g_assert_cmpuint(rig->seen->len, ==, n - 1);
    g_assert_cmpuint(rig_figures(rig).fec.unrecovered, ==, 0);
    g_assert_cmpuint(rig_figures(rig).lost, ==, 1);
}

static void
a_datagram_is_recovered_to_the_byte(void)
{
    RtpWindow window;
    g_autofree RtpFec *fec = g_new0(RtpFec, 1);
    RtpBuilt media[24], packet;
    const RtpBuilt *covered[5];
    const RtpFecMedia flow = {.ssrc = 7, .payload_type = 33};
    g_autoptr(Rig) rig = rig_new();
    const IpPayloadSink sink = {rig_visit, rig};
    RtpItem item;

    rtp_window_init(&window);
    window.keep = window.remember = true;
    rtp_fec_init(fec);
    for (guint i = 0; i < G_N_ELEMENTS(media); i++) {
        rtp_build(&media[i], (guint16)(100 + i), 0xfffffff0u + i * 7, 7, 188 * (1 + i % 7));
        if (i % 2 == 1)
            media[i].bytes[1] |= 0x80; /* marker */
        if (i == 2)
            media[i].bytes[0] |= 0x20; /* padding, as long as its last byte says */
        if (i == 2)
            media[i].bytes[media[i].size - 1] = 9;
        const RtpItem one = {.data = media[i].bytes,
                             .size = media[i].size,
                             .payload_offset = 12,
                             .payload_size = media[i].size - 12,
                             .arrival_us = 1,
                             .sequence = (guint16)(100 + i)};

        if (i != 2)
            rtp_window_push(&window, &one, &sink);
        if (i < 5)
            covered[i] = &media[i];
    }
    rtp_build_fec(&packet, 0, covered, 5, 1);
    rtp_fec_push(fec, RTP_FEC_ROW, packet.bytes, packet.size, 1, &window);
    g_assert_true(rtp_fec_repair(fec, &window, &flow, 1, &item));
    g_assert_cmpuint(item.size, ==, media[2].size);
    g_assert_true(memcmp(item.data, media[2].bytes, item.size) == 0);
    g_assert_cmpuint(item.payload_size, ==, 188 * 3 - 9);
    g_assert_false(rtp_fec_repair(fec, &window, &flow, 1, &item));
    rtp_window_clear(&window);
    rtp_fec_clear(fec);
}

static void
a_matrix_beyond_the_limits_is_refused(void)
{
    RtpBuilt media, packet;
    const RtpBuilt *covered[] = {&media};
    static const guint8 wrong[][2] = {{21, 2}, {2, 21}, {0, 5}, {5, 0}, {20, 6}, {255, 255}};

    rtp_build(&media, 1, 1, 1, 188);
    rtp_build_fec(&packet, 0, covered, 1, 1);
    g_assert_true(rtp_fec_looks_like(packet.bytes, packet.size));
    g_assert_true(rtp_fec_looks_like(packet.bytes, 28));
    g_assert_false(rtp_fec_looks_like(packet.bytes, 27));
    g_assert_false(rtp_fec_looks_like(packet.bytes, 0));
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        packet.bytes[12 + 13] = wrong[i][0];
        packet.bytes[12 + 14] = wrong[i][1];
        g_assert_false(rtp_fec_looks_like(packet.bytes, packet.size));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/fec/two", every_one_and_every_two_losses_of_a_matrix_are_recovered);
    g_test_add_func("/rtp/fec/random", a_random_pattern_is_recovered_as_far_as_possible);
    g_test_add_func("/rtp/fec/rectangle", a_rectangle_of_four_is_lost_and_counted);
    g_test_add_func("/rtp/fec/row", a_burst_of_a_whole_row_is_recovered_by_columns);
    g_test_add_func("/rtp/fec/largest", the_largest_matrix_recovers_its_longest_burst);
    g_test_add_func("/rtp/fec/late", a_late_datagram_is_no_recovery);
    g_test_add_func("/rtp/fec/foreign", lost_fec_is_counted_and_fec_of_others_is_thrown_away);
    g_test_add_func("/rtp/fec/stops", fec_that_stops_is_waited_for_no_longer);
    g_test_add_func("/rtp/fec/bytes", a_datagram_is_recovered_to_the_byte);
    g_test_add_func("/rtp/fec/limits", a_matrix_beyond_the_limits_is_refused);
    return g_test_run();
}
