#!/usr/bin/env python3
"""Character tables of EN 300 468 annex A from Python's own codecs, for dvb-charsets.h: make-charsets.py OUTPUT."""
import sys

UNKNOWN = 0xFFFD
PARTS = range(1, 17)
# Name in C, codec, first lead byte, last lead byte, trail bytes.
DOUBLE = [
    ("dvb_ksx1001", "euc_kr", 0xA1, 0xFE, range(0xA1, 0xFF)),
    ("dvb_gb2312", "gbk", 0xA1, 0xF7, range(0xA1, 0xFF)),
    ("dvb_big5", "big5", 0xA1, 0xF9, range(0x40, 0xFF)),
]


def code_of(codec, *data):
    try:
        text = bytes(data).decode(codec)
    except UnicodeDecodeError:
        return UNKNOWN
    return ord(text) if len(text) == 1 and ord(text) <= 0xFFFF else UNKNOWN


def numbers(values):
    return "{" + ", ".join(f"0x{value:04x}" for value in values) + "}"


def single(out):
    out.write("const uint16_t dvb_8859[16][96] = {\n")
    for part in PARTS:
        row = [UNKNOWN if part == 12 else code_of(f"iso8859_{part}", byte) for byte in range(0xA0, 0x100)]
        out.write(numbers(row) + ",\n")
    out.write("};\n")


def double(out, name, codec, first, last, trails):
    """Rows that hold nothing share one: most of a table's lead bytes are in use, not all."""
    rows = [[code_of(codec, lead, trail) for trail in trails] for lead in range(first, last + 1)]
    kept = [[UNKNOWN] * len(trails)] + [row for row in rows if any(code != UNKNOWN for code in row)]
    out.write(f"static const uint16_t {name}_rows[{len(kept)}][{len(trails)}] = {{\n")
    out.write("".join(numbers(row) + ",\n" for row in kept) + "};\n")
    out.write(f"static const uint8_t {name}_row_of[{len(rows)}] = {{")
    out.write(", ".join(str(kept.index(row)) for row in rows) + "};\n")
    out.write(f"const DvbCharset {name} = {{{first}, {last}, {trails[0]}, {trails[-1]}, "
              f"{name}_row_of, &{name}_rows[0][0]}};\n")


def main():
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write('/* Made by make-charsets.py. */\n#include "pipelines/ts/dvb-charsets.h"\n\n')
        single(out)
        for charset in DOUBLE:
            double(out, *charset)


if __name__ == "__main__":
    main()
