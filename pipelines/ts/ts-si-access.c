/* Descriptors follow the header at once; only CA_descriptors count. */
#include "pipelines/ts/ts-si-access.h"

#include "pipelines/ts/ts-descriptors.h"

static void
drop(TsCat *cat, uint8_t section, uint8_t last)
{
    size_t kept = 0;

    for (size_t i = 0; i < cat->n_systems; i++) {
        if (cat->sections[i] == section || cat->sections[i] > last)
            continue;
        cat->systems[kept] = cat->systems[i];
        cat->sections[kept++] = cat->sections[i];
    }
    cat->n_systems = kept;
}

void
ts_cat_take(TsCat *cat, const TsSectionHead *head, TsSiRefused *refused)
{
    ByteReader body = head->body;
    TsDescriptor descriptor;

    drop(cat, head->number, head->last);
    cat->version = head->version;
    while (ts_descriptor_next(&body, &descriptor)) {
        if (descriptor.tag != 0x09 || descriptor.body.left < 4)
            continue;
        if (cat->n_systems == TS_EMM_MAX) {
            refused->ca_systems++;
            continue;
        }
        const uint16_t system_id = byte_reader_u16(&descriptor.body);
        const uint16_t pid = byte_reader_u16(&descriptor.body) & 0x1fff;

        cat->systems[cat->n_systems] = (TsCa){system_id, pid};
        cat->sections[cat->n_systems++] = head->number;
    }
}
