#!/usr/bin/env python3
"""Rows 57 to 70 of the fault table at full length: the tests of ./test with more of everything, one after the other. Prints TAP and
their figures. usage: web-rows.py [--list] [--scale SHARE] [NAME...]; --scale 0.1 takes a tenth of what has a length."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GANTRY_BUILD", SOURCE / "build"))
SERVICES = SOURCE / "tests/services"
FIGURE = ("row ", "# row ")


class Length:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, full, least=1):
        return str(max(least, int(full * self.scale)))


def run(words, more=None, times=1):
    """Runs a test so often; its figures are printed, and what it says where it fails."""
    for _ in range(times):
        env = {**os.environ, "GANTRY_BUILD": str(BUILD), "GANTRY_SOURCE": str(SOURCE), "G_TEST_SRCDIR": str(SERVICES),
               "HTTP_FIXTURE": str(BUILD / "tests/services/http-fixture"), "GANTRYCTL": str(BUILD / "appliance/ctl/gantryctl"),
               "HTTP_ROUTES": str(BUILD / "tests/services/http-routes"), **(more or {})}
        done = subprocess.run([str(word) for word in words], env=env, cwd=SERVICES, capture_output=True, text=True, check=False)
        for line in (done.stdout + done.stderr).splitlines():
            if line.startswith(FIGURE) or line.lstrip(".").startswith("row "):
                print("# " + line.lstrip("#. "), flush=True)
        if done.returncode != 0:
            raise AssertionError(f"{words[-1]} ended with {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")


def python(name, *tests, more=None, times=1):
    run([sys.executable, "-W", "ignore", SERVICES / f"{name}-test.py", *tests], more, times)


def browser(name, more=None):
    run(["node", "--test", SOURCE / f"tests/browser/{name}-test.mjs"], more)


def row_57_connections(length):
    python("http-flood", "Flood.test_row_57_ten_thousand_connections_leave_people_their_slots",
           "Flood.test_row_57_without_file_descriptors_the_control_socket_answers_and_tcp_comes_back", times=int(length(20)))


def row_58_slowness(length):
    python("http-flood", "Flood.test_row_58_every_kind_of_slowness_is_cut", times=int(length(20)))


def row_59_huge_requests(length):
    python("http-flood", "Flood.test_row_59_huge_requests_cost_nothing", times=int(length(50)))


def row_60_61_smuggling_and_paths(length):
    python("http-hostile", times=int(length(30)))


def row_62_hostile_texts(length):
    run([BUILD / "tests/services/hostile-texts-test"], times=int(length(10)))
    python("hostile-names", times=int(length(5)))
    browser("hostile-text")


def row_63_64_sql_and_cross_site(length):
    python("hostile-users", "HostileUsers.test_row_63_what_looks_like_sql_is_a_name_that_nobody_has",
           "HostileUsers.test_row_64_no_page_of_another_site_changes_or_reads_anything", times=int(length(5)))


def row_65_67_sessions_and_roles(length):
    for name in ("accounts", "rights", "scope"):
        python(name, times=int(length(5)))


def row_66_guesses(length):
    python("guesses", more={"GUESSES": length(100_000, 2000), "GUESS_SECONDS": length(600), "PAIRS": length(1000, 150)})


def row_68_requests_from_the_description(length):
    wanted = {"GANTRY_FUZZ_REQUESTS": length(1_000_000, 1000), "GANTRY_FUZZ_SEED": str(int(time.time()))}
    done = subprocess.run([SOURCE / "tests/bench/api-fuzz"], env={**os.environ, "GANTRY_BUILD": str(BUILD), **wanted}, capture_output=True,
                          text=True, check=False)
    assert done.stdout, done.stderr[-1500:]
    figures = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
    print(f"# row 68: {figures}, seed {wanted['GANTRY_FUZZ_SEED']}")
    assert figures["responses_5xx"] == figures["schema_violations"] == 0, done.stderr[-1500:]


def row_69_a_page_that_stays_open(length):
    run(["node", SOURCE / "tests/soak/open-page.mjs", "--figures", length(86400), "--alarms", length(3600), "--cuts", length(720), "--sleeps", length(60)])


def row_70_fifty_walls(length):
    done = subprocess.run([SOURCE / "tests/bench/walls-server"], env={**os.environ, "GANTRY_BUILD": str(BUILD), "GANTRY_WALLS_SECONDS": length(3600, 10)},
                          capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-1500:]
    figures = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
    print(f"# row 70: {figures}")
    # On a machine that does nothing else the API's p99 is below 100 ms.
    assert figures["core_percent_of_all"] < 100 and figures["api_median_ms"] < 500 and figures["api_p99_ms"] < 3000, figures


ROWS = [value for name, value in list(globals().items()) if name.startswith("row_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("--scale", type=float, default=1.0, metavar="SHARE")
    parser.add_argument("names", nargs="*", help="parts of the names of rows to run; all")
    options = parser.parse_args()
    chosen = [row for row in ROWS if not options.names or any(name in row.__name__ for name in options.names)]
    if options.list:
        print("\n".join(row.__name__ for row in ROWS))
        return 0
    print(f"1..{len(chosen)}", flush=True)
    good = True
    for number, row in enumerate(chosen, 1):
        begin = time.monotonic()
        try:
            row(Length(options.scale))
            print(f"ok {number} - {row.__name__} # {time.monotonic() - begin:.0f} s", flush=True)
        except AssertionError as error:
            good = False
            told = str(error).replace("\n", "\n# ")
            print(f"not ok {number} - {row.__name__}\n# {told}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
