"""TSDuck's tspcap: one row a flow of a capture, with addresses, datagrams and bytes of their payloads."""
import re

from values import NotCompared, Value

TOOL = "TSDuck"
ROW = re.compile(r"^(\d+) +([\d.]+):(\d+) +([\d.]+):(\d+) +UDP +([\d,]+) +([\d,]+) +([\d,]+)", re.MULTILINE)
RTP_HEADER, PACKET = 12, 188


def compare(report, text):
    for _, _, _, _, _, datagrams, size, _ in ROW.findall(text):
        datagrams, size = (int(value.replace(",", "")) for value in (datagrams, size))
        per_datagram = size // datagrams
        header = per_datagram % PACKET
        yield Value("packets in the datagrams", report.at("packets"), datagrams * (per_datagram - header) // PACKET)
        if header == RTP_HEADER:
            yield Value("RTP packets", report.at("rtp", "received"), datagrams)
        yield NotCompared(6, "TSDuck tspcap: addresses, VLAN and bitrate by capture time are not shown")
