"""Ports for servers that a test starts. A port that was looked for by binding port 0 is anybody's again until its server binds it:
a test beside this one, or the near end of any connection, may have it by then."""
import random
import socket

FIRST, END = 10_000, 20_000  # the kernel gives out those from 32768 on; tests with ports of their own begin at 23000


def is_free(port):
    """Whether nobody has it, be it for TCP or for UDP."""
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("", port))
    except OSError:
        return False
    return True


def free_port():
    """A port that no other test is given and no connection begins at while this process lives, also over restarts of its server."""
    for _ in range(1000):
        port, claim = random.randrange(FIRST, END), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0gantry-test-port-{port}")
        except OSError:
            claim.close()  # another test's
            continue
        if is_free(port):
            claim.detach()  # stays open as long as this process lives
            return port
        claim.close()
    raise RuntimeError(f"no port is free between {FIRST} and {END}")
