#!/usr/bin/env python3
"""The tables of CRC-32 (ISO 13818-1 annex A, polynomial 0x04c11db7), eight bytes at a step: make-crc-table.py OUTPUT."""
import sys

POLYNOMIAL = 0x04C11DB7
STEPS = 8


def shifted(crc):
    """The remainder after one more byte of zeros."""
    for _ in range(8):
        crc = (crc << 1) ^ (POLYNOMIAL if crc & 0x80000000 else 0)
    return crc & 0xFFFFFFFF


def tables():
    row = [shifted(byte << 24) for byte in range(256)]
    for _ in range(STEPS):
        yield row
        row = [shifted(crc) for crc in row]


def main():
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write('/* Made by make-crc-table.py. */\n#include "pipelines/ts/ts-section.h"\n\n')
        out.write("const uint32_t ts_crc_table[8][256] = {\n")
        for row in tables():
            out.write("{" + ", ".join(f"0x{crc:08x}" for crc in row) + "},\n")
        out.write("};\n")


if __name__ == "__main__":
    main()
