"""TLS by a certificate of our own, and the shipped nginx site before the plain port, with the real nginx."""
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from http_server import Fixture, parse, read_all
from ports import free_port

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def make_certificate(folder, name, days=90):
    """A self-signed certificate. Returns: its path and its key's."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key),
                    "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def connect(port, ca=None, protocols=None):
    context = ssl.create_default_context(cafile=ca)
    if ca is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=30), server_hostname="localhost")


def ask(port, path, method="GET", body=b"", headers=(), ca=None):
    with connect(port, ca) as peer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", "Connection: close", *headers]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return parse(read_all(peer))


LOGIN = b'{"user":"viewer","password":"correct horse"}'


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner = tempfile.TemporaryDirectory(prefix="gantry-tls-")
        cls.folder = pathlib.Path(cls.owner.name)
        cls.certificate, cls.key = make_certificate(cls.folder, "box")
        cls.server = Fixture(environment={"HTTP_CERTIFICATE": str(cls.certificate), "HTTP_KEY": str(cls.key),
                                          "HTTP_FRAME_ANCESTORS": "https://noc.example.org",
                                          "HTTP_SECURITY_CONTACT": "mailto:safety@example.org"}).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.owner.cleanup()

    def test_it_speaks_1_2_and_1_3_and_nothing_older(self):
        self.assertEqual(self.offered("-tls1_2"), "TLSv1.2")
        self.assertEqual(self.offered("-tls1_3"), "TLSv1.3")
        for version in ("-tls1_1", "-tls1"):
            self.assertIsNone(self.offered(version), version)

    def offered(self, version):
        """The version that openssl agrees on with the server, None for none."""
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.tls_port}", version, "-cipher",
                               "ALL:@SECLEVEL=0"], input="", capture_output=True, text=True, timeout=60)
        found = re.search(r"^New, (TLSv\S+), Cipher is (?!\(NONE)", done.stdout, re.M)
        return found.group(1) if found else None

    def test_answers_by_tls_say_so_and_their_cookie_is_secure(self):
        status, headers, _ = ask(self.server.tls_port, "/api/v1/login", "POST", LOGIN, ca=str(self.certificate))
        self.assertEqual(status, 200)
        self.assertIn("; secure", headers["set-cookie"].lower())
        self.assertEqual(headers["strict-transport-security"], "max-age=31536000")
        self.assertNotIn("strict-transport-security", self.server.ask("/healthz")[1])

    def test_ambiguous_requests_are_refused_behind_tls_too(self):
        with connect(self.server.tls_port) as peer:
            peer.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                         b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = read_all(peer)
        self.assertEqual((parse(answer)[0], answer.count(b"HTTP/1.1 ")), (400, 1))

    def test_who_speaks_no_tls_or_nothing_at_all_is_let_go(self):
        with socket.create_connection(("127.0.0.1", self.server.tls_port), timeout=60) as plain, \
                socket.create_connection(("127.0.0.1", self.server.tls_port), timeout=60) as mute:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"200 OK", read_all(plain))
            started = time.monotonic()
            self.assertEqual(mute.recv(10), b"")
            self.assertLess(time.monotonic() - started, 25, "on a machine that does nothing else it is 10 s")
        self.assertEqual(ask(self.server.tls_port, "/healthz")[0], 200)

    def test_a_new_certificate_is_taken_up_without_dropping_anybody(self):
        second, second_key = make_certificate(self.folder, "second")
        first_pem = ssl.PEM_cert_to_DER_cert(self.certificate.read_text())
        with connect(self.server.tls_port) as before:
            shutil.copy(second, self.certificate)
            shutil.copy(second_key, self.key)
            self.server.say("certificate")
            deadline, shown = time.monotonic() + 30, first_pem
            while shown == first_pem and time.monotonic() < deadline:
                with connect(self.server.tls_port) as peer:
                    shown = peer.getpeercert(binary_form=True)
            self.assertEqual(shown, ssl.PEM_cert_to_DER_cert(second.read_text()))
            before.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"200 OK", before.recv(4096))
        self.key.write_text("rubbish")
        self.server.say("certificate")
        self.assertEqual(ask(self.server.tls_port, "/healthz")[0], 200, "the old one serves on")
        shutil.copy(second_key, self.key)
        self.server.say("certificate")

    def test_frames_and_the_contact_are_the_sites_own(self):
        status, headers, body = self.server.ask("/.well-known/security.txt")
        self.assertEqual(status, 200)
        self.assertIn(b"Contact: mailto:safety@example.org\nExpires: 20", body)
        self.assertIn("frame-ancestors https://noc.example.org;", headers["content-security-policy"])
        self.assertNotIn("x-frame-options", headers)
        self.assertEqual(json.loads(self.server.ask("/api/v1/openapi.json")[2])["openapi"], "3.1.0")


class SelfSigned(unittest.TestCase):
    def test_a_box_without_a_certificate_makes_one_and_keeps_it(self):
        with tempfile.TemporaryDirectory(prefix="gantry-tls-") as folder:
            for _ in range(2):
                subprocess.run([SOURCE / "image/self-signed", folder], check=True, capture_output=True)
                first = pathlib.Path(folder, "certificate.pem").read_bytes()
            self.assertEqual(first, pathlib.Path(folder, "certificate.pem").read_bytes())
            self.assertEqual(os.stat(f"{folder}/key.pem").st_mode & 0o007, 0)
            with Fixture(environment={"HTTP_CERTIFICATE": f"{folder}/certificate.pem", "HTTP_KEY": f"{folder}/key.pem"}) as server:
                self.assertEqual(ask(server.tls_port, "/healthz", ca=f"{folder}/certificate.pem")[0], 200)


@unittest.skipUnless(shutil.which("nginx") or os.path.exists("/usr/sbin/nginx"), "nginx is not installed (package nginx-light)")
class Nginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner = tempfile.TemporaryDirectory(prefix="gantry-nginx-")
        folder = pathlib.Path(cls.owner.name)
        certificate, key = make_certificate(folder, "nginx")
        cls.server = Fixture().__enter__()
        cls.http, cls.https = free_port(), free_port()
        site = (SOURCE / "image/nginx-site.conf").read_text()
        for shipped, here in (("127.0.0.1:8080", f"127.0.0.1:{cls.server.port}"), ("listen 80 ", f"listen 127.0.0.1:{cls.http} "),
                              ("listen 443 ", f"listen 127.0.0.1:{cls.https} "), ("    listen [::]:80 default_server;\n", ""),
                              ("    listen [::]:443 ssl http2 default_server;\n", ""),
                              ("/etc/gantry/tls/certificate.pem", str(certificate)), ("/etc/gantry/tls/key.pem", str(key))):
            assert shipped in site, shipped
            site = site.replace(shipped, here)
        temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
                                           f"events {{}}\nhttp {{ access_log off;\n{temporary}{site}}}\n")
        os.chmod(folder, 0o755)
        cls.nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if ask(cls.https, "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)

    @classmethod
    def tearDownClass(cls):
        cls.nginx.terminate()
        cls.nginx.wait(60)
        cls.server.__exit__()
        cls.owner.cleanup()

    def test_plain_requests_are_sent_to_tls(self):
        with socket.create_connection(("127.0.0.1", self.http), timeout=10) as peer:
            peer.sendall(b"GET /wall HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n")
            status, headers, _ = parse(read_all(peer))
        self.assertEqual((status, headers["location"]), (301, "https://box/wall"))

    def test_the_cookie_is_secure_and_the_name_is_tls_from_now_on(self):
        status, headers, _ = ask(self.https, "/api/v1/login", "POST", LOGIN)
        self.assertEqual(status, 200)
        self.assertIn("; secure", headers["set-cookie"].lower())
        self.assertEqual(headers["strict-transport-security"], "max-age=31536000")

    def test_http_2_is_spoken(self):
        with connect(self.https, protocols=["h2", "http/1.1"]) as peer:
            self.assertEqual(peer.selected_alpn_protocol(), "h2")

    def test_wrong_logins_cost_the_client_and_not_the_proxy(self):
        wrong = b'{"user":"nobody","password":"wrong"}'
        statuses = [ask(self.https, "/api/v1/login", "POST", wrong, ("X-Forwarded-For: 192.0.2.1",))[0] for _ in range(12)]
        self.assertEqual(statuses[-1], 429, "the address that the client claims is not believed")

    def test_metrics_need_a_login_through_the_proxy(self):
        self.assertEqual(ask(self.https, "/metrics")[0], 401)
        self.assertEqual(self.server.ask("/metrics")[0], 200)

    def test_events_come_through_as_they_happen(self):
        cookie = ask(self.https, "/api/v1/login", "POST", LOGIN)[1]["set-cookie"].split(";")[0]
        self.assertTrue(cookie.startswith("__Host-"), cookie)
        with connect(self.https) as peer:
            peer.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            peer.settimeout(30)
            data, seen = b"", 0
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and seen < 3:
                data += peer.recv(65536)
                seen = data.count(b"event: heartbeat")
            started = time.monotonic()
            self.server.say("raise alarm-through-nginx 77")
            while b"alarm-through-nginx" not in data and time.monotonic() - started < 30:
                data += peer.recv(65536)
            took = time.monotonic() - started
        print(f"event stream through nginx: raised to received {took * 1000:.0f} ms")
        self.assertGreaterEqual(seen, 3)
        self.assertLess(took, 3, "on a machine that does nothing else it is below 1 s")


if __name__ == "__main__":
    unittest.main()
