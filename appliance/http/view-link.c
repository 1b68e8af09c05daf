/* HTML by hand: every text from outside is escaped where it is put. */
#include "appliance/http/view-link.h"

#include <string.h>

#include "appliance/http/html-page.h"
#include "appliance/model/alarm-rule-text.h"
#include "pipelines/contract/catalogue.h"

static const char style[] =
    "body{font:17px/1.4 system-ui,sans-serif;margin:0;background:#111;color:#eee}"
    "main{max-width:34em;margin:auto;padding:1em}"
    "h1{font-size:1.3em;margin:.2em 0;overflow-wrap:anywhere}h2{font-size:1.1em;margin:1.2em 0 "
    ".4em}"
    ".what{margin:.6em 0;font-size:1.1em;overflow-wrap:anywhere}"
    ".what b{display:inline-block;padding:0 .5em;margin-right:.4em;border-radius:.3em;"
    "background:#a3acb5;color:#111;text-transform:capitalize}"
    ".critical b{background:#ff5a52}.major b{background:#ff9f1a}.minor b{background:#f7e463}"
    ".warning b{background:#5cc8ff}"
    "dl{margin:.6em 0}dl div{display:flex;gap:.8em;padding:.25em 0;border-top:1px solid #333}"
    "dt{color:#aaa;flex:0 0 5.5em}dd{margin:0;min-width:0;overflow-wrap:anywhere}"
    "footer{color:#aaa;font-size:.85em;margin-top:1.2em}"
    "pre{white-space:pre-wrap;font:inherit;background:#1d1d1d;padding:.7em;border-radius:.4em}"
    "textarea{width:100%;box-sizing:border-box;font:inherit;background:#222;color:#eee;"
    "border:1px solid #555;border-radius:.4em;padding:.5em}"
    ".button,button{display:block;width:100%;box-sizing:border-box;font:inherit;text-align:center;"
    "text-decoration:none;padding:.8em;margin:.6em 0;border:0;"
    "border-radius:.5em;background:#2b6cd4;color:#fff}button.second{background:#444}"
    ".said{background:#1f3a26;padding:.7em;border-radius:.4em}";

char *
view_link_policy(void)
{
    return html_policy(style, "'self'");
}

static void
begin(GString *out, const char *title)
{
    html_begin(out, 0);
    html_put(out, title);
    html_begin_body(out, style);
}

static void
fact(GString *out, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    g_string_append_printf(out, "<div><dt>%s</dt><dd>", name);
    html_put(out, value);
    g_string_append(out, "</dd></div>");
}

/* "2026-11-26 16:05:23 UTC"; NULL for 0. Returns: (transfer full) (nullable) */
static char *
time_text(WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);

    return wall_us != 0 && time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S UTC") : NULL;
}

/* With how long before @now_us it was, or how long it lasted until then. */
static void
fact_time(GString *out, const char *name, WallUs wall_us, WallUs now_us, const char *word)
{
    g_autofree char *at = time_text(wall_us);
    g_autofree char *span = at != NULL ? alarm_span_text(MAX(now_us - wall_us, 0)) : NULL;
    g_autofree char *text = at != NULL ? g_strdup_printf("%s, %s %s", at, word, span) : NULL;

    fact(out, name, text);
}

/* Who has dealt with it, in words. */
static void
fact_operator(GString *out, const AlarmView *alarm)
{
    g_autofree char *until = time_text(alarm->until_wall_us);
    const bool named = alarm->owner != NULL && *alarm->owner != '\0';
    const char *state = alarm->operator_state == OPERATOR_ACK       ? "Acknowledged"
                        : alarm->operator_state == OPERATOR_SHELVED ? "Shelved"
                        : named                                     ? "Assigned"
                                                                    : "Nobody yet";
    g_autofree char *text = g_strconcat(state,
                                        !named                                   ? ""
                                        : alarm->operator_state == OPERATOR_NONE ? " to "
                                                                                 : " by ",
                                        named ? alarm->owner : "", until != NULL ? " until " : "",
                                        until != NULL ? until : "", NULL);

    fact(out, "Operator", text);
}

static const char *
channel_name_of(const AlarmView *alarm, const Snapshot *snapshot)
{
    for (size_t i = 0; g_str_has_prefix(alarm->resource, "channel/") && i < snapshot->n_channels;
         i++) {
        if (g_str_equal(snapshot->channels[i].id, alarm->resource + strlen("channel/")))
            return snapshot->channels[i].name;
    }
    return alarm->resource;
}

static void
put_form(GString *out, const AlarmView *alarm)
{
    g_string_append(out, "<form method=\"post\"><label>Note<textarea name=\"note\" rows=\"2\" "
                         "maxlength=\"1000\"></textarea></label>");
    if (alarm->operator_state == OPERATOR_ACK)
        g_string_append(out, "<button name=\"act\" value=\"unack\" class=\"second\">Take the "
                             "acknowledgement back</button>");
    else if (alarm->operator_state == OPERATOR_NONE)
        g_string_append(out,
                        "<button name=\"act\" value=\"ack\">Acknowledge: I see to it</button>");
    g_string_append(out, "<button name=\"act\" value=\"comment\" class=\"second\">Leave the note "
                         "only</button></form>");
}

void
view_link_page(
    GString *out, const AlarmView *alarm, const Snapshot *snapshot, const char *said, bool form)
{
    const bool cleared = alarm->cleared_wall_us != 0;
    const char *sentence = fault_info(alarm->fault)->sentence;
    g_autofree char *ended = time_text(alarm->cleared_wall_us);
    g_autofree char *now = time_text(snapshot->wall_us);

    begin(out, channel_name_of(alarm, snapshot));
    if (said != NULL) {
        g_string_append(out, "<p class=\"said\" role=\"status\">");
        html_put(out, said);
        g_string_append(out, "</p>");
    }
    g_string_append(out, "<h1>");
    html_put(out, channel_name_of(alarm, snapshot));
    g_string_append_printf(out, "</h1><p class=\"what %s\"><b>%s</b>",
                           cleared ? "cleared" : severity_name(alarm->severity),
                           cleared ? "cleared" : severity_name(alarm->severity));
    html_put(out, alarm->text);
    g_string_append(out, "</p><dl>");
    fact_time(out, "Raised", alarm->raised_wall_us,
              cleared ? alarm->cleared_wall_us : snapshot->wall_us, "for");
    fact(out, "Cleared", ended);
    if (form) { /* behind an act the snapshot may be older than it, and would contradict it */
        fact_operator(out, alarm);
        fact(out, "Last note", alarm->note);
    }
    if (alarm->text == NULL || !g_str_has_prefix(alarm->text, sentence))
        fact(out, "Fault", sentence);
    g_string_append(out, "</dl>");
    if (form)
        put_form(out, alarm);
    else
        g_string_append(out, "<a class=\"button\" href=\"\">See how it stands now</a>");
    g_string_append(out, "<h2>What to do</h2><pre>");
    html_put(out, runbooks_text(snapshot->runbooks, alarm->fault));
    g_string_append_printf(out, "</pre><footer>As of %s</footer>", now != NULL ? now : "start");
    html_end(out);
}

void
view_link_sentence(GString *out, const char *title, const char *sentence)
{
    begin(out, title);
    g_string_append(out, "<h1>");
    html_put(out, title);
    g_string_append(out, "</h1><p>");
    html_put(out, sentence);
    g_string_append(out, "</p>");
    html_end(out);
}
