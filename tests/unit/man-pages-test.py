"""Manual pages: man has no warning, and gantry.conf(5) describes every key that settings.c knows, and no other.
usage: man-pages-test.py SOURCE [PAGE...]"""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(sys.argv[1])
PAGES = sys.argv[2:]


class ManPages(unittest.TestCase):
    def test_every_key_is_described_and_no_other(self):
        code = (SOURCE / "appliance/config/settings.c").read_text(encoding="utf-8")
        known = set(re.findall(r'^    \{"(\w+)", "(\w+)", KEY_', code, re.M))
        text = (SOURCE / "image/man/gantry.conf.5.adoc").read_text(encoding="utf-8")
        described = set()
        for group, part in re.findall(r"^== \[(\w+)[^\]]*\]\n(.*?)(?=^== )", text, re.M | re.S):
            described |= {(group, key) for key in re.findall(r"^(?:.*, )?\*(\w+)\*=", part, re.M)}
            described |= {(group, key) for line in re.findall(r"^\*.*::$", part, re.M) for key in re.findall(r"\*(\w+)\*=", line)}
        self.assertEqual(known - described, set(), "describe these keys in image/man/gantry.conf.5.adoc")
        self.assertEqual(described - known, set(), "settings.c does not know these keys")

    def test_man_has_no_warning(self):
        if not PAGES:
            self.skipTest("help2man and asciidoctor are not installed: no page was made")
        if shutil.which("man") is None:
            self.skipTest("the package man-db is not installed")
        for page in PAGES:
            done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], capture_output=True,
                                  env={"LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"})
            self.assertEqual((done.returncode, done.stderr.decode()), (0, ""), page)

    def test_pages_of_programs_have_what_one_looks_for(self):
        for page in PAGES:
            text = pathlib.Path(page).read_text(encoding="utf-8")
            self.assertIn(".SH ", text, page)
            self.assertIn("SEE ALSO", text, page)
            if page.endswith("gantryctl.1"):
                for wanted in ("alarm ack ID", "Exit status", "token", "GANTRY_SOCKET"):
                    self.assertIn(wanted, text)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
