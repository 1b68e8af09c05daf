/* Parity datagrams: an RTP header, the header of SMPTE 2022-1 (RFC 2733 and more), the sum. */
#include "tests/traffic/fec-maker.h"

#include <string.h>

#define RTP_TYPE_FEC 96

void
fec_maker_init(FecMaker *maker, uint8_t columns, uint8_t rows, bool with_rows)
{
    *maker = (FecMaker){.columns = columns, .rows = rows, .with_rows = with_rows};
}

static void
put_be(uint8_t *at, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static uint32_t
get_be(const uint8_t *at, unsigned bytes)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* Adds a datagram; @is_first begins the sum. */
static void
sum_add(FecSum *sum, const uint8_t *rtp, size_t size, bool is_first)
{
    const size_t payload = size - RTP_HEADER_SIZE;

    if (is_first) {
        memset(sum, 0, sizeof *sum);
        sum->base = (uint16_t)get_be(rtp + 2, 2);
    }
    sum->length ^= (uint16_t)payload;
    sum->type ^= rtp[1] & 0x7f;
    sum->stamp ^= get_be(rtp + 4, 4);
    if (payload > sum->size)
        sum->size = payload;
    for (size_t i = 0; i < payload; i++)
        sum->payload[i] ^= rtp[RTP_HEADER_SIZE + i];
}

/* @offset: between the sequence numbers of the sum's datagrams; @count: how many there are. */
static void
send_sum(const FecSum *sum, uint8_t offset, uint8_t count, uint16_t sequence, Outbox *outbox)
{
    const bool is_row = offset == 1;
    uint8_t *out = outbox_next(outbox), *fec = out + RTP_HEADER_SIZE;

    memset(out, 0, RTP_HEADER_SIZE + FEC_HEADER_SIZE);
    out[0] = 0x80;
    out[1] = RTP_TYPE_FEC;
    put_be(out + 2, sequence, 2);
    put_be(fec, sum->base, 2);
    put_be(fec + 2, sum->length, 2);
    fec[4] = 0x80 | sum->type; /* E: the header goes on after the mask */
    put_be(fec + 8, sum->stamp, 4);
    fec[12] = is_row ? 0x40 : 0; /* D; type 0: exclusive or */
    fec[13] = offset;
    fec[14] = count;
    memcpy(fec + FEC_HEADER_SIZE, sum->payload, sum->size);
    outbox_add(outbox, is_row ? OUTBOX_ROWS : OUTBOX_COLUMNS,
               RTP_HEADER_SIZE + FEC_HEADER_SIZE + sum->size);
}

/* The lost datagrams among @count at @first, @step apart. @ret_last: where the last of them is. */
static unsigned
losses(const FecMaker *maker, unsigned first, unsigned step, unsigned count, unsigned *ret_last)
{
    unsigned lost = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!maker->lost[first + i * step])
            continue;
        *ret_last = first + i * step;
        lost++;
    }
    return lost;
}

/* Gets back what a single column or row gives back. Returns how many that were. */
static unsigned
recover_once(FecMaker *maker)
{
    unsigned recovered = 0, at = 0;

    for (unsigned i = 0; i < maker->columns; i++) {
        if (losses(maker, i, maker->columns, maker->rows, &at) == 1) {
            maker->lost[at] = false;
            recovered++;
        }
    }
    for (unsigned i = 0; maker->with_rows && i < maker->rows; i++) {
        if (losses(maker, i * maker->columns, 1, maker->columns, &at) == 1) {
            maker->lost[at] = false;
            recovered++;
        }
    }
    return recovered;
}

static void
finish_matrix(FecMaker *maker)
{
    unsigned at = 0, more;

    maker->truth.lost += losses(maker, 0, 1, (unsigned)maker->columns * maker->rows, &at);
    do {
        more = recover_once(maker);
        maker->truth.recovered += more;
    } while (more > 0);
    memset(maker->lost, 0, sizeof maker->lost);
    memcpy(maker->ready, maker->column, maker->columns * sizeof maker->column[0]);
    maker->n_ready = maker->columns;
    maker->next_ready = 0;
    maker->position = 0;
}

void
fec_maker_add(FecMaker *maker, const uint8_t *rtp, size_t size, bool is_lost, Outbox *outbox)
{
    const unsigned column = maker->position % maker->columns;

    maker->lost[maker->position] = is_lost;
    sum_add(&maker->column[column], rtp, size, maker->position < maker->columns);
    sum_add(&maker->row, rtp, size, column == 0);
    if (maker->with_rows && column + 1U == maker->columns) {
        send_sum(&maker->row, 1, maker->columns, maker->row_sequence++, outbox);
        maker->truth.rows_sent++;
    }
    /* A column each D datagrams: spread over the matrix that follows. */
    if (maker->position % maker->rows == 0 && maker->next_ready < maker->n_ready) {
        send_sum(&maker->ready[maker->next_ready++], maker->columns, maker->rows,
                 maker->column_sequence++, outbox);
        maker->truth.columns_sent++;
    }
    if (++maker->position == (unsigned)maker->columns * maker->rows)
        finish_matrix(maker);
}
