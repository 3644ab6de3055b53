"""test_load_during_change in full, and again until SOAK_SECONDS are over."""
import os
import time

from harness.both import on_both_servers
from test_load_during_change import LoadDuringChange

SECONDS = int(os.environ.get("SOAK_SECONDS") or 0)


class SoakDuringChange(LoadDuringChange):
    time_limit = 2400 + 2 * SECONDS
    swaps, deaths, reloads, upgrades, restarts = 100, 50, 50, 5, 5
    turn = 10

    def all_changes(self):
        end = time.monotonic() + SECONDS
        super().all_changes()
        while time.monotonic() < end:
            super().all_changes()


on_both_servers(SoakDuringChange)
