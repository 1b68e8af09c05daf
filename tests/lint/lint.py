"""What the lints share: the sources of the tree, and how a lint ends."""
import pathlib
import re
import subprocess
import sys

SOURCE_FOLDERS = ("pipelines", "appliance", "tests")


def root_of(argv):
    return pathlib.Path(argv[1] if len(argv) > 1 else ".").resolve()


def tracked(root, *patterns):
    """Files that git knows or would add, as paths relative to the root; all files outside a checkout."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "--", *patterns],
        capture_output=True, text=True)
    if listed.returncode == 0:
        return sorted(pathlib.Path(line) for line in set(listed.stdout.splitlines()) if (root / line).is_file())
    return sorted({path.relative_to(root) for pattern in patterns for path in root.rglob(pattern) if path.is_file()})


def c_sources(root):
    return [path for path in tracked(root, "*.c", "*.h") if path.parts[0] in SOURCE_FOLDERS]


def without_comments(text):
    """Comments and strings blanked, line numbers kept."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', lambda m: re.sub(r"[^\n]", " ", m.group()), text,
                  flags=re.S)


def finish(name, found):
    found = list(found)
    print("\n".join(found) if found else f"{name}: ok")
    sys.exit(1 if found else 0)
