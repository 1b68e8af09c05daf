/* Times and PIDs in words. */
#include <string.h>

#include "pipelines/probe/report-parts.h"

#define PSIP_PID 0x1ffbu

void
report_time(const ProbeSession *session, MonoUs time_us, char *ret_text)
{
    if (!session->clock_known) {
        g_strlcpy(ret_text, "-", REPORT_TIME_MAX);
        return;
    }
    if (session->wall_offset_us == 0) {
        g_snprintf(ret_text, REPORT_TIME_MAX, "%.3f s",
                   (double)(time_us - session->first_us) / (double)US_PER_SECOND);
        return;
    }
    const WallUs wall_us = session->wall_offset_us + time_us;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);
    g_autofree char *text = time ? g_date_time_format(time, "%H:%M:%S") : g_strdup("-");

    g_snprintf(ret_text, REPORT_TIME_MAX, "%s.%03d", text,
               (int)(wall_us % US_PER_SECOND / US_PER_MS));
}

/* Returns: (nullable): what the standard sets the PID apart for */
static const char *
fixed_name(uint16_t pid)
{
    static const char *const low[] = {
        [0x00] = "PAT", [0x01] = "CAT", [0x02] = "TSDT",    [0x10] = "NIT", [0x11] = "SDT/BAT",
        [0x12] = "EIT", [0x13] = "RST", [0x14] = "TDT/TOT", [0x1e] = "DIT", [0x1f] = "SIT",
    };

    if (pid == TS_PID_NULL)
        return "null packets";
    if (pid == PSIP_PID)
        return "PSIP";
    return pid < G_N_ELEMENTS(low) ? low[pid] : NULL;
}

static const TsComponent *
component_of(const TsService *service, uint16_t pid)
{
    for (size_t i = 0; i < service->n_components; i++)
        if (service->components[i].pid == pid)
            return &service->components[i];
    return NULL;
}

static void
component_name(const TsComponent *component, char *ret_text)
{
    const char *codec = ts_codec_name(component->codec);

    if (*codec)
        g_snprintf(ret_text, REPORT_NAME_MAX, "%s%s%s", codec, component->language[0] ? " " : "",
                   component->language);
    else
        g_snprintf(ret_text, REPORT_NAME_MAX, "type 0x%02x", component->stream_type);
}

static bool
has_ecm(const TsService *service, uint16_t pid)
{
    for (size_t i = 0; i < service->n_cas; i++)
        if (service->cas[i].pid == pid)
            return true;
    for (size_t n = 0; n < service->n_components; n++)
        for (size_t i = 0; i < service->components[n].n_ca; i++)
            if (service->components[n].ca[i].pid == pid)
                return true;
    return false;
}

void
report_pid_name(const ProbeSession *session, uint16_t pid, char *ret_text)
{
    const size_t n_services = ts_analyser_n_services(session->analyser);
    const char *name = fixed_name(pid);

    g_strlcpy(ret_text, name ? name : "", REPORT_NAME_MAX);
    for (size_t i = 0; i < n_services && !ret_text[0]; i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);
        const TsComponent *component = component_of(service, pid);

        if (service->pmt_pid == pid)
            g_snprintf(ret_text, REPORT_NAME_MAX, "PMT %u", service->service_id);
        else if (component)
            component_name(component, ret_text);
        else if (service->pcr_pid == pid)
            g_snprintf(ret_text, REPORT_NAME_MAX, "PCR %u", service->service_id);
        else if (has_ecm(service, pid))
            g_snprintf(ret_text, REPORT_NAME_MAX, "ECM %u", service->service_id);
    }
}

TsPidInfo *
report_pids(const ProbeSession *session, size_t *ret_count)
{
    const size_t count = ts_analyser_pids(session->analyser, NULL, 0);
    TsPidInfo *pids = g_new0(TsPidInfo, count + 1);

    ts_analyser_pids(session->analyser, pids, count);
    *ret_count = count;
    return pids;
}
