"""Requests made from the OpenAPI document: some right, some wrong in every way that a client may be wrong."""
import copy
import json
import random
import re
import urllib.parse

NASTY = ["", " ", "\0", "\n", "a\r\nX-Evil: 1", "' OR '1'='1", "1; DROP TABLE incident; --", "\" UNION SELECT password FROM user -- ",
         "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "javascript:alert(1)", "=cmd|' /C calc'!A0", "<!channel>",
         "../../etc/passwd", "%2e%2e%2f", "%00", "{}", "[]", "null", "true", "-1", "NaN", "1e999", "9" * 40, "\u202e\u2066abc", "\U0001f600",
         "\u0000abc", "a" * 300, "a" * 5000, "ä" * 200, "%s%n%x", "$(id)", "`id`", "${jndi:ldap://x/}", "☃", "2026-02-30T25:61:61Z", "0001-01-01T00:00:00Z",
         "9999-12-31T23:59:59Z", "2026-01-01T00:00:00+99:99", "udp://239.0.0.1:5000", "http://169.254.169.254/", "file:///etc/passwd", "gopher://x"]
NUMBERS = [0, 1, -1, 2, 60, 1000, 65535, 65536, 2**31 - 1, 2**31, -2**31, 2**53, 2**63 - 1, 2**63, -2**63 - 1, 10**30, 0.5, -0.0, 1e-300, 1e300]
METHODS = ("get", "post", "put", "patch", "delete")
SLOW = {"/api/v1/channels/{id}/shot.jpg": 0.02, "/api/v1/probes": 0.005, "/api/v1/receivers/{id}/test": 0.05,
        "/api/v1/login": 0.2, "/api/v1/setup": 0.2, "/api/v1/profiles/{id}/simulate": 0.3}  # how often, against others
LEFT_OUT = {"/api/v1/events": "never ends: tested by itself", "/api/v1/logout": "nothing to vary"}


