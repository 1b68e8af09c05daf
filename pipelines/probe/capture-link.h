/* From a frame as it was captured to the IP packet in it. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"

#define CAPTURE_NO_VLAN (-1)

/**
 * capture_link_ip:
 * @link_type: LINKTYPE_ of the capture: Ethernet, Linux cooked 1 and 2, raw IP, null and loopback
 * @frame: from the link header on
 * @ret_ip: (out): from the IP header on, link padding included
 * @ret_vlan: (out): the outermost VLAN, 0 to 4095, or CAPTURE_NO_VLAN
 *
 * Returns: false if there is no IP packet in it
 */
bool capture_link_ip(uint16_t link_type, ByteReader frame, ByteReader *ret_ip, int *ret_vlan);
