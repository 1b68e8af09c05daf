/* Workers by way of systemd's manager. Every call is asynchronous: a manager that hangs delays
 * nobody. */
#include "appliance/workers/worker-systemd.h"

#include <signal.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define MANAGER_NAME      "org.freedesktop.systemd1"
#define MANAGER_PATH      "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE MANAGER_NAME ".Manager"
#define UNIT_PREFIX       "gantry-channel@"
#define UNIT_SUFFIX       ".service"
#define CALL_TIMEOUT_MS   10000

struct _GantryWorkerSystemd {
    GObject parent;

    GDBusConnection *bus;
    GCancellable *cancellable; /* of every call */
    guint subscription;
    GHashTable *running; /* (element-type utf8): input ids */
    bool listing;        /* a list is under way */
    bool list_again;     /* something changed meanwhile */
};

/* A call under way. It does not keep the object: nobody is told anything after that is gone. */
typedef struct {
    GWeakRef self;
    char *input_id;    /* (nullable): of a list */
    const char *doing; /* (nullable): of a list */
} Request;

static void gantry_worker_systemd_units_init(GantryWorkerUnitsInterface *iface);

G_DEFINE_TYPE_WITH_CODE(GantryWorkerSystemd,
                        gantry_worker_systemd,
                        G_TYPE_OBJECT,
                        G_IMPLEMENT_INTERFACE(GANTRY_TYPE_WORKER_UNITS,
                                              gantry_worker_systemd_units_init))

/* The input that unit @name measures, or %NULL if it is none of ours. Returns: (transfer full) */
static char *
input_of(const char *name)
{
    const size_t length = strlen(name);
    const size_t around = strlen(UNIT_PREFIX) + strlen(UNIT_SUFFIX);

    if (length <= around || !g_str_has_prefix(name, UNIT_PREFIX) ||
        !g_str_has_suffix(name, UNIT_SUFFIX))
        return NULL;
    g_autofree char *id = g_strndup(name + strlen(UNIT_PREFIX), length - around);

    return slug_is_valid(id) ? g_steal_pointer(&id) : NULL;
}

static Request *
request_new(GantryWorkerSystemd *self, const char *input_id, const char *doing)
{
    Request *request = g_new0(Request, 1);

    g_weak_ref_init(&request->self, self);
    request->input_id = g_strdup(input_id);
    request->doing = doing;
    return request;
}

static void
request_free(Request *request)
{
    g_weak_ref_clear(&request->self);
    g_free(request->input_id);
    g_free(request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

static void
call(GantryWorkerSystemd *self,
     const char *method,
     GVariant *arguments,
     GAsyncReadyCallback done,
     gpointer data)
{
    g_dbus_connection_call(self->bus, MANAGER_NAME, MANAGER_PATH, MANAGER_INTERFACE, method,
                           arguments, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS,
                           self->cancellable, done, data);
}

static void refresh(GantryWorkerSystemd *self);

static void
take_list(GantryWorkerSystemd *self, GVariant *reply)
{
    g_autoptr(GVariantIter) units = NULL;
    const char *name;
    const char *active;

    if (!g_variant_is_of_type(reply, G_VARIANT_TYPE("(a(ssssssouso))")))
        return;
    g_hash_table_remove_all(self->running);
    g_variant_get(reply, "(a(ssssssouso))", &units);
    while (g_variant_iter_next(units, "(&sss&sssouso)", &name, NULL, NULL, &active, NULL, NULL,
                               NULL, NULL, NULL, NULL)) {
        g_autofree char *id = input_of(name);

        if (id != NULL && !g_str_equal(active, "inactive") && !g_str_equal(active, "failed"))
            g_hash_table_add(self->running, g_steal_pointer(&id));
    }
}

static void
on_list(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(Request) request = user_data;
    g_autoptr(GantryWorkerSystemd) self = g_weak_ref_get(&request->self);
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);

    if (self == NULL)
        return;
    self->listing = false;
    if (reply != NULL)
        take_list(self, reply);
    if (self->list_again)
        refresh(self);
}

/* Asks which workers run; what changes meanwhile is asked for once more. */
static void
refresh(GantryWorkerSystemd *self)
{
    const char *const patterns[] = {UNIT_PREFIX "*" UNIT_SUFFIX, NULL};

    self->list_again = self->listing;
    if (self->listing)
        return;
    self->listing = true;
    call(self, "ListUnitsByPatterns",
         g_variant_new("(@as^as)", g_variant_new_strv(NULL, 0), patterns), on_list,
         request_new(self, NULL, NULL));
}

static void
tell_failed(GantryWorkerSystemd *self, const char *input_id, const char *doing, const char *why)
{
    g_autoptr(GError) error =
        g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "%s " UNIT_PREFIX "%s" UNIT_SUFFIX ": %s", doing, input_id, why);

    g_signal_emit_by_name(self, "failed", input_id, error);
}

