"""Subtitles that TSDuck wrote as SRT from a teletext page: their characters."""
import re

from values import Value

TOOL = "TSDuck"


def marks(text):
    """Characters that leave a mark: numbers of entries, times and blanks are none."""
    lines = [line for line in text.splitlines() if not re.match(r"^\d+$|^\d\d:\d\d:\d\d,\d+ --> ", line)]
    return sum(len(line.replace(" ", "")) for line in lines)


def compare(report, text):
    teletext = [pid for pid in report.pids() if report.component(pid).at("codec") == "Teletext"]
    pages = [page for pid in teletext for page in report.rows("ancillary", str(pid), "pages") if page["subtitle"]]
    fullest = max(pages, key=lambda page: page["characters"], default={})
    yield Value("characters of the subtitle page", fullest.get("characters"), marks(text))
