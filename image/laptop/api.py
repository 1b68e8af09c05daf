"""Questions to gantryd over its control socket, and to the traffic generator over its own."""
import http.client
import json
import socket

from words import Refused


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(state, method, path, body=None, timeout=5):
    """gantryd's answer as an object. Raises OSError or ValueError."""
    connection = UnixConnection(state / "run" / "control.sock", timeout)
    try:
        data = json.dumps(body) if body is not None else None
        connection.request(method, path, data, {"Content-Type": "application/json"} if data is not None else {})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise ValueError(f"{method} {path}: {answer.status} {text[:300].decode(errors='replace')}")
        return json.loads(text) if text else {}
    except http.client.HTTPException as error:
        raise ValueError(f"{method} {path}: {error!r}") from None
    finally:
        connection.close()


def traffic(state, request):
    """One request to the generator; its answer as an object. Raises Refused with what it says."""
    path = state / "run" / "traffic.sock"
    if "\n" in request or len(request) > 1000:
        raise Refused("a request is one line of at most 1000 characters")
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(str(path))
            link.sendall(request.encode() + b"\n")
            with link.makefile("rb") as answer:
                reply = json.loads(answer.read() or b"{}")
    except (FileNotFoundError, ConnectionRefusedError):
        raise Refused(f"no ./run with traffic of its own is running on {state}: start ./run first, or name its folder with --state") from None
    except (OSError, ValueError) as error:
        raise Refused(f"the traffic generator does not answer: {error}") from None
    if not reply.get("ok"):
        raise Refused(reply.get("error", "the traffic generator refused"))
    return reply