static void
on_job_removed(GDBusConnection *bus, /* lint: allow 7, because GDBus calls it so */
               const char *sender,
               const char *path,
               const char *interface,
               const char *signal,
               GVariant *parameters,
               gpointer user_data)
{
    GantryWorkerSystemd *self = user_data;
    const char *name;
    const char *result;

    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uoss)")))
        return;
    g_variant_get(parameters, "(uo&s&s)", NULL, NULL, &name, &result);
    g_autofree char *id = input_of(name);

    if (id == NULL)
        return;
    refresh(self);
    if (!g_str_equal(result, "done") && !g_str_equal(result, "canceled"))
        tell_failed(self, id, "job of", result);
}

static void
on_request_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(Request) request = user_data;
    g_autoptr(GantryWorkerSystemd) self = g_weak_ref_get(&request->self);
    g_autoptr(GError) problem = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &problem);

    if (self != NULL && reply == NULL)
        tell_failed(self, request->input_id, request->doing, problem->message);
}

/* Asks the manager for something; what fails is told later. @arguments: floating */
static void
ask(GantryWorkerSystemd *self,
    const char *input_id,
    const char *method,
    const char *doing,
    GVariant *arguments)
{
    call(self, method, arguments, on_request_done, request_new(self, input_id, doing));
}

static char *
unit_of(const char *input_id)
{
    return g_strconcat(UNIT_PREFIX, input_id, UNIT_SUFFIX, NULL);
}

static bool
gantry_worker_systemd_start(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    g_autofree char *unit = unit_of(input_id);

    ask(GANTRY_WORKER_SYSTEMD(units), input_id, "StartUnit", "starting",
        g_variant_new("(ss)", unit, "replace"));
    return true;
}

static bool
gantry_worker_systemd_stop(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    g_autofree char *unit = unit_of(input_id);

    ask(GANTRY_WORKER_SYSTEMD(units), input_id, "StopUnit", "stopping",
        g_variant_new("(ss)", unit, "replace"));
    return true;
}

static bool
gantry_worker_systemd_kill(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    g_autofree char *unit = unit_of(input_id);

    ask(GANTRY_WORKER_SYSTEMD(units), input_id, "KillUnit", "killing",
        g_variant_new("(ssi)", unit, "all", SIGKILL));
    return true;
}

static GStrv
gantry_worker_systemd_list(GantryWorkerUnits *units)
{
    GantryWorkerSystemd *self = GANTRY_WORKER_SYSTEMD(units);

    return worker_units_sorted_ids(self->running);
}

static void
gantry_worker_systemd_units_init(GantryWorkerUnitsInterface *iface)
{
    iface->start = gantry_worker_systemd_start;
    iface->stop = gantry_worker_systemd_stop;
    iface->kill = gantry_worker_systemd_kill;
    iface->list = gantry_worker_systemd_list;
}

GantryWorkerSystemd *
gantry_worker_systemd_new(GDBusConnection *bus)
{
    g_return_val_if_fail(G_IS_DBUS_CONNECTION(bus), NULL);

    GantryWorkerSystemd *self = g_object_new(GANTRY_TYPE_WORKER_SYSTEMD, NULL);

    self->bus = g_object_ref(bus);
    self->subscription = g_dbus_connection_signal_subscribe(
        bus, MANAGER_NAME, MANAGER_INTERFACE, "JobRemoved", MANAGER_PATH, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, on_job_removed, self, NULL);
    /* Without it the manager sends no signals. */
    call(self, "Subscribe", NULL, NULL, NULL);
    refresh(self);
    return self;
}

static void
gantry_worker_systemd_dispose(GObject *object)
{
    GantryWorkerSystemd *self = GANTRY_WORKER_SYSTEMD(object);

    g_cancellable_cancel(self->cancellable);
    if (self->subscription != 0)
        g_dbus_connection_signal_unsubscribe(self->bus, self->subscription);
    self->subscription = 0;
    G_OBJECT_CLASS(gantry_worker_systemd_parent_class)->dispose(object);
}

static void
gantry_worker_systemd_finalize(GObject *object)
{
    GantryWorkerSystemd *self = GANTRY_WORKER_SYSTEMD(object);

    g_hash_table_unref(self->running);
    g_clear_object(&self->bus);
    g_object_unref(self->cancellable);
    G_OBJECT_CLASS(gantry_worker_systemd_parent_class)->finalize(object);
}

static void
gantry_worker_systemd_init(GantryWorkerSystemd *self)
{
    self->cancellable = g_cancellable_new();
    self->running = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
gantry_worker_systemd_class_init(GantryWorkerSystemdClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = gantry_worker_systemd_dispose;
    object_class->finalize = gantry_worker_systemd_finalize;
}
