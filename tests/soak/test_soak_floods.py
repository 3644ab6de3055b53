"""test_floods in full."""
from harness.both import on_both_servers
from test_floods import Floods


class SoakFloods(Floods):
    time_limit = 1200
    tokens = 100000
    rounds, seconds = 5, 1
    most_times = 1.15  # others, who have a part of the processor too, keep nine tenths of what they got


on_both_servers(SoakFloods)
