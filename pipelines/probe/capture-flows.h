/* The UDP flows of a capture: where they go, what they carry, and which one is worth a look. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/probe/capture-ip.h"

#define CAPTURE_FLOWS_MAX   1024u /* kept; datagrams of more are counted */
#define CAPTURE_SOURCES_MAX 4u    /* senders of one flow that are kept; more are counted */
#define CAPTURE_FLOW_TEXT   (CAPTURE_ADDRESS_TEXT + 8u) /* bytes of a flow as text */

/* A flow is what a receiver would join: an address and a port. */
typedef struct {
    CaptureAddress address;
    uint16_t port;
} CaptureFlowKey;

typedef struct {
    CaptureAddress address;
    uint16_t port;
} CaptureSender;

typedef struct {
    CaptureFlowKey key;
    CaptureSender senders[CAPTURE_SOURCES_MAX]; /* @n_senders entries at most */
    size_t n_senders;                           /* may exceed CAPTURE_SOURCES_MAX by one: "more" */
    int vlan;                                   /* of the first datagram, or CAPTURE_NO_VLAN */
    uint64_t datagrams;
    uint64_t bytes;         /* of payload */
    uint64_t ts_datagrams;  /* that begin with a transport packet, behind RTP or not */
    uint64_t rtp_datagrams; /* those of @ts_datagrams with RTP */
    uint64_t cut;           /* datagrams that the capture has not whole */
    WallUs first_us;
    WallUs last_us;
} CaptureFlow;

typedef struct CaptureFlows CaptureFlows;

CaptureFlows *capture_flows_new(void);        /* Returns: (transfer full) */
void capture_flows_free(CaptureFlows *flows); /* (nullable) */

/* Counts @datagram for its flow. */
void
capture_flows_take(CaptureFlows *flows, const CaptureDatagram *datagram, WallUs time_us, int vlan);

size_t capture_flows_count(const CaptureFlows *flows);
/* In the order of their first datagrams. Returns: (transfer none) (nullable): NULL beyond the last
 */
const CaptureFlow *capture_flows_at(const CaptureFlows *flows, size_t index);
/* Datagrams of flows beyond CAPTURE_FLOWS_MAX. */
uint64_t capture_flows_refused(const CaptureFlows *flows);
/* Returns: (transfer none) (nullable): the flow with the most transport stream in it; NULL if none
 * has any */
const CaptureFlow *capture_flows_best(const CaptureFlows *flows);
/* Returns: (transfer none) (nullable) */
const CaptureFlow *capture_flows_find(const CaptureFlows *flows, const CaptureFlowKey *key);

bool capture_flow_key_equal(const CaptureFlowKey *one, const CaptureFlowKey *other);
/* "239.1.1.1:5000" or "[ff3e::1]:5000" into @ret_text of CAPTURE_FLOW_TEXT bytes. */
void capture_flow_key_text(const CaptureFlowKey *key, char *ret_text);
/* Returns: false if @text is not ADDRESS:PORT. */
bool capture_flow_key_parse(const char *text, CaptureFlowKey *ret_key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureFlows, capture_flows_free)
