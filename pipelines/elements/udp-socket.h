/* The socket of one input: opened, bound, joined, its buffer asked for and read back. */
#pragma once

#include <glib.h>

#include "pipelines/base/stream-address.h"

typedef struct {
    StreamAddress address;
    unsigned leg;            /* of @address: 0, or 1 if it has two */
    unsigned port_offset;    /* from the media's port; 0: the media */
    char interface[16];      /* name of the interface to join on, or "" for the kernel's choice */
    uint32_t receive_buffer; /* bytes to ask of the kernel; 0 leaves its default */
} UdpSocketSettings;

/**
 * udp_socket_open:
 * @ret_granted: (out): bytes of receive buffer that the kernel granted, in the caller's counting
 *   (the kernel doubles what is asked for, and this is halved again)
 *
 * The socket does not block, stamps datagrams (SO_TIMESTAMPNS), counts what it dropped
 * (SO_RXQ_OVFL) and tells type of service and time to live of each. Only a group's socket may share
 * its port: two on one unicast port would starve each other.
 *
 * Returns: a file descriptor, or -1 with the system's words: %GANTRY_ERROR_INVALID when the host is
 *   not an address of this box, %GANTRY_ERROR_NOT_FOUND when there is no such interface,
 *   %GANTRY_ERROR_CONFLICT when the port is taken, else %GANTRY_ERROR_UNAVAILABLE
 */
int udp_socket_open(const UdpSocketSettings *settings,
                    uint32_t *ret_granted,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
