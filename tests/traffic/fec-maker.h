/* Forward error correction of an RTP stream as SMPTE 2022-1 has it: datagrams in a matrix of L
 * columns and D rows, a parity datagram for each column and, if wanted, for each row. It knows,
 * too, which of the lost datagrams an ideal receiver gets back. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/traffic/outbox.h"

#define RTP_HEADER_SIZE 12
#define FEC_HEADER_SIZE 16
#define FEC_COLUMNS_MAX 20
#define FEC_ROWS_MAX    20
#define FEC_MATRIX_MAX  100 /* datagrams */

/* The sum (exclusive or) of some datagrams. */
typedef struct {
    uint16_t base;   /* sequence number of the first */
    uint16_t length; /* sum of their payloads' lengths */
    uint8_t type;    /* sum of their payload types */
    uint32_t stamp;  /* sum of their time stamps */
    size_t size;     /* of the longest payload, bytes */
    uint8_t payload[DATAGRAM_MAX];
} FecSum;

/* What became of the media datagrams of all complete matrices. */
typedef struct {
    uint64_t columns_sent, rows_sent; /* parity datagrams */
    uint64_t lost;                    /* media datagrams */
    uint64_t recovered;               /* of those, that the parity datagrams give back */
} FecTruth;

typedef struct {
    uint8_t columns, rows; /* L and D */
    bool with_rows;        /* row parity is sent, too */
    unsigned position;     /* of the next datagram in its matrix */
    uint16_t column_sequence, row_sequence;
    FecSum row, column[FEC_COLUMNS_MAX];
    FecSum ready[FEC_COLUMNS_MAX]; /* columns of the matrix before, sent one after another */
    unsigned n_ready, next_ready;
    bool lost[FEC_MATRIX_MAX]; /* of this matrix */
    FecTruth truth;
} FecMaker;

/* @columns: 1 to 20; @rows: 4 to 20, together at most 100. */
void fec_maker_init(FecMaker *maker, uint8_t columns, uint8_t rows, bool with_rows);

/* Takes a media datagram with its RTP header (@size bytes in all), and hands over the parity
 * datagrams that are due after it. @is_lost: it will not arrive. */
void fec_maker_add(FecMaker *maker, const uint8_t *rtp, size_t size, bool is_lost, Outbox *outbox);
