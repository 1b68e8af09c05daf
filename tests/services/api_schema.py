"""Answers held against api.yaml: status, media type and, of JSON, every field."""
import json
import re

import jsonschema
import yaml

ANYWHERE = {400, 401, 403, 404, 405, 413, 414, 415, 422, 429, 431, 503}  # any route may refuse so; always a problem

UNREAD = {400, 405, 413, 414, 501}
NOWHERE = {400, 401, 403, 404, 405, 414, 415, 503}  # of paths that are not in it


class Api:
    """api.yaml as it is served."""

    def __init__(self, text):
        self.whole = yaml.safe_load(text)
        self.paths = [(re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$"), methods)
                      for path, methods in self.whole["paths"].items()]

    def resolve(self, node):
        while "$ref" in node:
            found = self.whole
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def operation(self, method, path):
        found = [methods for pattern, methods in self.paths if pattern.match(path)]
        exact = [methods for methods in found if method.lower() in methods]
        assert exact, f"api.yaml has no {method} {path}"
        return exact[0][method.lower()]

    def knows(self, method, path):
        return any(method.lower() in methods for pattern, methods in self.paths if pattern.match(path))

    def validate(self, schema, body):
        jsonschema.Draft202012Validator({**schema, "components": self.whole["components"]}).validate(json.loads(body))

    def check(self, method, path, status, headers, body, validate=None, template=None):
        """Raises AssertionError or ValidationError for an answer that api.yaml does not promise. @validate: quicker than ours;
        @template: the path as api.yaml has it, if known."""
        in_parts = status == 200 and "fields=" in path  # items without what was not asked for
        path = path.split("?")[0]
        head, method = method == "HEAD", "GET" if method == "HEAD" else method
        if not template and not self.knows(method, path):
            assert status in NOWHERE or not path.startswith("/api/"), f"api.yaml has no {method} {path}, yet it is answered {status}"
            return
        if status in UNREAD and not body:  # what cannot be read as a request gets no more than a status
            return
        operation = self.whole["paths"][template][method.lower()] if template else self.operation(method, path)
        responses = operation["responses"]
        kind = headers.get("content-type", "").split(";")[0]
        if str(status) not in responses or (status in ANYWHERE and kind == "application/problem+json"):
            assert status in ANYWHERE, f"{method} {path}: api.yaml does not promise {status}"
            response = self.whole["components"]["responses"]["Problem"]
        else:
            response = self.resolve(responses[str(status)])
        content = response.get("content")
        if content is None or head:
            return
        assert kind in content, f"{method} {path}: {status} is {kind}, not {list(content)}"
        schema = content[kind].get("schema")
        if schema is not None and "json" in kind:
            json.loads(body) if in_parts else (validate or self.validate)(schema, body)
