/* Captions, teletext, subtitles, active format and applications: a line or two a PID. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"

#define LINE_COLUMNS 100u

typedef struct {
    GString *text;
    const ProbeSession *session;
    bool any; /* a line was added */
} Add;

static void
begin(Add *add, const TsComponent *component, const char *title)
{
    g_string_append_printf(add->text, "%s  %4u  %-14s", add->any ? "" : "\nAncillary data\n",
                           component->pid, title);
    add->any = true;
}

static void
add_last(const Add *add, uint64_t shown, const TsMoment *last)
{
    char time[REPORT_TIME_MAX];

    report_time(add->session, last->place.arrival_us, time);
    if (shown > 0)
        g_string_append_printf(add->text, ", last at %s", time);
}

static void
add_channel(const Add *add, const char *name, unsigned number, const CharacterCount *count)
{
    if (count->characters > 0)
        g_string_append_printf(add->text, "  %s%u %" G_GUINT64_FORMAT, name, number,
                               count->characters);
}

static void
add_captions(Add *add, const TsComponent *component, const Captions *captions)
{
    const CaptionsAfd *afd = captions_afd(captions);
    CharacterCount total;

    captions_total(captions, &total);
    if (captions_pictures(captions) > 0) {
        begin(add, component, "Captions");
        g_string_append_printf(add->text, "%" G_GUINT64_FORMAT " characters", total.characters);
        add_last(add, total.characters, &total.last);
        if (total.characters > 0)
            g_string_append_printf(add->text, "\n%14s", "");
        for (unsigned i = 0; i < CEA608_CHANNELS; i++)
            add_channel(add, "CC", i + 1, &captions_cea608(captions)->captions[i]);
        for (unsigned i = 0; i < CEA608_CHANNELS; i++)
            add_channel(add, "T", i + 1, &captions_cea608(captions)->text[i]);
        for (unsigned i = 1; i < CEA708_SERVICES; i++)
            add_channel(add, "708-", i, &captions_cea708(captions)->services[i]);
        g_string_append_c(add->text, '\n');
    }
    if (afd->known) {
        begin(add, component, "Active format");
        g_string_append_printf(add->text, "%u, changed %" G_GUINT64_FORMAT " times\n", afd->value,
                               afd->changes);
    }
}

static void
add_teletext(Add *add, const TsComponent *component, const Teletext *teletext)
{
    begin(add, component, "Teletext");
    g_string_append_printf(
        add->text,
        "%zu pages, %" G_GUINT64_FORMAT " characters; subtitles %" G_GUINT64_FORMAT " characters",
        teletext->n_pages, teletext->all.characters, teletext->subtitles.characters);
    add_last(add, teletext->subtitles.characters, &teletext->subtitles.last);
    if (teletext->hamming_errors + teletext->parity_errors > 0)
        g_string_append_printf(add->text, "; %" G_GUINT64_FORMAT " errors",
                               teletext->hamming_errors + teletext->parity_errors);
    g_string_append_c(add->text, '\n');
}

static void
add_subtitles(Add *add, const TsComponent *component, const DvbSubtitle *subtitle)
{
    for (size_t i = 0; i < subtitle->n_pages; i++) {
        const DvbSubtitlePage *page = &subtitle->pages[i];

        begin(add, component, "DVB subtitles");
        g_string_append_printf(
            add->text, "page %u: %" G_GUINT64_FORMAT " sets shown, %" G_GUINT64_FORMAT " blank",
            page->id, page->shown, page->blank);
        add_last(add, page->shown, &page->last_shown);
        g_string_append_c(add->text, '\n');
    }
    if (subtitle->n_pages == 0) {
        begin(add, component, "DVB subtitles");
        g_string_append(add->text, "no page\n");
    }
}

/* A line of at most LINE_COLUMNS. */
static void
add_cut(GString *text, unsigned indent, const char *line)
{
    g_string_append_printf(text, "%*s", (int)indent, "");
    g_string_append_len(text, line, (gssize)text_columns_fit(line, LINE_COLUMNS - indent));
    g_string_append_c(text, '\n');
}

static void
add_applications(Add *add, const TsComponent *component, const Ait *ait)
{
    for (size_t i = 0; i < ait->n_applications; i++) {
        const AitApplication *application = &ait->applications[i];
        const char *type = ait_type_name(application->type);
        const char *control = ait_control_name(application->control);

        begin(add, component, *type ? type : "Application");
        g_string_append_printf(add->text, "%s%s%s\n", control, *application->name ? " " : "",
                               application->name);
        if (*application->url)
            add_cut(add->text, 8, application->url);
    }
}

static void
add_one(const TsComponent *component, const TsAncillary *ancillary, void *user_data)
{
    if (ts_ancillary_captions(ancillary))
        add_captions(user_data, component, ts_ancillary_captions(ancillary));
    if (ts_ancillary_teletext(ancillary))
        add_teletext(user_data, component, ts_ancillary_teletext(ancillary));
    if (ts_ancillary_dvb_subtitle(ancillary))
        add_subtitles(user_data, component, ts_ancillary_dvb_subtitle(ancillary));
    if (ts_ancillary_ait(ancillary))
        add_applications(user_data, component, ts_ancillary_ait(ancillary));
}

void
report_text_ancillary(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    Add add = {text, session, false};

    report_ancillary_each(session, scope, add_one, &add);
}
