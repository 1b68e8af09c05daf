/* The sender of the last datagram is asked first: nearly always it is the one. */
#include "pipelines/ts/ip-senders.h"

#define DSCP_SHIFT 2

static unsigned
find(const IpSenders *senders, const IpSource *source)
{
    if (senders->n > 0 && ip_source_equal(&senders->senders[senders->last].address, source))
        return senders->last;
    for (unsigned i = 0; i < senders->n; i++)
        if (ip_source_equal(&senders->senders[i].address, source))
            return i;
    return IP_SENDERS_MAX;
}

/* A place for one more sender. Returns: IP_SENDERS_MAX if all are active */
static unsigned
make_room(IpSenders *senders, MonoUs now_us)
{
    unsigned silent = IP_SENDERS_MAX;

    if (senders->n < IP_SENDERS_MAX)
        return senders->n++;
    for (unsigned i = 0; i < IP_SENDERS_MAX; i++) {
        const MonoUs last_us = senders->senders[i].last_us;

        if (i == senders->followed || now_us - last_us <= IP_BOTH_US)
            continue;
        if (silent == IP_SENDERS_MAX || last_us < senders->senders[silent].last_us)
            silent = i;
    }
    return silent;
}

static void
note_header(IpSenders *senders, const IpSender *sender, MonoUs now_us)
{
    if (!sender->header_known)
        return;
    ip_change_note(&senders->dscp, sender->tos >> DSCP_SHIFT, now_us);
    ip_change_note(&senders->ttl, sender->ttl, now_us);
}

unsigned
ip_senders_note(IpSenders *senders, const IpDatagram *datagram)
{
    const MonoUs now_us = datagram->arrival_us;
    unsigned index = find(senders, &datagram->source);

    if (index == IP_SENDERS_MAX) {
        index = make_room(senders, now_us);
        if (index == IP_SENDERS_MAX) {
            senders->refused++;
            return index;
        }
        senders->senders[index] = (IpSender){
            .address = datagram->source, .first_us = now_us, .began_us = now_us, .last_us = now_us};
    }
    IpSender *sender = &senders->senders[index];

    if (now_us - sender->last_us > IP_BOTH_US)
        sender->began_us = now_us;
    sender->datagrams++;
    sender->last_us = now_us;
    senders->last = index;
    if (datagram->header_known) {
        sender->header_known = true;
        sender->tos = datagram->tos;
        sender->ttl = datagram->ttl;
        if (index == senders->followed)
            note_header(senders, sender, now_us);
    }
    return index;
}

void
ip_senders_follow(IpSenders *senders, unsigned index, MonoUs now_us)
{
    senders->followed = index;
    ip_change_note(&senders->source, index, now_us);
    note_header(senders, &senders->senders[index], now_us);
}

unsigned
ip_senders_second(const IpSenders *senders, MonoUs now_us)
{
    if (senders->n < 2)
        return IP_SENDERS_MAX;
    const IpSender *first = &senders->senders[senders->followed];

    for (unsigned i = 0; i < senders->n; i++) {
        const IpSender *other = &senders->senders[i];
        const MonoUs began_us =
            first->began_us > other->began_us ? first->began_us : other->began_us;
        const MonoUs end_us = first->last_us < other->last_us ? first->last_us : other->last_us;

        if (other != first && now_us - end_us <= IP_BOTH_US && end_us - began_us >= IP_OVERLAP_US)
            return i;
    }
    return IP_SENDERS_MAX;
}
