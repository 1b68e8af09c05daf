"""Transport streams damaged on purpose: blindly, and where a parser believes what it reads. The same number gives the same
stream."""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from clips import NULL, PACKET, Clip, Sound, crc32, packets_of, payload_at, pid_of, section_in, starts_unit  # noqa: E402

LIMIT = 200_000  # bytes of one stream
SMALLEST = 4_000
INTERESTING = [0, 1, 2, 3, 4, 7, 8, 0x0f, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x47, 0x7f, 0x80, 0xb3, 0xb5, 0xb8, 0xc0, 0xe0, 0xfe, 0xff]
MARKS = [b"\0\0\1", b"\x0b\x77", b"\xff\xf1", b"\xff\xf9", b"\xff\xfc", b"\xff\xfd", b"\x56\xe0", b"\x56\xe1", b"\x20\x00\x0f", b"\x7f\xe0"]
ALL_SOUNDS = [Sound("mp2"), Sound("aac"), Sound("ac3", 6, rate="384k"), Sound("eac3", 6, rate="256k"), Sound("opus"), Sound("mp2", 1, "deu")]

CLIPS = [
    Clip("mpeg2-576i", "mpeg2video", "720x576", interlaced=True, rate="3M", sounds=[Sound("mp2")], seconds=3),
    Clip("mpeg2-cif", "mpeg2video", sounds=[Sound("ac3")]),
    Clip("mpeg1", "mpeg1video", sounds=[Sound("mp2", 1)]),
    Clip("h264-cabac", sounds=[Sound("aac")]),
    Clip("h264-cavlc", params=":cabac=0:8x8dct=0:bframes=0:slices=4", sounds=[Sound("mp2")]),
    Clip("h264-mbaff", size="720x576", interlaced=True, rate="2M", sounds=[Sound("eac3", 6, rate="256k")], seconds=3),
    Clip("h264-lossless", options=["-qp", "0"], size="176x144", seconds=2, pixels="yuv444p", sounds=[Sound("aac-latm")]),
    Clip("h264-10", pixels="yuv420p10le", sounds=[Sound("aac")]),
    Clip("h264-720p50", size="1280x720", fps=50, rate="3M", seconds=2, sounds=[Sound("ac3", 6, rate="384k")]),
    Clip("h264-refresh", params=":intra-refresh=1:bframes=0:slices=3", gop=100, sounds=[Sound("mp2")]),
    Clip("h264-sounds", sounds=ALL_SOUNDS),
    Clip("hevc", "hevc", "640x360", sounds=[Sound("aac")]),
    Clip("hevc-10", "hevc", "416x240", pixels="yuv420p10le", params=":hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
         sounds=[Sound("eac3", rate="128k")]),
    Clip("hevc-422", "hevc", "416x240", pixels="yuv422p10le", sounds=[Sound("aac-latm")]),
    Clip("hevc-1080", "hevc", "1920x1080", rate="3M", seconds=1, sounds=[Sound("opus")]),
]


class Source:
    """A stream to be damaged. @head: packets of its tables, put before every piece."""
    def __init__(self, name, stream):
        self.name, self.packets = name, packets_of(self.in_sync(stream))
        self.head, pmts = [], set()
        for packet in self.packets:
            section = section_in(packet)
            if section is None or pid_of(packet) not in (0, *pmts):
                continue
            if pid_of(packet) == 0 and not pmts:
                self.head.append(packet)
                pmts = {(packet[at + 2] & 0x1f) << 8 | packet[at + 3] for at in range(section[0] + 8, section[1] - 7, 4)}
            elif pid_of(packet) in pmts:
                self.head.append(packet)
                pmts.discard(pid_of(packet))
            if self.head and not pmts:
                break

    @staticmethod
    def in_sync(stream):
        """From the first place where sync bytes stand a packet apart."""
        for at in range(min(len(stream), 4 * PACKET)):
            if stream[at:at + 5 * PACKET:PACKET] == b"\x47" * len(stream[at:at + 5 * PACKET:PACKET]):
                return stream[at:]
        return stream


def sources(clip_folder, data_folder, clips=None):
    """Own clips, and what lies in @data_folder, if it is there."""
    found = [Source(clip.name, clip.make(clip_folder)) for clip in (clips or CLIPS)]
    if data_folder is not None and data_folder.is_dir():
        for path in sorted(data_folder.rglob("*")):
            if path.suffix in (".ts", ".mts"):
                found.append(Source(path.relative_to(data_folder).as_posix(), path.read_bytes()[:4_000_000]))
    return [source for source in found if len(source.packets) >= 4]


# ---- ways to damage a stream: (dice, bytearray in sync) changes it in place

def flip_bits(dice, stream):
    share = 10 ** dice.uniform(-6, -2)
    for _ in range(max(1, min(20_000, int(len(stream) * 8 * share)))):
        stream[dice.randrange(len(stream))] ^= 1 << dice.randrange(8)


def set_bytes(dice, stream):
    for _ in range(dice.randint(1, 40)):
        stream[dice.randrange(len(stream))] = dice.choice(INTERESTING)


def places(stream, test):
    return [at for at in range(0, len(stream) - PACKET + 1, PACKET) if test(stream[at:at + PACKET])]


def mend_crc(stream, at):
    """Gives the section that begins in the packet at @at a right CRC, if it ends there, too."""
    section = section_in(stream[at:at + PACKET])
    if section is not None and section[1] - section[0] >= 12 and section[1] < PACKET:
        begin, end = at + section[0], at + section[1]
        stream[end - 4:end] = crc32(stream[begin:end - 4]).to_bytes(4, "big")


