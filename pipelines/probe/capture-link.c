/* Each link header names the protocol behind it; VLAN tags may stand between, any number. */
#include "pipelines/probe/capture-link.h"

#define LINK_NULL     0u
#define LINK_ETHERNET 1u
#define LINK_RAW_BSD  12u
#define LINK_RAW_OPEN 14u
#define LINK_RAW      101u
#define LINK_LOOP     108u
#define LINK_COOKED   113u
#define LINK_IPV4     228u
#define LINK_IPV6     229u
#define LINK_COOKED_2 276u

#define TYPE_IPV4   0x0800u
#define TYPE_IPV6   0x86ddu
#define TYPE_VLAN   0x8100u
#define TYPE_VLAN_S 0x88a8u
#define TYPE_VLAN_Q 0x9100u

static bool
is_ip(ByteReader packet)
{
    const unsigned version = byte_reader_u8(&packet) >> 4;

    return !packet.broken && (version == 4 || version == 6);
}

/* @frame: from the protocol's number on. */
static bool
behind_tags(ByteReader frame, ByteReader *ret_ip, int *ret_vlan)
{
    int vlan = CAPTURE_NO_VLAN;
    uint16_t type = byte_reader_u16(&frame);

    while (type == TYPE_VLAN || type == TYPE_VLAN_S || type == TYPE_VLAN_Q) {
        const int tag = byte_reader_u16(&frame) & 0x0fff;

        vlan = vlan == CAPTURE_NO_VLAN ? tag : vlan;
        type = byte_reader_u16(&frame);
    }
    if ((type != TYPE_IPV4 && type != TYPE_IPV6) || !is_ip(frame))
        return false;
    *ret_ip = frame;
    *ret_vlan = vlan;
    return true;
}

/* @size bytes of a header that need not be understood: the version stands in the IP packet. */
static bool
behind_header(ByteReader frame, size_t size, ByteReader *ret_ip, int *ret_vlan)
{
    byte_reader_skip(&frame, size);
    if (!is_ip(frame))
        return false;
    *ret_ip = frame;
    *ret_vlan = CAPTURE_NO_VLAN;
    return true;
}

static bool
cooked_2(ByteReader frame, ByteReader *ret_ip, int *ret_vlan)
{
    ByteReader type = byte_reader_slice(&frame, 2);

    byte_reader_skip(&frame, 18);
    const uint16_t protocol = byte_reader_u16(&type);

    /* The tags stand behind the header, which names the first of them. */
    if (protocol == TYPE_VLAN || protocol == TYPE_VLAN_S || protocol == TYPE_VLAN_Q) {
        const int vlan = byte_reader_u16(&frame) & 0x0fff;
        const bool found = behind_tags(frame, ret_ip, ret_vlan);

        *ret_vlan = found ? vlan : *ret_vlan;
        return found;
    }
    return (protocol == TYPE_IPV4 || protocol == TYPE_IPV6) &&
           behind_header(frame, 0, ret_ip, ret_vlan);
}

bool
capture_link_ip(uint16_t link_type, ByteReader frame, ByteReader *ret_ip, int *ret_vlan)
{
    switch (link_type) {
    case LINK_ETHERNET:
        byte_reader_skip(&frame, 12);
        return behind_tags(frame, ret_ip, ret_vlan);
    case LINK_COOKED:
        byte_reader_skip(&frame, 14);
        return behind_tags(frame, ret_ip, ret_vlan);
    case LINK_COOKED_2:
        return cooked_2(frame, ret_ip, ret_vlan);
    case LINK_NULL:
    case LINK_LOOP:
        return behind_header(frame, 4, ret_ip, ret_vlan);
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_OPEN:
    case LINK_IPV4:
    case LINK_IPV6:
        return behind_header(frame, 0, ret_ip, ret_vlan);
    default:
        return false;
    }
}
