/* The site's decisions: what is asked is checked against the inventory, adopted, and written down.
 */
#include "appliance/supervisor/site-requests.h"

#include <string.h>

#include "appliance/config/inventory-object.h"
#include "appliance/config/site-book.h"
#include "appliance/model/etag.h"
#include "appliance/supervisor/request-scope.h"
#include "pipelines/base/error.h"

/* @target: "PART" or "PART/KEY". @ret_key: (transfer none): "" without one */
static bool
parse_target(const char *target, SitePart *ret_part, const char **ret_key)
{
    static const char *const parts[] = {
        [SITE_CALENDAR] = "calendar", [SITE_RUNBOOKS] = "runbooks", [SITE_POLICY] = "policy"};

    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        const size_t n = strlen(parts[i]);

        if (strncmp(target, parts[i], n) != 0 || (target[n] != '\0' && target[n] != '/'))
            continue;
        *ret_part = (SitePart)i;
        *ret_key = target[n] == '/' ? target + n + 1 : target + n;
        return true;
    }
    return false;
}

static bool
has_group(const Inventory *inventory, const char *group)
{
    for (size_t i = 0; i < inventory->n_channels; i++) {
        if (g_str_equal(inventory->channels[i].group, group))
            return true;
    }
    return false;
}

/* A window for a name that nobody has would leave alarms loud: it is refused when it is written. */
static bool
check_scope(const Inventory *inventory, const CalendarEntry *entry, GError **error)
{
    for (size_t i = 0; entry->channels[i] != NULL; i++) {
        if (inventory_find_channel(inventory, entry->channels[i]) == NULL) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "there is no channel \"%.64s\"",
                        entry->channels[i]);
            return false;
        }
    }
    for (size_t i = 0; entry->groups[i] != NULL; i++) {
        if (!has_group(inventory, entry->groups[i])) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "no channel is in a group \"%.64s\"", entry->groups[i]);
            return false;
        }
    }
    return true;
}

/* What the worker cannot recognise would never be missed: the absence of a slate is judged only
 * where a slate is configured. */
static bool
check_entry(const RequestPorts *ports, const CalendarEntry *entry, GError **error)
{
    if (entry->kind == CALENDAR_SLATE && ports->n_slates == 0) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "no slate is configured: put its fingerprint under [slates] first, "
                            "gantry-probe --slate FILE prints one");
        return false;
    }
    return check_scope(ports->records->inventory, entry, error);
}

/* Returns: (transfer full): or %NULL with @error */
static SiteBook *
changed_site(const RequestPorts *ports, const Command *command, GError **error)
{
    const bool removes = command->kind == COMMAND_SITE_REMOVE;
    SitePart part = SITE_POLICY;
    const char *key = "";

    if (!parse_target(command->target, &part, &key)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "nothing is called \"%.64s\"",
                    command->target);
        return NULL;
    }
    g_autoptr(SiteBook) site = site_book_with(ports->records->inventory->site, part, key,
                                              removes ? NULL : command->note, error);

    if (site == NULL)
        return NULL;
    if (part == SITE_CALENDAR && !removes &&
        !check_entry(ports, calendar_find(site->calendar, key), error))
        return NULL;
    return g_steal_pointer(&site);
}

/* Whether what is changed is what the caller believes. */
static bool
check_version(const RequestPorts *ports, const Command *command, GError **error)
{
    const char *slash = strchr(command->target, '/');
    g_autofree char *part = slash != NULL
                                ? g_strndup(command->target, (size_t)(slash - command->target))
                                : g_strdup(command->target);

    return inventory_object_check(ports->records->inventory, part, slash != NULL ? slash + 1 : "",
                                  NULL, command->if_match, error);
}

static void
tell_etag(const RequestPorts *ports, const Command *command, CommandResult *result)
{
    const char *slash = strchr(command->target, '/');
    g_autofree char *part = slash != NULL
                                ? g_strndup(command->target, (size_t)(slash - command->target))
                                : g_strdup(command->target);
    g_autofree char *text = inventory_object_text(ports->records->inventory, part,
                                                  slash != NULL ? slash + 1 : "", NULL);

    if (text != NULL)
        result->etag = etag_of(text);
}

static void
change(const RequestPorts *ports, CommandCall *call, const Command *command, AlarmNow now)
{
    CommandResult result = {0};
    g_autoptr(SiteBook) site = check_version(ports, command, &result.error)
                                   ? changed_site(ports, command, &result.error)
                                   : NULL;

    if (site != NULL) {
        g_autofree char *text = g_strdup_printf(
            "%s %s%s%s", command->target, command->kind == COMMAND_SITE_REMOVE ? "removed" : "set",
            command->note[0] != '\0' ? ": " : "", command->note);

        ingest_note(ports->ingest, EVENT_AUDIT, "box", text, command->actor, now);
        ports->adopt(inventory_made_by(inventory_with_site(ports->records->inventory, site),
                                       command->actor, text, now.wall_us),
                     ports->user_data);
        tell_etag(ports, command, &result);
    }
    command_call_answer(call, &result);
}

/* Returns: (transfer full): the site's decisions as @scope (nullable: everything) shows them */
static SiteBook *
shown_site(const Inventory *inventory, const Scope *scope)
{
    size_t n = 0;

    if (scope == NULL || !scope->limited)
        return site_book_ref(inventory->site);
    g_autofree ScopedChannel *channels = request_scope_channels(inventory, scope, &n);
    g_autoptr(Calendar) calendar = calendar_narrow(inventory->site->calendar, channels, n);

    return site_book_with_calendar(inventory->site, calendar);
}

void
site_requests_handle(const RequestPorts *ports,
                     CommandCall *call,
                     const Command *command,
                     AlarmNow now)
{
    SitePart part = SITE_POLICY;
    const char *key = "";
    CommandResult result = {0};

    if (command->kind != COMMAND_SITE_SHOW) {
        change(ports, call, command, now);
        return;
    }
    if (command->scope == NULL) /* a tag of the whole would tell of changes that are not shown */
        tell_etag(ports, command, &result);
    g_autoptr(SiteBook) site = shown_site(ports->records->inventory, command->scope);

    if (parse_target(command->target, &part, &key))
        result.text = site_book_show(site, part, now.wall_us);
    else
        result.error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                                   "nothing is called \"%.64s\"", command->target);
    command_call_answer(call, &result);
}
