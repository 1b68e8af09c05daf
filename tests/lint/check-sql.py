#!/usr/bin/env python3
"""SQL that MariaDB 10.11 and MySQL 8 both know: no word that one of them lacks, no column or table that the other reserves."""
import re
import sys

import lint

STRINGS = re.compile(r'"((?:\\.|[^"\\\n])*)"')
SQL = re.compile(r"\b(?:SELECT|INSERT INTO|DELETE FROM|UPDATE|CREATE TABLE|ALTER TABLE|SET SESSION|ON DUPLICATE KEY|GROUP BY|REORGANIZE)\b")
# Reserved in MySQL 8 (Keywords and Reserved Words, 8.0 and 8.4) and not in MariaDB 10.11, or new there.
RESERVED = set("""CUBE CUME_DIST DENSE_RANK EMPTY EXCEPT FIRST_VALUE FUNCTION GROUPING GROUPS INTERSECT JSON_TABLE LAG LAST_VALUE
LATERAL LEAD LIBRARY MANUAL NTH_VALUE NTILE OF PARALLEL PERCENT_RANK QUALIFY RANK RECURSIVE ROW_NUMBER SYSTEM TABLESAMPLE WINDOW
GENERATED GET IO_AFTER_GTIDS IO_BEFORE_GTIDS MASTER_BIND OPTIMIZER_COSTS PARTITION STORED VIRTUAL ROWS ROW OVER""".split())
ONE_ONLY = [  # pattern, why
    (r"\bRETURNING\b", "MySQL has no RETURNING"),
    (r"\b(?:ADD|DROP|MODIFY|CHANGE)\s+(?:COLUMN|KEY|INDEX|PARTITION)\s+IF\b", "MySQL has no IF [NOT] EXISTS within ALTER TABLE"),
    (r"\bCREATE OR REPLACE TABLE\b", "MySQL has no CREATE OR REPLACE TABLE"),
    (r"\b(?:NEXTVAL|LASTVAL|SEQUENCE)\b", "MySQL has no sequences"),
    (r"\bWITH SYSTEM VERSIONING\b", "MySQL has no system-versioned tables"),
    (r"\b(?:UUID|INET4|INET6)\s+(?:NOT\s+NULL|NULL|,|PRIMARY)", "MySQL has no such type"),
    (r"\bENGINE\s*=?\s*(?!InnoDB\b)\w+", "InnoDB alone is in both"),
    (r"\bVALUE\s*\(", "MySQL knows VALUES() alone"),
    (r"\bAS new\b", "MariaDB 10.11 has no row alias in INSERT"),
    (r"->>?\s*'", "MariaDB has no JSON arrows"),
    (r"\butf8mb4_(?:0900|uca1400)\w*", "a collation of one of them"),
]


def statements(root):
    """(where, text) of all SQL: migrations whole, and strings of C that look like it."""
    for path in lint.tracked(root, "appliance/stores/schema/*.sql"):
        yield path, re.sub(r"--[^\n]*", "", (root / path).read_text())
    for path in lint.tracked(root, "appliance/stores/*.c"):
        text = "\n".join(STRINGS.findall((root / path).read_text()))
        if SQL.search(text):
            yield path, text


def names(text):
    """Tables, columns and keys that a migration makes."""
    for match in re.finditer(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*?)\n\)", text, re.S):
        yield match.group(1)
        for line in match.group(2).splitlines():
            word = re.match(r"\s+(?:KEY )?(\w+)", line)
            if word and word.group(1) not in ("PRIMARY", "UNIQUE"):
                yield word.group(1)
    yield from re.findall(r"ADD (?:COLUMN|KEY) (\w+)", text)


def violations(root):
    for path, text in statements(root):
        for pattern, why in ONE_ONLY:
            for match in re.finditer(pattern, text):
                yield f"{path}: \"{match.group().strip()}\": {why}"
        if path.suffix == ".sql":
            for name in names(text):
                if name.upper() in RESERVED:
                    yield f"{path}: {name} is a reserved word of MySQL 8"


if __name__ == "__main__":
    lint.finish("sql", violations(lint.root_of(sys.argv)))
