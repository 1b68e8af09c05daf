"""Receivers that are as strict as the real ones: what those would refuse is refused here, with their answer. Mail goes to
aiosmtpd, a real SMTP server. Prints its ports as one line of JSON; keeps what it took in FOLDER/received.jsonl.

fake-receivers.py FOLDER CERTIFICATE: while FOLDER/down exists, HTTP answers 503."""
import asyncio
import email
import email.policy
import http.server
import json
import pathlib
import re
import socketserver
import ssl
import sys
import threading
import time

from aiosmtpd.smtp import SMTP

FOLDER, CERTIFICATE = pathlib.Path(sys.argv[1]), sys.argv[2]
KEY, TOKEN = "0123456789abcdef0123456789abcdef", "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
SYSLOG = re.compile(r'^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) '
                    r'((?:\[[^ =\]"]{1,32}(?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\])+|-) (\ufeff.*)$', re.S)
# What no text may hold, wherever it came from: it would end a line, steer a terminal or turn around what follows it.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
OUR_LINK = re.compile(r"<https?://[^|<>\s]+\|(?:Acknowledge|Open in Gantry)>")
MARKED_UP = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]()#~>|]")  # a mark of Markdown that nothing escapes
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "Importance", "X-Gantry-Severity", "MIME-Version",
           "Content-Type", "Content-Transfer-Encoding"}
LOCK, MINUTE = threading.Lock(), []


class Refused(Exception):
    pass


def keep(kind, what):
    with LOCK, open(FOLDER / "received.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"kind": kind, "at": time.time(), "boot_us": time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000,
                               "what": what}) + "\n")


def need(holds, why):
    if not holds:
        raise Refused(why)


def text(value, maximum, why):
    need(isinstance(value, str) and 0 < len(value) <= maximum, why)


def texts(value):
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def slack(request, body):
    text(body.get("text"), 40000, "no_text")
    need(all("<" not in OUR_LINK.sub("", one) for one in texts(body)), "a text that Slack takes for a link or a call")
    need(len(body["blocks"]) <= 50, "invalid_blocks")
    for block in body["blocks"]:
        need(block["type"] in ("header", "section"), "invalid_blocks")
        header = block["type"] == "header"
        need(block["text"]["type"] == ("plain_text" if header else "mrkdwn"), "invalid_blocks")
        text(block["text"]["text"], 150 if header else 3000, "invalid_blocks")
    return 200, "ok"


def teams(request, body):
    card = body["attachments"][0]
    need(body["type"] == "message" and card["contentType"] == "application/vnd.microsoft.card.adaptive", "BadRequest")
    need(card["contentUrl"] is None and card["content"]["type"] == "AdaptiveCard" and card["content"]["version"] == "1.2", "BadRequest")
    for block in card["content"]["body"]:
        need(block["type"] in ("TextBlock", "FactSet"), "BadRequest")
        if block["type"] == "TextBlock":
            text(block["text"], 28000, "BadRequest")
        shown = [block["text"]] if block["type"] == "TextBlock" else [fact["value"] for fact in block["facts"]]
        need(not any(map(MARKED_UP.search, shown)), "a text that Teams takes for Markdown")
    return 202, ""


def pagerduty(request, body):
    now = time.monotonic()
    MINUTE[:] = [at for at in MINUTE if now - at < 60] + [now]
    need(len(MINUTE) <= 100, "rate")
    need(body.get("routing_key") == KEY and body.get("event_action") in ("trigger", "acknowledge", "resolve"), "invalid event")
    if body["event_action"] == "trigger":
        text(body["payload"]["summary"], 1024, "summary")
        text(body["payload"]["source"], 1024, "source")
        need(body["payload"]["severity"] in ("critical", "error", "warning", "info"), "severity")
        need(TIME.match(body["payload"]["timestamp"]), "timestamp")
    text(body.get("dedup_key"), 255, "dedup_key")
    return 202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": body["dedup_key"]})


def jsm(request, body):
    need(request.headers["Authorization"] == "GenieKey secret-key", "Key format is not valid!")
    if request.path == "/jsm":
        text(body.get("message"), 130, "message")
        text(body.get("alias"), 512, "alias")
        need(body["priority"] in ("P1", "P2", "P3", "P4", "P5"), "priority")
    else:
        need(re.match(r"^/jsm/[^/]+/(close|acknowledge|notes)\?identifierType=alias$", request.path), "path")
        need(not request.path.split("?")[0].endswith("notes") or body.get("note"), "note")
    return 202, json.dumps({"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c"})