def change_tables(dice, stream):
    """Fields of sections, mostly with a CRC that is right for them, so that they are believed."""
    found = places(stream, lambda packet: pid_of(packet) < NULL and section_in(packet) is not None and
                   packet[payload_at(packet)] == 0 and packet[payload_at(packet) + 1:payload_at(packet) + 3] != b"\0\1")
    for at in dice.sample(found, min(len(found), dice.randint(1, 6))):
        begin, end = section_in(stream[at:at + PACKET])
        for _ in range(dice.randint(1, 5)):
            place = at + dice.randrange(begin, max(begin + 1, min(end, PACKET)))
            stream[place] = dice.choice((dice.randrange(256), dice.choice(INTERESTING), stream[place] ^ 1 << dice.randrange(8)))
        if dice.random() < 0.8:
            mend_crc(stream, at)


def change_units(dice, stream):
    """Headers of PES packets."""
    found = places(stream, lambda packet: starts_unit(packet) and packet[payload_at(packet):payload_at(packet) + 3] == b"\0\0\1")
    for at in dice.sample(found, min(len(found), dice.randint(1, 10))):
        begin = payload_at(stream[at:at + PACKET])
        for _ in range(dice.randint(1, 4)):
            place = at + min(PACKET - 1, begin + dice.randrange(24))
            stream[place] = dice.choice((dice.randrange(256), dice.choice(INTERESTING)))


def change_headers(dice, stream):
    """Packet headers and adaptation fields."""
    for _ in range(dice.randint(1, 30)):
        at = dice.randrange(len(stream) // PACKET) * PACKET
        place = at + dice.choice((1, 2, 3, 3, 4, 4, 5, 6, 7, 12))
        stream[place] = dice.choice((dice.randrange(256), dice.choice(INTERESTING)))


def change_coding(dice, stream):
    """What stands behind start codes and sync words of elementary streams: parameter sets, SEI, slices, frames of sound,
    subtitles, teletext."""
    mark, found, at = dice.choice(MARKS[:1] * 6 + MARKS), [], 0
    while (at := stream.find(mark, at)) >= 0 and len(found) < 20_000:
        found.append(at)
        at += len(mark)
    if mark == MARKS[0] and dice.random() < 0.6:  # few, and at the beginning of all: parameter sets, sequence headers, SEI
        found = [at for at in found if at + 3 < len(stream) and (stream[at + 3] & 0x1f in (6, 7, 8) or stream[at + 3] >> 1 in (32, 33, 34, 39) or
                                                                  stream[at + 3] in (0xb3, 0xb5, 0xb8, 0))] or found
    for at in dice.sample(found, min(len(found), dice.choice((1, 2, 5, 20, 100)))):
        for _ in range(dice.randint(1, 4)):
            place = min(len(stream) - 1, at + len(mark) + int(dice.expovariate(0.1)))
            stream[place] = dice.choice((dice.randrange(256), dice.choice(INTERESTING), stream[place] ^ 1 << dice.randrange(8)))


def move_packets(dice, stream):
    """Pieces are swapped, repeated, left out."""
    for _ in range(dice.randint(1, 6)):
        pieces, length = len(stream) // PACKET, dice.randint(1, 60) * PACKET
        a, b = dice.randrange(pieces) * PACKET, dice.randrange(pieces) * PACKET
        piece, action = stream[a:a + length], dice.randrange(3)
        if action == 0:
            stream[b:b + len(piece)] = piece
        elif action == 1 and len(stream) > 40 * PACKET:
            del stream[a:a + min(length, len(stream) // 4 // PACKET * PACKET)]
        else:
            stream[b:b] = piece


def move_bytes(dice, stream):
    """Pieces of any length: the framing is lost."""
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(stream)), dice.randint(1, 2000)
        action = dice.randrange(3)
        if action == 0 and len(stream) > 8000:
            del stream[at:at + length]
        elif action == 1:
            stream[at:at] = dice.randbytes(length)
        else:
            stream[at:at] = stream[at:at + length]


def cut_off(dice, stream):
    del stream[dice.randint(SMALLEST // 2, max(SMALLEST // 2 + 1, len(stream))):]


def swap_pids(dice, stream):
    """A PID carries what another announced: sound where a picture is awaited, tables where sound is."""
    pids = sorted({pid_of(stream[at:at + PACKET]) for at in range(0, min(len(stream), 400 * PACKET) - PACKET + 1, PACKET)})
    a, b = dice.choice(pids), dice.choice(pids)
    for at in range(0, len(stream) - PACKET + 1, PACKET):
        pid = pid_of(stream[at:at + PACKET])
        if pid in (a, b):
            other = b if pid == a else a
            stream[at + 1] = stream[at + 1] & 0xe0 | other >> 8
            stream[at + 2] = other & 0xff


WAYS = [flip_bits, set_bytes, change_tables, change_tables, change_units, change_headers, change_coding, change_coding, change_coding, move_packets,
        move_bytes, cut_off, swap_pids]


def piece_of(dice, source, size):
    """A piece of a source behind its tables."""
    count = max(1, size // PACKET)
    first = dice.randrange(max(1, len(source.packets) - count))
    return bytearray(b"".join(source.head + source.packets[first:first + count]))


def mutated(all_sources, seed, number):
    """Stream @number: (words that say what it is, bytes)."""
    dice = random.Random(f"{seed}-{number}")
    source = dice.choice(all_sources)
    size = int(SMALLEST * (LIMIT / SMALLEST) ** dice.random())
    stream, words = piece_of(dice, source, size), [source.name]
    if dice.random() < 0.1:
        other = dice.choice(all_sources)
        stream += piece_of(dice, other, size)
        words.append(other.name)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        way = dice.choice(WAYS)
        way(dice, stream)
        words.append(way.__name__)
    return " ".join(words), bytes(stream[:LIMIT])
