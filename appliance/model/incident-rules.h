/* Which faults tell of the same kind of trouble, what channels can share, and which fault an
 * incident of both is. Tables; no state. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/contract/catalogue.h"

/* Faults of one family that come together have one cause. */
typedef enum {
    FAMILY_NONE,     /* never part of an incident */
    FAMILY_SILENT,   /* nothing is received */
    FAMILY_DAMAGED,  /* something is, but not whole */
    FAMILY_CONTENT,  /* the programme is off */
    FAMILY_WORKER,   /* processes of this box do not report */
    FAMILY_OWN_LOSS, /* this box loses packets */
    FAMILY_COUNT
} FaultFamily;

/* What several channels, or inputs, have in common; the narrower kinds first. */
typedef enum {
    SHARE_INPUT,  /* one multiplex: "input/ID" */
    SHARE_SOURCE, /* sender, or block of groups: "source/10.0.0.5", "source/239.1.1.0/24" */
    SHARE_VLAN,   /* "vlan/eth1.100" */
    SHARE_NIC,    /* "nic/eth1" */
    SHARE_GROUP,  /* the site's: "group/NAME" */
    SHARE_ALL,    /* "all/channels": that this box watches; only if nearly all of them fail */
    SHARE_BOX,    /* "box": of inputs, for the box's own faults */
    SHARE_COUNT
} ShareKind;

FaultFamily incident_family(FaultId fault);

/* FAULT_NONE where channels that share @kind form no incident of @family. */
FaultId incident_fault(ShareKind kind, FaultFamily family);

/* What @fault, raised on @resource, is an incident of. Returns false if it is none. */
bool incident_fault_parse(FaultId fault,
                          const char *resource,
                          ShareKind *ret_kind,
                          FaultFamily *ret_family);

/* How many must fail together: 5 of those who share it, or a fifth if that is less, and at least
 * 2; of the box's own faults 2. */
uint32_t incident_threshold(ShareKind kind, uint32_t n_sharing);

/* "channels on interface eth1 receive nothing": what follows "12 of 60 ". @resource: the name of
 * what is shared. Returns: (transfer full) */
char *incident_sentence(ShareKind kind, FaultFamily family, const char *resource);

/* Whether an alarm of @part on a channel is told by one of @head on the same channel. */
bool incident_head_speaks_for(FaultId head, FaultId part);