def alertmanager(request, body):
    for alert in body:
        need(re.match("^[a-zA-Z_]", min(alert["labels"])) and alert["labels"]["alertname"], "labels")
        need(all(isinstance(v, str) and v for v in [*alert["labels"].values(), *alert["annotations"].values()]), "values")
        need(TIME.match(alert["startsAt"]) and TIME.match(alert["endsAt"]) and alert["startsAt"] < alert["endsAt"], "times")
    return 200, ""


def telegram(request, body):
    need(request.path == f"/bot{TOKEN}/sendMessage", "Not Found")
    need(str(body["chat_id"]) and 0 < len(body["text"].encode("utf-16-le")) // 2 <= 4096, "Bad Request: message is too long")
    return 200, json.dumps({"ok": True, "result": {"message_id": 1, "text": body["text"]}})


def webhook(request, body):
    need(request.headers["webhook-id"] and request.headers["webhook-timestamp"], "headers")
    need(TIME.match(body["timestamp"]) and body["data"]["schema"] == 1, "body")
    return 204, ""


ROUTES = {"slack": slack, "teams": teams, "pagerduty": pagerduty, "jsm": jsm, "api": alertmanager, "webhook": webhook}


class Http(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.path.split("/")[1].split("?")[0]
        route = telegram if name.startswith("bot") else ROUTES[name]
        try:
            if (FOLDER / "down").exists():
                status, answer = 503, "down"
            else:
                need(self.headers["Content-Type"] == "application/json", "content type")
                body = json.loads(raw)
                need(not any(map(UNSAFE.search, texts(body))), "an unsafe character")
                status, answer = route(self, body)
                keep(route.__name__, {"path": self.path, "body": body})
        except Refused as why:
            keep("refused", f"{route.__name__}: {why}: {raw[:300]}")
            status, answer = (429 if str(why) == "rate" else 400), str(why)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer.encode())))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *arguments):
        pass


def syslog(carrier, line):
    match = None if UNSAFE.search(line) or "\n" in line or "\t" in line else SYSLOG.match(line)
    keep("syslog" if match else "refused", {"carrier": carrier, "line": line, "priority": match and int(match[1])})


class Stream(socketserver.StreamRequestHandler):
    def handle(self):
        while (digits := self.rfile.readline(0) or b"") is not None:
            count = b""
            while (byte := self.rfile.read(1)).isdigit():
                count += byte
            if not count:
                return
            syslog(self.server.carrier, self.rfile.read(int(count)).decode())


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        syslog("udp", self.request[0].decode())


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        shown = mail.get_content().replace("\r\n", "\n") + mail["Subject"]
        good = set(mail.keys()) <= HEADERS and len(mail.keys()) == len(set(mail.keys())) and not UNSAFE.search(shown)
        keep("email" if good else "refused", {"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                       "subject": mail["Subject"], "headers": list(mail.keys()), "references": mail["References"],
                       "defects": [str(defect) for defect in mail.defects], "text": mail.get_content()})
        return "250 2.0.0 taken"


def start(server, carrier=None):
    server.carrier, server.daemon_threads = carrier, True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Threading(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 128


class ThreadingHttp(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # receivers are told at once: with the usual 5 the last would wait for its SYN to be sent again


def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    secure = Threading(("127.0.0.1", 0), Stream)
    secure.socket = tls.wrap_socket(secure.socket, server_side=True)
    loop = asyncio.new_event_loop()

    async def serve():
        starttls = await loop.create_server(lambda: SMTP(Mailbox(), tls_context=tls, require_starttls=True, loop=loop), "127.0.0.1", 0)
        direct = await loop.create_server(lambda: SMTP(Mailbox(), loop=loop), "127.0.0.1", 0, ssl=tls)
        return [server.sockets[0].getsockname()[1] for server in (starttls, direct)]

    smtp, smtps = loop.run_until_complete(serve())
    http_server = ThreadingHttp(("127.0.0.1", 0), Http)
    ports = {"http": start(http_server), "tcp": start(Threading(("127.0.0.1", 0), Stream), "tcp"), "tls": start(secure, "tls"),
             "udp": start(socketserver.ThreadingUDPServer(("127.0.0.1", 0), Datagram)), "smtp": smtp, "smtps": smtps}
    print(json.dumps(ports), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(loop.stop)), daemon=True).start()
    loop.run_forever()


if __name__ == "__main__":
    main()