class Generator:
    """@ids: names that exist, by the collection they belong to ("channels": [...])."""

    def __init__(self, document, ids, seed):
        self.document, self.ids, self.dice = document, ids, random.Random(seed)
        self.operations = [(method, path, {**item, "parameters": item.get("parameters", []) + methods.get("parameters", [])})
                           for path, methods in document["paths"].items() if path not in LEFT_OUT
                           for method, item in methods.items() if method in METHODS]
        self.weights = [SLOW.get(path, 1) for _, path, _ in self.operations]

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def likely(self, share):
        return self.dice.random() < share

    def text(self, schema):
        dice = self.dice
        if schema.get("format") == "date-time":
            return f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:00:00Z"
        if "pattern" in schema and schema["pattern"].startswith("^[a-z0-9]"):
            return dice.choice(["one", "two", "x", "fuzz-" + str(dice.randint(0, 9))])
        if "pattern" in schema and "[0-5][0-9]" in schema["pattern"]:
            return f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}"
        least, most = schema.get("minLength", 0), min(schema.get("maxLength", 20), 300)
        return "".join(dice.choice("abcdefghij 0123-_äß") for _ in range(dice.randint(least, max(least, most))))

    def number(self, schema):
        low, high = schema.get("minimum", -5), schema.get("maximum", 100000)
        return self.dice.randint(int(low), int(high)) if schema.get("type") != "number" else self.dice.uniform(low, high)

    def array(self, schema, depth):
        size = self.dice.randint(schema.get("minItems", 0), min(schema.get("maxItems", 3), 3))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(size)]

    def members(self, schema, depth):
        made = {}
        for name, inner in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self.likely(0.6):
                made[name] = self.value(inner, depth + 1)
        return made

    def value(self, schema, depth=0):
        """Something that @schema takes."""
        schema = self.resolve(schema)
        if depth > 6 or not isinstance(schema, dict):
            return None
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.value(self.dice.choice(schema[choice]), depth + 1)
        if "allOf" in schema:
            whole = {}
            for part in schema["allOf"]:
                made = self.value(part, depth + 1)
                whole.update(made if isinstance(made, dict) else {})
            return whole
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = self.dice.choice(kind) if isinstance(kind, list) else kind
        makers = {"string": lambda: self.text(schema), "integer": lambda: self.number(schema), "number": lambda: self.number(schema),
                  "boolean": lambda: self.likely(0.5), "array": lambda: self.array(schema, depth), "object": lambda: self.members(schema, depth)}
        return makers.get(kind, lambda: None)()

    def wrong_value(self):
        return self.dice.choice([None, True, [], {}, [[[[]]]], {"a": {"b": {"c": 1}}}, self.dice.choice(NASTY), self.dice.choice(NASTY),
                                 self.dice.choice(NUMBERS), [self.dice.choice(NASTY)] * 3])

    def spoil(self, value):
        """@value with one part, somewhere, that is something else."""
        if isinstance(value, dict) and value and self.likely(0.85):
            name = self.dice.choice(list(value))
            return {**value, name: self.spoil(value[name])}
        if isinstance(value, list) and value and self.likely(0.5):
            place = self.dice.randrange(len(value))
            return value[:place] + [self.spoil(value[place])] + value[place + 1:]
        return self.wrong_value()

    def raw_body(self, value):
        """JSON that no encoder writes."""
        text = json.dumps(value)
        return self.dice.choice([
            b"", b"{", b"null", b"[]", b"\"x\"", b"{\"a\":1,\"a\":2}", b"{\"a\":NaN}", b"{\"a\":Infinity}", b"{'a':1}", b"{\"a\":1,}",
            b"\xff\xfe{}", b"{\"note\":\"\xff\xc0\xaf\"}", b"{\"note\":\"\\ud800\"}", b"\xef\xbb\xbf" + text.encode(), text.encode()[:-1],
            text.encode() + b"x", b"[" * 3000, b"{\"a\":" * 2000, b"{\"minutes\":1e400}", b"{\"minutes\":99999999999999999999999}",
            b"{\"seq\":-99999999999999999999}", b"{\"note\":\"\\u0000\"}", text.encode("utf-16"),
            text[:1].encode() + b"\"x\":1," * 300 + text[1:].encode() if text.startswith("{\"") else b"0"])

    def path_value(self, path, name):
        collection = next((part for part in reversed(path.split("{" + name)[0].split("/")) if part), "")
        known = self.ids.get(collection, ["one"])
        if self.likely(0.7):
            return self.dice.choice(known)
        return urllib.parse.quote(self.dice.choice(NASTY), safe="") or "x"

    def query(self, parameters):
        pairs = []
        for parameter in parameters:
            if parameter["in"] != "query" or not (parameter.get("required") or self.likely(0.5)):
                continue
            value = self.value(parameter.get("schema", {})) if self.likely(0.7) else self.dice.choice(NASTY + [str(n) for n in NUMBERS])
            pairs.append((parameter["name"], value if isinstance(value, str) else json.dumps(value)))
        if self.likely(0.1):
            pairs.append((self.dice.choice(["fields", "sort", "cursor", "limit", "dry_run", "unknown"]), self.dice.choice(NASTY + ["id", "-id", "id,name"])))
        if self.likely(0.02):
            pairs += [("x" + str(i), "y") for i in range(200)]
        text = "&".join(f"{urllib.parse.quote(name)}={urllib.parse.quote(value, safe='', errors='surrogatepass')}" for name, value in pairs)
        return "?" + text + (self.dice.choice(["&", "&&=", "&%zz", "&a=%ff%fe", "&=%00"]) if self.likely(0.03) else "") if text else ""

    def body(self, operation):
        content = self.resolve(operation["requestBody"])["content"]
        kind = self.dice.choice(list(content))
        schema = content[kind].get("schema", {})
        value = self.value(schema) if "json" in kind or kind.endswith("form-urlencoded") else None
        if value is None:
            return kind, self.dice.choice(NASTY).encode(errors="replace")
        if kind.endswith("form-urlencoded"):
            return kind, urllib.parse.urlencode(value if isinstance(value, dict) else {}).encode()
        if self.likely(0.12):
            return kind, self.raw_body(value)
        value = self.spoil(copy.deepcopy(value)) if self.likely(0.45) else value
        return kind, json.dumps(value, ensure_ascii=self.likely(0.5)).encode(errors="replace")

    def headers(self, method):
        made = {}
        if method in ("put", "patch", "delete") and self.likely(0.9):
            made["If-Match"] = self.dice.choice(["*", "*", "*", '"wrong"', 'W/"x"', "x", '"a", "b"', "\"" + "a" * 1500])
        if method == "post" and self.likely(0.15):
            made["Idempotency-Key"] = self.dice.choice(["k1", "k2", "k" * 128, "k" * 200, "with space", "k" + str(self.dice.randint(0, 500))])
        if self.likely(0.05):
            made[self.dice.choice(["Accept", "Last-Event-ID", "If-None-Match", "Range", "X-Forwarded-For", "Accept-Encoding", "Origin"])] = \
                re.sub(r"[^\t\x20-\x7e]", "?", self.dice.choice(NASTY))[:2000]
        return made

    def request(self):
        """(method, path as in the document, target, headers, body or None)"""
        method, path, operation = self.dice.choices(self.operations, self.weights)[0]
        parameters = [self.resolve(parameter) for parameter in operation["parameters"]]
        target = re.sub(r"\{([^}]*)\}", lambda found: self.path_value(path, found.group(1)), path)
        headers, body = self.headers(method), None
        if "requestBody" in operation and self.likely(0.97):
            kind, body = self.body(operation)
            headers["Content-Type"] = kind if self.likely(0.97) else self.dice.choice(["text/plain", "application/x-www-form-urlencoded", "json", ""])
        elif method != "get" and self.likely(0.5):
            headers["Content-Type"], body = "application/json", b"{}"
        return method.upper(), path, target + self.query(parameters), headers, body
