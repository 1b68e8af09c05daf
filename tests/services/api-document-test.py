"""api.yaml as a document: what a generator of clients, and a reader, needs of every operation."""
import os
import pathlib
import re
import unittest

import jsonschema
import yaml

METHODS = ("get", "put", "post", "patch", "delete")


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = yaml.safe_load(pathlib.Path(os.environ["GANTRY_SOURCE"], "appliance/http/api.yaml").read_text(encoding="utf-8"))
        cls.operations = [(method, path, methods[method], methods) for path, methods in cls.whole["paths"].items()
                          for method in METHODS if method in methods]

    def resolve(self, node):
        while "$ref" in node:
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = (self.whole if part == node["$ref"].removeprefix("#/").split("/")[0] else found)[part]
            node = found
        return node

    def test_every_operation_has_a_name_of_its_own_a_tag_and_a_sentence(self):
        names = [operation.get("operationId") for _, _, operation, _ in self.operations]
        missing = [(method, path) for method, path, operation, _ in self.operations if not operation.get("operationId")]
        self.assertEqual(missing, [])
        self.assertEqual(len(names), len(set(names)), sorted(name for name in names if names.count(name) > 1))
        known = {tag["name"] for tag in self.whole["tags"]}
        for method, path, operation, _ in self.operations:
            self.assertRegex(operation["operationId"], r"^[a-z][A-Za-z0-9]*$")
            self.assertTrue(operation.get("summary"), (method, path))
            self.assertTrue(set(operation["tags"]) <= known, (method, path, operation["tags"]))

    def test_every_operation_says_what_it_answers(self):
        for method, path, operation, _ in self.operations:
            codes = set(operation["responses"])
            self.assertTrue(any(code.startswith(("2", "3")) for code in codes), (method, path))
            self.assertTrue(all(self.resolve(response).get("description") for response in operation["responses"].values()), (method, path))

    def test_parameters_of_paths_are_described_and_no_others(self):
        for method, path, operation, methods in self.operations:
            described = {found["name"] for found in map(self.resolve, operation.get("parameters", []) + methods.get("parameters", []))
                         if found["in"] == "path"}
            self.assertEqual(described, set(re.findall(r"\{([^}]*)\}", path)), (method, path))

    def test_references_lead_somewhere_and_schemas_are_schemas(self):
        def walk(node):
            if isinstance(node, dict):
                if isinstance(node.get("$ref"), str):
                    self.resolve(node)
                for inner in node.values():
                    walk(inner)
            elif isinstance(node, list):
                for inner in node:
                    walk(inner)
        walk(self.whole)
        for schema in self.whole["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)
        print(f"api.yaml: {len(self.operations)} operations, {len(self.whole['components']['schemas'])} schemas")


if __name__ == "__main__":
    unittest.main()
