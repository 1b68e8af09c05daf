"""A webhook receiver on loopback, for a visitor to see and for tests to break: checks the Standard Webhooks signature and
appends every delivery to STATE/receiver.jsonl. STATE/receiver.mode makes it misbehave: ok, 500, hang, refuse."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time

BODY_MAX = 1 << 20
SKEW_MAX_S = 300
HANG_S = 60


def is_signed(secret, headers, body, now):
    """Whether one of the signatures fits, and the time is near."""
    identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(now - int(stamp)) > SKEW_MAX_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    given = [word.partition(",")[2] for word in headers.get("webhook-signature", "").split() if word.startswith("v1,")]
    return any(hmac.compare_digest(expected, one) for one in given)


class Receiver:
    def __init__(self, state, secret):
        self.state, self.secret = state, secret
        self.port = 0
        self.server = None
        self.lock = threading.Lock()
        self.ending = threading.Event()

    def mode(self):
        try:
            return (self.state / "receiver.mode").read_text().strip()
        except OSError:
            return "ok"

    def start(self):
        (self.state / "receiver.mode").unlink(missing_ok=True)
        self.listen()
        threading.Thread(target=self.watch_mode, daemon=True).start()

    def listen(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self):
                receiver.take(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        self.server = server
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()

    def close(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def stop(self):
        self.ending.set()
        self.close()

    def watch_mode(self):
        """Refusing means not to listen at all."""
        while not self.ending.wait(0.1):
            refuse = self.mode() == "refuse"
            if refuse and self.server is not None:
                self.close()
            elif not refuse and self.server is None:
                self.listen()

    def take(self, request):
        mode = self.mode()
        length = request.headers.get("content-length", "")
        body = request.rfile.read(int(length)) if length.isdigit() and int(length) <= BODY_MAX else b""
        if mode == "hang":
            self.ending.wait(HANG_S)
        if mode in ("hang", "refuse"):
            request.close_connection = True
            return
        status = 500 if mode == "500" else self.keep(request.headers, body)
        request.send_response(status)
        request.send_header("content-length", "0")
        request.end_headers()

    def keep(self, headers, body):
        """Writes a delivery down. What cannot be kept is not acknowledged, so that it comes again."""
        signed = is_signed(self.secret, headers, body, time.time())
        try:
            line = json.dumps({"at": time.time(), "boot_us": time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000, "signed": signed,
                               "id": headers.get("webhook-id", ""), "body": json.loads(body)})
        except ValueError:
            return 400
        if not signed:
            return 401
        try:
            with self.lock, open(self.state / "receiver.jsonl", "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            return 507
        return 204
