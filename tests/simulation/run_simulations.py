#!/usr/bin/env python3
"""Runs many simulations, a process per core, and says how to have a failing one again.

    run_simulations.py PROGRAM SEEDS [FIRST]

The seeds of tests/simulation/regression_seeds.txt, which found something once, are always among them.
"""
import collections
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
    program, seeds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    todo = collections.deque(portions(first, seeds))
    running, totals, failed = [], collections.Counter(), False
    began = time.monotonic()
    while todo or running:
        while todo and len(running) < (os.cpu_count() or 1):
            running.append(subprocess.Popen([program, *todo.popleft()], stdout=subprocess.PIPE, text=True))
        one = running.pop(0)
        output, _ = one.communicate()
        if one.returncode != 0:
            failed = True
            print(output if one.returncode < 0 else add_totals(output, totals), flush=True)
            print(f"{' '.join(one.args)} ended with {one.returncode}", flush=True)
        else:
            add_totals(output, totals)
    took = time.monotonic() - began
    print(f"{', '.join(f'{number} {what}' for what, number in totals.items())} ({took:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
