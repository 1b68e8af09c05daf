"""Counts what agrees, stream by stream, and prints the table."""
import collections

from conventions import stated
from values import NotCompared

STREAMS_MIN, VALUES_MIN = 20, 500


class Tally:
    def __init__(self):
        self.rows, self.by_tool, self.reasons = [], collections.Counter(), collections.Counter()
        self.conventions, self.wrong = [], []

    def add(self, stream, values):
        counts, seen, tools = collections.Counter(), set(), {}
        for tool, value in values:
            if isinstance(value, NotCompared):
                counts["not"] += value.count
                self.reasons[value.reason] += value.count
                continue
            said = (tool, value.name, str(value.theirs))
            if said in seen:  # the same tool in another form
                continue
            seen.add(said)
            tools[tool] = True
            self.by_tool[tool] += 1
            counts[self.judge(stream, tool, value)] += 1
        self.rows.append((stream, counts, list(tools)))

    def judge(self, stream, tool, value):
        if value.agrees():
            return "agree"
        why = stated(stream, tool, value)
        line = f"{stream} {value.name}: {value.ours}, {tool} {value.theirs}"
        if why:
            self.conventions.append(f"{line}: {why}")
            return "convention"
        self.wrong.append(line)
        return "differ"

    def total(self, key):
        return sum(counts[key] for _, counts, _ in self.rows)

    def values(self):
        return self.total("agree") + self.total("convention") + self.total("differ")

    def good(self):
        return not self.wrong and len(self.rows) >= STREAMS_MIN and self.values() >= VALUES_MIN

    def print(self):
        print(f"{'stream':66} {'agree':>6} {'convention':>10} {'differ':>6} {'not compared':>12}  measured by")
        for stream, counts, tools in self.rows:
            print(f"{stream[:66]:66} {counts['agree']:6} {counts['convention']:10} {counts['differ']:6} {counts['not']:12}  "
                  f"{', '.join(tools)}")
        for title, lines in (("by convention", self.conventions), ("not compared", self.uncompared()),
                             ("differ", self.wrong)):
            print("\n".join([f"{title}:", *(f"  {line}" for line in lines)] if lines else []))
        print(f"streams {len(self.rows)}, values {self.values()} ("
              + ", ".join(f"{tool} {count}" for tool, count in self.by_tool.most_common()) + "): "
              f"agree {self.total('agree')}, differ by convention {self.total('convention')}, "
              f"differ {self.total('differ')}; not compared {self.total('not')}")

    def uncompared(self):
        return [f"{count or '-'} {reason}" for reason, count in sorted(self.reasons.items())]
