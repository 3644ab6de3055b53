#!/usr/bin/env python3
"""Runs many simulations, a process per core, and says how to have a failing one again.

    run_simulations.py [--totals FILE] PROGRAM SEEDS [FIRST]

FILE receives {"passed": N, "failed": N} as JSON: each seed counts as a test. The seeds of tests/simulation/regression_seeds.txt, which found something once, are always among them.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time

REGRESSIONS = pathlib.Path(__file__).with_name("regression_seeds.txt")
# So many processes take all seeds in turn: enough that all cores end together.
PORTIONS_PER_CORE = 2


def portions(first_seed, seeds):
    beyond = first_seed + seeds
    numbers = [line.split()[0] for line in REGRESSIONS.read_text(encoding="ascii").splitlines()
               if line.strip() and not line.startswith("#")]
    yield from ([number, "1"] for number in numbers
                if not first_seed <= int(number) < beyond)
    size = max(1, -(-seeds // (PORTIONS_PER_CORE * (os.cpu_count() or 1))))
    yield from ([str(first), str(min(size, beyond - first))] for first in range(first_seed, beyond, size))


def add_totals(output, totals):
    """Takes the sums of the last line; what remains is what failed."""
    lines = output.rstrip("\n").split("\n")
    for number, what in re.findall(r"(\d+) ([a-zA-Z][a-zA-Z ]*)", lines[-1]):
        totals[what] += int(number)
    return "\n".join(lines[:-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--totals")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("seeds", type=int)
    parser.add_argument("first", type=int, nargs="?", default=1)
    arguments = parser.parse_args()
    todo = collections.deque(portions(arguments.first, arguments.seeds))
    running, totals, ended = [], collections.Counter(), 0
    began = time.monotonic()
    while todo or running:
        while todo and len(running) < (os.cpu_count() or 1):
            running.append(subprocess.Popen([arguments.program, *todo.popleft()], stdout=subprocess.PIPE, text=True))
        one = running.pop(0)
        output, _ = one.communicate()
        if one.returncode == 0:
            add_totals(output, totals)
            continue
        ended_early = one.returncode != 1
        print(output if ended_early else add_totals(output, totals), flush=True)
        print(f"{' '.join(one.args)} ended with {one.returncode}", flush=True)
        ended += ended_early
    took = time.monotonic() - began
    print(f"{', '.join(f'{number} {what}' for what, number in totals.items())} ({took:.0f} s)")
    if arguments.totals:
        with open(arguments.totals, "w", encoding="ascii") as file:
            json.dump({"passed": totals["simulations"] - totals["failed"], "failed": totals["failed"] + ended}, file)
    return 1 if totals["failed"] or ended else 0


if __name__ == "__main__":
    sys.exit(main())
