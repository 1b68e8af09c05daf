/* HTML by hand: every text from outside is escaped where it is put. */
#include "appliance/http/view-link.h"

#include "appliance/http/html-page.h"
#include "pipelines/contract/catalogue.h"

static const char style[] =
    "body{font:17px/1.4 system-ui,sans-serif;margin:0;background:#111;color:#eee}"
    "main{max-width:34em;margin:auto;padding:1em}"
    "h1{font-size:1.3em;margin:.2em 0}"
    ".critical,.major{color:#ff6b5e}.minor,.warning{color:#ffc14d}.cleared{color:#6fd08c}"
    "dt{color:#aaa;font-size:.85em;margin-top:.6em}dd{margin:0}"
    "pre{white-space:pre-wrap;font:inherit;background:#1d1d1d;padding:.7em;border-radius:.4em}"
    "textarea{width:100%;box-sizing:border-box;font:inherit;background:#222;color:#eee;"
    "border:1px solid #555;border-radius:.4em;padding:.5em}"
    "button{display:block;width:100%;font:inherit;padding:.8em;margin:.6em 0;border:0;"
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
    g_string_append_printf(out, "<dt>%s</dt><dd>", name);
    html_put(out, value);
    g_string_append(out, "</dd>");
}

static void
fact_time(GString *out, const char *name, WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);
    g_autofree char *text =
        wall_us != 0 && time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S UTC") : NULL;

    fact(out, name, text);
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

    begin(out, channel_name_of(alarm, snapshot));
    if (said != NULL) {
        g_string_append(out, "<p class=\"said\" role=\"status\">");
        html_put(out, said);
        g_string_append(out, "</p>");
    }
    g_string_append(out, "<h1>");
    html_put(out, channel_name_of(alarm, snapshot));
    g_string_append_printf(out, "</h1><p class=\"%s\"><strong>%s</strong> ",
                           cleared ? "cleared" : severity_name(alarm->severity),
                           cleared ? "cleared" : severity_name(alarm->severity));
    html_put(out, alarm->text);
    g_string_append(out, "</p><dl>");
    fact_time(out, "Raised", alarm->raised_wall_us);
    fact_time(out, "Cleared", alarm->cleared_wall_us);
    fact(out, "State", operator_state_name(alarm->operator_state));
    fact(out, "Owner", alarm->owner);
    fact_time(out, "Until", alarm->until_wall_us);
    fact(out, "Last note", alarm->note);
    fact(out, "Fault", fault_info(alarm->fault)->sentence);
    fact_time(out, "As of", snapshot->wall_us);
    g_string_append(out, "</dl><h2>What to do</h2><pre>");
    html_put(out, runbooks_text(snapshot->runbooks, alarm->fault));
    g_string_append(out, "</pre>");
    if (form)
        put_form(out, alarm);
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
