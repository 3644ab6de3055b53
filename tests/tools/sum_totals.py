#!/usr/bin/env python3
"""The last line of `make check`: how many tests passed and failed, of all kinds together.

    sum_totals.py FILE...

Each FILE holds {"passed": N, "failed": N}; one that is missing is of tests that did not come to their end.
"""
import json
import sys


def read(path):
    try:
        with open(path, encoding="ascii") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"passed": 0, "failed": 1}


def main():
    totals = [read(path) for path in sys.argv[1:]]
    print(f"{sum(one['passed'] for one in totals)} passed, {sum(one['failed'] for one in totals)} failed", flush=True)


if __name__ == "__main__":
    main()
