/* Captions, teletext, subtitles, active format and applications, keyed by PID. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"

typedef struct {
    JsonBuilder *json;
    const ProbeSession *session;
} Put;

static void
put_last(const Put *put, const char *name, uint64_t shown, const TsMoment *last)
{
    json_put_known_double(put->json, name, shown > 0 && put->session->clock_known,
                          (double)(last->place.arrival_us - put->session->first_us) / 1e6);
}

static void
put_characters(const Put *put, const char *prefix, unsigned number, const CharacterCount *count)
{
    if (count->characters == 0)
        return;
    json_builder_begin_object(put->json);
    g_autofree char *name = g_strdup_printf("%s%u", prefix, number);

    json_put_string(put->json, "name", name);
    json_put_count(put->json, "characters", count->characters);
    put_last(put, "last_seconds", count->characters, &count->last);
    json_builder_end_object(put->json);
}

static void
put_captions(const Put *put, const Captions *captions)
{
    const Cea608 *line21 = captions_cea608(captions);
    const Cea708 *digital = captions_cea708(captions);
    const CaptionsAfd *afd = captions_afd(captions);

    json_put_count(put->json, "caption_pictures", captions_pictures(captions));
    json_begin_member_array(put->json, "captions");
    for (unsigned i = 0; i < CEA608_CHANNELS; i++)
        put_characters(put, "CC", i + 1, &line21->captions[i]);
    for (unsigned i = 0; i < CEA608_CHANNELS; i++)
        put_characters(put, "T", i + 1, &line21->text[i]);
    for (unsigned i = 1; i < CEA708_SERVICES; i++)
        put_characters(put, "service ", i, &digital->services[i]);
    json_builder_end_array(put->json);
    json_put_known_int(put->json, "afd", afd->known, afd->value);
    json_put_known_int(put->json, "afd_changes", afd->known, (gint64)afd->changes);
}

static void
put_teletext(const Put *put, const Teletext *teletext)
{
    json_put_count(put->json, "packets", teletext->packets);
    json_put_count(put->json, "characters", teletext->all.characters);
    json_put_count(put->json, "subtitle_characters", teletext->subtitles.characters);
    put_last(put, "subtitle_last_seconds", teletext->subtitles.characters,
             &teletext->subtitles.last);
    json_put_count(put->json, "hamming_errors", teletext->hamming_errors);
    json_put_count(put->json, "parity_errors", teletext->parity_errors);
    json_begin_member_array(put->json, "pages");
    for (size_t i = 0; i < teletext->n_pages; i++) {
        const TeletextPage *page = &teletext->pages[i];
        g_autofree char *number = g_strdup_printf("%03x", page->number);

        json_builder_begin_object(put->json);
        json_put_string(put->json, "page", number);
        json_put_bool(put->json, "subtitle", page->subtitle);
        json_put_count(put->json, "headers", page->headers);
        json_put_count(put->json, "characters", page->count.characters);
        json_builder_end_object(put->json);
    }
    json_builder_end_array(put->json);
}

static void
put_subtitles(const Put *put, const DvbSubtitle *subtitle)
{
    json_put_count(put->json, "segments", subtitle->segments);
    json_put_count(put->json, "malformed", subtitle->malformed);
    json_begin_member_array(put->json, "pages");
    for (size_t i = 0; i < subtitle->n_pages; i++) {
        const DvbSubtitlePage *page = &subtitle->pages[i];

        json_builder_begin_object(put->json);
        json_put_count(put->json, "page", page->id);
        json_put_count(put->json, "shown", page->shown);
        json_put_count(put->json, "blank", page->blank);
        put_last(put, "last_shown_seconds", page->shown, &page->last_shown);
        json_builder_end_object(put->json);
    }
    json_builder_end_array(put->json);
}

static void
put_applications(const Put *put, const Ait *ait)
{
    json_put_count(put->json, "sections", ait->sections);
    json_put_count(put->json, "changes", ait->changes);
    json_put_count(put->json, "crc_errors", ait->crc_errors);
    json_begin_member_array(put->json, "applications");
    for (size_t i = 0; i < ait->n_applications; i++) {
        const AitApplication *application = &ait->applications[i];

        json_builder_begin_object(put->json);
        json_put_count(put->json, "organisation_id", application->organisation);
        json_put_count(put->json, "application_id", application->application);
        json_put_string(put->json, "type", ait_type_name(application->type));
        json_put_string(put->json, "control", ait_control_name(application->control));
        json_put_string(put->json, "name", application->name);
        json_put_string(put->json, "url", application->url);
        json_builder_end_object(put->json);
    }
    json_builder_end_array(put->json);
}

static const char *
kind_name(TsAncillaryKind kind)
{
    switch (kind) {
    case TS_ANCILLARY_SCTE35:
        return "SCTE-35";
    case TS_ANCILLARY_AIT:
        return "AIT";
    case TS_ANCILLARY_CAPTIONS:
        return "captions";
    case TS_ANCILLARY_TELETEXT:
        return "teletext";
    case TS_ANCILLARY_DVB_SUBTITLES:
        return "DVB subtitles";
    }
    return NULL;
}

static void
put_one(const TsComponent *component, const TsAncillary *ancillary, void *user_data)
{
    const Put *put = user_data;
    TsAncillarySummary summary;
    char pid[8];

    ts_ancillary_summary(ancillary, &summary);
    g_snprintf(pid, sizeof pid, "%u", component->pid);
    json_begin_member_object(put->json, pid);
    json_put_string(put->json, "kind", kind_name(summary.kind));
    json_put_count(put->json, "pieces", summary.pieces);
    json_put_count(put->json, "damaged", summary.damaged);
    json_put_count(put->json, "shown", summary.shown);
    if (ts_ancillary_captions(ancillary))
        put_captions(put, ts_ancillary_captions(ancillary));
    if (ts_ancillary_teletext(ancillary))
        put_teletext(put, ts_ancillary_teletext(ancillary));
    if (ts_ancillary_dvb_subtitle(ancillary))
        put_subtitles(put, ts_ancillary_dvb_subtitle(ancillary));
    if (ts_ancillary_ait(ancillary))
        put_applications(put, ts_ancillary_ait(ancillary));
    json_builder_end_object(put->json);
}

void
report_json_ancillary(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    Put put = {json, session};

    json_begin_member_object(json, "ancillary");
    report_ancillary_each(session, scope, put_one, &put);
    json_builder_end_object(json);
}
