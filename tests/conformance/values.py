"""What a comparison is made of: a value that two tools give, or one that only the other gives."""
from dataclasses import dataclass


class Missing:
    """A key that the report lacks. It differs from everything, itself included, and so does what is reckoned with it."""

    def __repr__(self):
        return "no such key"

    def __eq__(self, other):
        return False

    def __hash__(self):
        return id(self)

    def _same(self, *_):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __truediv__ = _same

    def __gt__(self, _):
        return self


MISSING = Missing()


@dataclass(frozen=True)
class Value:
    """One number or word that both give."""

    name: str
    ours: object
    theirs: object
    within: float = 0  # how far two numbers may lie apart, for what was rounded or estimated

    def agrees(self):
        if self.ours == self.theirs:
            return True
        numbers = all(isinstance(value, (int, float)) for value in (self.ours, self.theirs))
        return numbers and abs(self.ours - self.theirs) <= self.within


@dataclass(frozen=True)
class NotCompared:
    """Numbers of a reference for which the report has no word, or no comparable one."""

    count: int
    reason: str


def rounded(name, ours, theirs):
    """A figure that one of the two estimated: within 0.1 %, and within 1 for what was cut to a whole number."""
    return Value(name, ours, theirs, within=max(1, abs(theirs) / 1000) if isinstance(theirs, (int, float)) else 0)
