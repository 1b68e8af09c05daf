"""What ./run says, and how it says that something takes time."""
import difflib
import sys
import time

PLAIN_EVERY_S = 5  # where output is no terminal, a line of progress this often


class Refused(Exception):
    """Something asked for cannot be done: one clear line, exit status 2, nothing changed."""


class Broken(Exception):
    """Something that should work did not: one clear line, exit status 1."""


def say(text):
    print(text, flush=True)


def nearest(word, known):
    """" (did you mean X?)", or the list of what is known."""
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def in_words(seconds):
    seconds = max(0, round(seconds))
    return f"{seconds} s" if seconds < 90 else f"{seconds // 60} min {seconds % 60} s"


class Progress:
    """One line that is drawn anew on a terminal, and written now and then elsewhere."""

    def __init__(self, title, out=sys.stdout, clock=time.monotonic):
        self.title, self.out, self.clock = title, out, clock
        self.terminal = out.isatty()
        self.began = self.written = clock()
        self.width = 0

    def left(self, share):
        """Seconds left when this share (0 to 1) is done; None while nobody can tell."""
        spent = self.clock() - self.began
        return spent / share * (1 - share) if share > 0.02 and spent > 1 else None

    def show(self, share, what="", left=None):
        left = self.left(share) if left is None else left
        text = f"{self.title}: {share:4.0%}{f', about {in_words(left)} left' if left is not None else ''}{f'  ({what})' if what else ''}"
        if self.terminal:
            self.out.write("\r" + text[:110].ljust(self.width))
            self.width = len(text[:110])
            self.out.flush()
        elif self.clock() - self.written >= PLAIN_EVERY_S:
            self.written = self.clock()
            self.out.write(text + "\n")
            self.out.flush()

    def done(self, what="done"):
        text = f"{self.title}: {what} ({in_words(self.clock() - self.began)})"
        self.out.write(("\r" + text.ljust(self.width) if self.terminal else text) + "\n")
        self.out.flush()
