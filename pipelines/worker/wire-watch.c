/* Evidence on a silent input: the kernel's counters, and the interface itself where permitted. */
#include "pipelines/worker/wire-watch.h"

#include "pipelines/base/error.h"
#include "pipelines/worker/wire-evidence.h"

#define DATA_FRESH_US (1 * US_PER_SECOND)

struct WireWatch {
    char *address;
    char interface[16];
    MonoUs started_us;
    MonoUs looked_us;    /* when evidence was last read; 0: never */
    WireEvidence before; /* counters at the start, or when data last arrived */
    RawEar *ear;         /* (nullable) */
    WireFinding finding;
    char *text;
};

WireWatch *
wire_watch_new(const MessageConfig *config, RawEar *ear, MonoUs now_us)
{
    WireWatch *watch = g_new0(WireWatch, 1);

    watch->address = g_strdup(config->address != NULL ? config->address : "");
    g_strlcpy(watch->interface, config->interface != NULL ? config->interface : "",
              sizeof watch->interface);
    watch->started_us = now_us;
    watch->before = wire_evidence_read(watch->interface);
    watch->ear = ear;
    watch->text = g_strdup("");
    return watch;
}

void
wire_watch_free(WireWatch *watch)
{
    if (watch == NULL)
        return;
    raw_ear_free(watch->ear);
    g_free(watch->address);
    g_free(watch->text);
    g_free(watch);
}

WireFinding
wire_watch_finding(const WireWatch *watch)
{
    return watch->finding;
}

const char *
wire_watch_text(const WireWatch *watch)
{
    return watch->text;
}

static bool
say(WireWatch *watch, WireFinding finding, char *text)
{
    if (watch->finding == finding && g_str_equal(watch->text, text)) {
        g_free(text);
        return false;
    }
    watch->finding = finding;
    g_free(watch->text);
    watch->text = text;
    return true;
}

static bool
explain_silence(WireWatch *watch, const WireFacts *facts)
{
    const WireEvidence now = wire_evidence_read(watch->interface);
    const uint64_t heard = watch->ear != NULL ? raw_ear_heard(watch->ear) : 0;
    const bool filtering = now.rp_filter > 0;
    const uint64_t filtered = now.reverse_path_drops - watch->before.reverse_path_drops;
    const char *on = watch->interface[0] != '\0' ? watch->interface : "this box";

    watch->looked_us = facts->now_us;
    if (heard > 0)
        return say(watch, WIRE_FILTERED,
                   g_strdup_printf(
                       "Datagrams for %s reach %s, but not the socket: %s", watch->address, on,
                       filtering && filtered > 0 ? "the reverse-path filter drops them (rp_filter)"
                                                 : "a firewall drops them"));
    if (filtering && filtered > 0 && watch->ear == NULL)
        return say(watch, WIRE_FILTERED,
                   g_strdup_printf("Nothing reaches the socket for %s, while the reverse-path "
                                   "filter (rp_filter=%d on %s) drops datagrams",
                                   watch->address, now.rp_filter, on));
    return say(watch, WIRE_NOTHING,
               g_strdup_printf("The socket is open and joined, but nothing for %s reaches %s",
                               watch->address, on));
}

/* Returns: (transfer full) */
static char *
describe_absence(int service_id)
{
    if (service_id == 0)
        return g_strdup("A transport stream arrives, but it lists no service");
    return g_strdup_printf("A transport stream arrives, but service %d is not in it", service_id);
}

static bool
judge_data(WireWatch *watch, const WireFacts *facts)
{
    watch->looked_us = 0;
    if (watch->ear != NULL && facts->source->datagrams > 0)
        g_clear_pointer(&watch->ear, raw_ear_free);
    if (facts->synced && facts->absent_service >= 0)
        return say(watch, WIRE_SERVICE_ABSENT, describe_absence(facts->absent_service));
    if (facts->synced)
        return say(watch, WIRE_OK,
                   facts->source->partial[0] != '\0'
                       ? g_strdup_printf("A transport stream arrives, but not all of its sockets "
                                         "are open: %s",
                                         facts->source->partial)
                       : g_strdup("A transport stream arrives"));
    if (facts->now_us - facts->source->resumed_us > DATA_FRESH_US)
        return say(watch, WIRE_NO_TS,
                   g_strdup_printf("Datagrams arrive at %s, but hold no transport stream",
                                   watch->address));
    return false;
}

bool
wire_watch_step(WireWatch *watch, const WireFacts *facts)
{
    const UdpSourceFigures *source = facts->source;
    const MonoUs last_us = MAX(source->last_us, watch->started_us);

    if (source->problem[0] != '\0')
        return say(watch,
                   source->problem_code == GANTRY_ERROR_INVALID ? WIRE_BAD_ADDRESS
                                                                : WIRE_NOT_JOINED,
                   g_strdup(source->problem));
    if (source->last_us != 0 && facts->now_us - source->last_us < DATA_FRESH_US)
        return judge_data(watch, facts);
    if (facts->now_us - last_us < WIRE_WATCH_PATIENCE_US) {
        if (watch->ear != NULL && facts->now_us - last_us > DATA_FRESH_US)
            raw_ear_listen(watch->ear, watch->address, watch->interface);
        return false;
    }
    if (watch->looked_us != 0 && facts->now_us - watch->looked_us < US_PER_SECOND)
        return false;
    return explain_silence(watch, facts);
}
