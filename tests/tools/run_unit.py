#!/usr/bin/env python3
"""Runs unit test programs (cmocka) side by side, shows what failed, counts the cases.

    run_unit.py [--totals FILE] PROGRAM...

FILE receives {"passed": N, "failed": N} as JSON, for the sum at the end of `make test`.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys

TIME_LIMIT = 300


def run(program):
    """(output, passed, failed) of one program. A case that never reported counts as failed."""
    try:
        done = subprocess.run([os.path.abspath(program)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIME_LIMIT)
        output, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode(errors="replace") + f"\nstopped after {TIME_LIMIT} s\n", 1
    announced = sum(int(n) for n in re.findall(r"^\[==========\] Running (\d+) test", output, re.M))
    passed = len(re.findall(r"^\[       OK \]", output, re.M))
    failed = max(announced - passed, 1 if status != 0 or announced == 0 else 0)
    return output, passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--totals")
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for program, (output, good, bad) in zip(arguments.programs, pool.map(run, arguments.programs)):
            passed, failed = passed + good, failed + bad
            name = program.split("/unit/")[-1]
            print(f"{'FAILED' if bad else 'ok    '} {name} ({good} passed, {bad} failed)", flush=True)
            if bad:
                print(output, flush=True)
    print(f"unit tests: {passed} passed, {failed} failed", flush=True)
    if arguments.totals:
        with open(arguments.totals, "w", encoding="ascii") as totals:
            json.dump({"passed": passed, "failed": failed}, totals)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
