#!/usr/bin/env python3
"""make analyze: what sees more than tests alone. A table at the end, and last "N passed, N failed".

    built     hardening and exports of the built files
    tidy      clang-tidy, with .clang-tidy's choice of checks
    cppcheck  another view of the same sources
    tsan      ThreadSanitizer: unit tests of what several threads use, and all of a serving child's at once
    asan      the integration tests with both modules under ASan, UBSan and LeakSanitizer inside the real servers
    valgrind  memcheck on both servers through issuance, hot swap, reload, status page and stop
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Of the integration tests, those that say nothing under a sanitizer: they measure time and memory, look for keys in the
# memory that it keeps freed, let the kernel confine what it does besides, or look at a browser, at files as they were
# built and at the harness.
ASAN_LEFT_OUT = {"test_built_files.py", "test_floods.py", "test_harness.py", "test_install.py", "test_intruder.py",
                 "test_keys_in_memory.py", "test_load_during_change.py", "test_monitoring.py", "test_sandbox.py",
                 "test_status_browser.py"}


def asan_files():
    names = {name for name in os.listdir(os.path.join(ROOT, "tests/integration")) if name.startswith("test_")}
    assert ASAN_LEFT_OUT < names, ASAN_LEFT_OUT - names
    return ",".join(sorted(names - ASAN_LEFT_OUT))


class Step:
    def __init__(self, arguments):
        self.make = shlex.split(arguments.make)
        self.flags = arguments.flags
        self.build = os.environ.get("BUILD", "build")

    def run(self, *command, **environment):
        """(passed, failed): from the last line that says so; else one, by the exit status."""
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace", env={**os.environ, **environment})
        found = None
        for line in process.stdout:
            print(line, end="", flush=True)
            found = re.search(r"(\d+) passed, (\d+) failed", line) or found
        status = process.wait()
        passed, failed = (int(n) for n in found.groups()) if found else (0, 0)
        if status != 0 and not failed:
            failed = 1
        return passed or (not found and not failed), failed

    def made(self, *targets):
        # ONLY chose the step; below it would choose among tests.
        return self.run(*self.make, "ONLY=", *targets)[1] == 0

    def integration(self, folder, patience, only, tests="tests/integration"):
        return self.run(sys.executable, "tests/integration/run.py", "--folder", tests, "--only", only,
                        BUILD=os.path.join(self.build, folder), PATIENCE=str(patience),
                        INSTRUMENTED="yes" if folder else "no")

    def built(self):
        return self.integration("", 1, "built_files")

    def tidy(self):
        return self.run(sys.executable, os.path.join(HERE, "tidy.py"), f"--stamps={self.build}/tidy", f"--flags={self.flags}")

    def cppcheck(self):
        # It takes co_return for the name of a function; what else it misreads is in cppcheck.suppressions.
        return self.run("cppcheck", f"-j{os.cpu_count()}", "-Dco_return=return", "-Dco_await=", "--std=c++20", "--quiet",
                        "--enable=warning,performance,portability", "--inline-suppr", "--error-exitcode=1",
                        "--suppressions-list=tests/analysis/cppcheck.suppressions", "-I.", "common", "ngx_acme", "mod_acme")

    def tsan(self):
        if not self.made("analyze-build-tsan"):
            return 0, 1
        programs = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(self.build, "tsan/tests"))
                    for name in sorted(names) if name.endswith("_test")]
        return self.run(sys.executable, "tests/tools/run_unit.py", *programs,
                        TSAN_OPTIONS="halt_on_error=1:exitcode=66:second_deadlock_stack=1")

    def asan(self):
        return self.integration("analyze-asan", 4, asan_files()) if self.made("analyze-build-asan") else (0, 1)

    def valgrind(self):
        built = self.run(os.path.join(HERE, "valgrind_servers"), self.build)[1] == 0
        return self.integration("analyze-valgrind", 10, "whole_life", HERE) if built else (0, 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--make", required=True)
    parser.add_argument("--flags", required=True)
    arguments = parser.parse_args()
    names = [name for name in ("built", "tidy", "cppcheck", "tsan", "asan", "valgrind") if arguments.only in name]
    step, table = Step(arguments), []
    for name in names:
        print(f"--- {name}", flush=True)
        began = time.monotonic()
        passed, failed = getattr(step, name)()
        table.append((name, int(passed), failed, time.monotonic() - began))
    print(f"\n{'step':<10}{'passed':>8}{'failed':>8}{'minutes':>9}")
    for name, passed, failed, seconds in table:
        print(f"{name:<10}{passed:>8}{failed:>8}{seconds / 60:>9.1f}")
    passed, failed = sum(row[1] for row in table), sum(row[2] for row in table)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
