/* Between the sender, the alarm book, the journal and the ear. */
#include "appliance/supervisor/self-probe-desk.h"

#include "appliance/supervisor/probe-ear.h"
#include "appliance/supervisor/probe-sender.h"
#include "pipelines/base/clock.h"

#define RESOURCE "channel/" SELF_PROBE_CHANNEL

struct SelfProbeDesk {
    SelfProbePorts ports;
    SelfProbe probe;
    ProbeSender *sender; /* owned */
    ProbeEar *ear;       /* owned */
    guint listener;      /* of the journal */

    GMutex lock;       /* guards what follows: the journal's thread writes it */
    uint64_t wait_seq; /* of the event that is awaited; 0: none */
    MonoUs visible_us; /* when the journal had it; 0: not yet */
};

static void
on_visible(uint64_t visible_seq, gpointer user_data)
{
    SelfProbeDesk *desk = user_data;

    g_mutex_lock(&desk->lock);
    if (desk->wait_seq != 0 && visible_seq >= desk->wait_seq && desk->visible_us == 0)
        desk->visible_us = boot_now_us();
    g_mutex_unlock(&desk->lock);
}

/* When the journal had the event that is awaited; 0: not yet. Taken once. */
static MonoUs
take_visible_us(SelfProbeDesk *desk)
{
    g_mutex_lock(&desk->lock);
    const MonoUs visible_us = desk->visible_us;

    if (visible_us != 0)
        desk->wait_seq = 0;
    desk->visible_us = 0;
    g_mutex_unlock(&desk->lock);
    return visible_us;
}

static void
look_at_journal(SelfProbeDesk *desk)
{
    const MonoUs visible_us = take_visible_us(desk);

    if (visible_us != 0)
        self_probe_raised(&desk->probe, visible_us);
}

static void
on_heard(bool raised, MonoUs at_us, gpointer user_data)
{
    SelfProbeDesk *desk = user_data;

    look_at_journal(desk);
    if (raised)
        self_probe_received(&desk->probe, at_us);
    probe_sender_set_sending(desk->sender, self_probe_sends(&desk->probe));
}

SelfProbeDesk *
self_probe_desk_new(const SelfProbePorts *ports, uint32_t every_s)
{
    g_autoptr(GError) error = NULL;
    ProbeSender *sender = every_s > 0 ? probe_sender_new(&error) : NULL;
    SelfProbeDesk *desk = sender != NULL ? g_new0(SelfProbeDesk, 1) : NULL;

    if (desk != NULL) {
        desk->ports = *ports;
        desk->sender = sender;
        g_mutex_init(&desk->lock);
        self_probe_init(&desk->probe, every_s * US_PER_SECOND, boot_now_us());
        desk->ear = probe_ear_new(SELF_PROBE_CHANNEL, on_heard, desk, &error);
    }
    if (error != NULL) {
        g_warning("no self-probe: %s", error->message);
        self_probe_desk_free(desk);
        return NULL;
    }
    if (desk == NULL)
        return NULL;
    desk->listener = gantry_event_log_listen(ports->log, on_visible, desk);
    outlets_set_probe_receiver(ports->outlets, probe_ear_get_url(desk->ear));
    return desk;
}

void
self_probe_desk_free(SelfProbeDesk *desk)
{
    if (desk == NULL)
        return;
    if (desk->listener != 0)
        gantry_event_log_unlisten(desk->ports.log, desk->listener);
    probe_ear_free(desk->ear);
    probe_sender_free(desk->sender);
    g_mutex_clear(&desk->lock);
    g_free(desk);
}

Inventory *
self_probe_desk_add_channel(const SelfProbeDesk *desk, Inventory *site)
{
    if (desk == NULL)
        return inventory_ref(site);
    g_autofree char *address =
        g_strdup_printf("udp://127.0.0.1:%u", (unsigned)probe_sender_get_port(desk->sender));

    return inventory_with_own_channel(site, SELF_PROBE_CHANNEL, address);
}

void
self_probe_desk_published(SelfProbeDesk *desk, const AlarmTransition *transition, uint64_t seq)
{
    EventLogStatus status;

    if (desk == NULL || transition->fault != FAULT_NO_PACKETS ||
        !g_str_equal(transition->resource, RESOURCE))
        return;
    if (transition->change == ALARM_CHANGE_CLEARED)
        self_probe_cleared(&desk->probe, boot_now_us());
    if (transition->change != ALARM_CHANGE_RAISED)
        return;
    g_mutex_lock(&desk->lock);
    desk->wait_seq = seq;
    desk->visible_us = 0;
    g_mutex_unlock(&desk->lock);
    gantry_event_log_get_status(desk->ports.log, &status);
    on_visible(status.visible_seq, desk); /* it may have been there at once */
}

static bool
is_good(const SelfProbeDesk *desk)
{
    const ChannelRecord *channel = records_find_channel(desk->ports.records, SELF_PROBE_CHANNEL);

    return channel != NULL && channel->input->wire == WIRE_OK &&
           channel_record_report(channel, NULL) != NULL &&
           !alarm_book_is_open(desk->ports.book, RESOURCE, FAULT_NO_PACKETS);
}

void
self_probe_desk_step(SelfProbeDesk *desk, AlarmNow now)
{
    if (desk == NULL)
        return;
    SelfProbe *probe = &desk->probe;
    const Observation observation = {
        .resource = "box",
        .fault = FAULT_SELF_PROBE,
        .faulty = self_probe_is_faulty(probe),
        .cause_scope = CAUSE_MONITOR,
        .reason = probe->verdict,
        .value = probe->to_receiver_us > 0 ? (double)probe->to_receiver_us / 1e6 : 0,
        .text = probe->text,
    };

    look_at_journal(desk);
    self_probe_channel(probe, is_good(desk), now.us);
    (void)self_probe_step(probe, now.us);
    probe_sender_set_sending(desk->sender, self_probe_sends(probe));
    if (probe->phase == SELF_PROBE_SILENT)
        self_probe_stopped(probe, probe_sender_last_us(desk->sender));
    if (probe->runs > 0)
        ingest_observe(desk->ports.ingest, &observation, now);
}

ServiceView
self_probe_desk_view(const SelfProbeDesk *desk)
{
    const SelfProbe *probe = &desk->probe;
    const bool faulty = self_probe_is_faulty(probe);

    return (ServiceView){.name = g_strdup("self-probe"),
                         .state = g_strdup(faulty ? "failing" : "ok"),
                         .text = g_strdup(probe->text),
                         .since_us = probe->ended_us};
}
