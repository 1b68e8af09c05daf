/* Impairments: what can be done to a channel, with which figures, and to which datagram. Pure.
 *
 * Each kind draws from a random sequence of its own, which the seed, the channel and the kind fix:
 * the same script with the same seed damages the same datagrams. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    IMPAIR_STOP,        /* nothing is sent */
    IMPAIR_LOSS,        /* datagrams are lost with a probability */
    IMPAIR_BURST,       /* a run of datagrams is lost */
    IMPAIR_DUPLICATE,   /* datagrams are sent twice */
    IMPAIR_REORDER,     /* datagrams are overtaken by the next */
    IMPAIR_CORRUPT,     /* bytes of datagrams are changed */
    IMPAIR_PID_MISSING, /* a PID is sent as null packets */
    IMPAIR_PCR_JUMP,    /* clock and time stamps are shifted */
    IMPAIR_BLACK,       /* the picture is black */
    IMPAIR_FREEZE,      /* the picture stands still */
    IMPAIR_SILENCE,     /* the sound is silence */
    IMPAIR_DELAY,       /* datagrams come later, each by another time, in order */
    IMPAIR_LEG2_LOSS,   /* as loss, on the second leg */
    IMPAIR_LEG2_DELAY,  /* as delay, on the second leg */
    IMPAIR_SSRC,        /* RTP says another source (SSRC) */
    IMPAIR_TTL,         /* datagrams have another TTL */
    IMPAIR_TOS,         /* and another type of service (DSCP and ECN) */
    IMPAIR_PMT_VERSION, /* the PMT's version goes up and nothing else changes */
    IMPAIR_PMT_ENTRY,   /* the PMT lists one component more */
    IMPAIR_PMT_REPEAT,  /* the PMT comes more often */
    IMPAIR_PMT_MOVED,   /* the PMT is on another PID */
    IMPAIR_UNLISTED,    /* the PAT does not list a service */
    IMPAIR_CRC,         /* the sections on a PID have a wrong CRC */
    IMPAIR_TEI,         /* packets have the transport error indicator */
    IMPAIR_SCRAMBLED,   /* the packets of a PID say that they are scrambled */
    IMPAIR_SYNC_BYTE,   /* packets begin with a wrong byte */
    IMPAIR_KINDS,
} ImpairKind;

#define IMPAIR_FIGURES 2 /* per kind, at most */

typedef struct {
    ImpairKind kind;
    double figure[IMPAIR_FIGURES]; /* as impair_figure_name() names them */
} Impairment;

/* The word for @kind, such as "pid-missing". */
const char *impair_word(ImpairKind kind);

/* One line about each kind, for --help. Returns: (transfer full) */
char *impair_help(void);

/* Reads a kind and its `key=value` words. @pairs: (nullable) (array zero-terminated=1).
 * An error (INVALID) names the wrong word and the nearest right one. */
bool impair_parse(const char *word,
                  const char *const *pairs,
                  Impairment *ret_impairment,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends the figures as a JSON object. */
void impair_append_figures(const Impairment *impairment, GString *json);

/* A random sequence. All-zero is one, too. */
typedef struct {
    uint64_t state;
} ImpairRandom;

ImpairRandom impair_random(uint64_t seed, uint32_t channel, ImpairKind kind);

/* The next number of the sequence, from 0 to below 1. */
double impair_draw(ImpairRandom *random);

/* Changes @impairment's count of bytes in @data, which has @size. */
void impair_corrupt(const Impairment *impairment, ImpairRandom *random, uint8_t *data, size_t size);
