"""A real OpenID provider beside a gantryd, and people with browsers that go from one to the other."""
import html
import http.client
import json
import os
import pathlib
import re
import ssl
import subprocess
import urllib.parse

from gantryd_box import BUILD, SOURCE, Box, wait_for

SECRET = "a secret: with % and +, of 40 characters"
MODULES = BUILD / "tests/browser/modules"
ROLES = "admins=admin, noc=operator, acme=viewer, house=viewer"
GROUPS = "admins=*, noc=*, house=*, acme=News"
PEOPLE = {
    "anna": {"preferred_username": "anna.ivanova@example.org", "name": "Anna Ivanova", "groups": ["noc"]},
    "boss": {"preferred_username": "boss", "groups": ["admins", "noc"]},
    "guest": {"preferred_username": "guest", "groups": ["acme"]},
    "nobody": {"preferred_username": "nobody", "groups": ["canteen"]},
}


class Provider:
    """The provider's process. `fault`: what goes wrong from now on, "" for nothing."""

    def __init__(self, redirect, port, folder, certificate=None, key=None):
        self.port = port
        self.words = ["--modules", str(MODULES), "--port", str(port), "--redirect", redirect, "--keys", f"{folder}/keys.json"]
        self.words += ["--certificate", certificate, "--key", key] if certificate else []
        self.secure = certificate is not None
        self.issuer = f"http{'s' if self.secure else ''}://127.0.0.1:{self.port}"
        self.process = None

    def connect(self):
        if self.secure:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=ssl._create_unverified_context())  # pylint: disable=protected-access
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def start(self):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with; stop() ends it
            ["node", str(SOURCE / "tests/browser/provider.mjs"), *self.words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the provider answers", self.answers, 90)
        self.tell(people=PEOPLE, fault="")
        return self

    def answers(self):
        try:
            connection = self.connect()
            connection.request("GET", "/.well-known/openid-configuration")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def tell(self, **what):
        connection = self.connect()
        connection.request("PUT", "/test", json.dumps(what))
        assert connection.getresponse().status == 200

    def fault(self, name):
        self.tell(fault=name)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Browser:
    """Keeps the cookies of both sites, as a browser does: SameSite=Strict ones stay home on the way back."""
    made = 0

    def __init__(self, box, provider, secure=False):
        """@secure: a proxy says that it speaks TLS."""
        Browser.made += 1
        self.box, self.provider, self.secure = box, provider, secure
        self.address = f"10.7.{Browser.made // 250}.{Browser.made % 250 + 1}"
        self.home, self.away = {}, {}  # name: (value, attributes)

    def at_box(self, method, path, body=None, foreign=False):
        """@foreign: another site sends the browser there."""
        sent = {name: value for name, (value, how) in self.home.items() if not (foreign and "samesite=strict" in how)}
        headers = {"X-Forwarded-For": self.address, "Cookie": "; ".join(f"{name}={value}" for name, value in sent.items()) or None,
                   "Sec-Fetch-Site": "cross-site" if foreign else "same-origin", "Sec-Fetch-Mode": "navigate" if foreign else "cors",
                   "X-Forwarded-Proto": "https" if self.secure else None}
        status, headers, answer = self.box.raw(method, path, body, over="tcp", headers=headers)
        self.box.api.check(method, path, status, headers, answer)
        if "set-cookie" in headers:
            name, value, how = re.fullmatch("([^=]*)=([^;]*); (.*)", headers["set-cookie"]).groups()
            self.home[name] = (value, how.lower())
        return status, headers, answer

    def at_provider(self, method, url, form=None):
        parts = urllib.parse.urlsplit(url)
        connection = self.provider.connect()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.away.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, f"{parts.path}?{parts.query}", urllib.parse.urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.away[name] = value
        return answer.status, urllib.parse.urljoin(url, answer.headers.get("Location") or ""), answer.read().decode()

    def begin(self, **body):
        """The button. Returns the address at the provider."""
        status, _, answer = self.at_box("POST", "/api/v1/login/oidc", body)
        assert status == 200, (status, answer)
        return json.loads(answer)["url"]

    def through(self, url, person):
        """Logs in at the provider; as None, only if it asks nothing. Returns the address that it sends the browser back to."""
        status, url, page = self.at_provider("GET", url)
        for _ in range(6):
            if status in (302, 303) and urllib.parse.urlsplit(url).port == self.box.port:
                return url
            if status in (302, 303):
                status, url, page = self.at_provider("GET", url)
                continue
            assert person, "the provider asks for a password"
            action = re.search('action="([^"]*)"', page)
            assert action, f"the provider answers {status}: {page[:300]}"
            form = {"prompt": "login", "login": person, "password": "any"}
            status, url, page = self.at_provider("POST", urllib.parse.urljoin(self.provider.issuer, html.unescape(action.group(1))), form)
        raise AssertionError(f"the provider does not send the browser back: {status} {url}")

    def back(self, url):
        """Status, headers and page of the box, where the provider sent the browser."""
        parts = urllib.parse.urlsplit(url)
        return self.at_box("GET", f"{parts.path}?{parts.query}", foreign=True)

    def login(self, person):
        return self.back(self.through(self.begin(), person))

    def cookie(self):
        return self.home.get("gantry_sid", (None,))[0]

    def session(self):
        return json.loads(self.at_box("GET", "/api/v1/session")[2])


def settings(folder, issuer, ca_file="", secret_file=""):
    secret = pathlib.Path(folder) / "oidc.secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    os.chmod(secret, 0o600)
    return (f"[http]\npublic_url=http://127.0.0.1:PORT\n[oidc]\nissuer={issuer}\nname=Example Sign-on\nclient=gantry\nsecret_file={secret_file or secret}\n"
            f"ca_file={ca_file}\nroles={ROLES}\ngroups={GROUPS}\n")


def redirect_of(box_port):
    return f"http://127.0.0.1:{box_port}/api/v1/login/oidc/callback"


def box_with(folder, provider_port, secure=False, **more):
    return Box(extra=settings(folder, f"http{'s' if secure else ''}://127.0.0.1:{provider_port}", **more))
