/* One line a table, or a range of them. */
#include "pipelines/probe/table-limits.h"

#include <glib.h>

typedef struct {
    uint8_t from;
    uint8_t to;
    unsigned ms;
} Limit;

static const Limit limits[] = {
    {0x00, 0x02, 500},   /* PAT, CAT, PMT */
    {0x40, 0x41, 10000}, /* NIT */
    {0x42, 0x42, 2000},  /* SDT actual */
    {0x46, 0x46, 10000}, /* SDT other */
    {0x4a, 0x4a, 10000}, /* BAT */
    {0x4e, 0x4e, 2000},  /* EIT present/following actual */
    {0x4f, 0x4f, 10000}, /* EIT present/following other */
    {0x50, 0x6f, 30000}, /* EIT schedule */
    {0x70, 0x70, 30000}, /* TDT */
    {0x73, 0x73, 30000}, /* TOT */
    {0xc7, 0xc7, 150},   /* MGT */
    {0xc8, 0xc9, 400},   /* TVCT, CVCT */
    {0xca, 0xca, 60000}, /* RRT */
    {0xcd, 0xcd, 1000},  /* STT */
};

unsigned
table_limit_ms(uint8_t table_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
        if (table_id >= limits[i].from && table_id <= limits[i].to)
            return limits[i].ms;
    return 0;
}
