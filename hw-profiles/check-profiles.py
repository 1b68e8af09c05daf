#!/usr/bin/python3
"""Every profile is what schema.json says, and is named as its file. usage: check-profiles.py FOLDER"""
import json
import pathlib
import sys

import jsonschema

folder, wrong = pathlib.Path(sys.argv[1]), []
schema = json.loads((folder / "schema.json").read_text())
profiles = sorted(path for path in folder.glob("*.json") if path.name != "schema.json")
for path in profiles:
    profile = json.loads(path.read_text())
    wrong += [f"{path.name}: {'/'.join(map(str, error.absolute_path))}: {error.message}"
              for error in jsonschema.Draft202012Validator(schema).iter_errors(profile)]
    if profile.get("name") != path.stem:
        wrong.append(f"{path.name}: is named {profile.get('name')}")
print("\n".join(wrong) or f"{len(profiles)} profiles: right")
sys.exit(1 if wrong or len(profiles) < 3 else 0)
