#!/usr/bin/env python3
"""api.yaml as JSON, for tools that read no YAML: openapi-json.py INPUT OUTPUT."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as text, open(sys.argv[2], "w", encoding="utf-8") as out:
    json.dump(yaml.safe_load(text), out, ensure_ascii=False, separators=(",", ":"))
