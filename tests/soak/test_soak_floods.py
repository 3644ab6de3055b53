"""test_floods in full."""
from harness.both import on_both_servers
from test_floods import Floods


class SoakFloods(Floods):
    time_limit = 1200
    tokens = 100000
    rounds, seconds = 5, 1
    least_share, least_of_searches = 0.9, 0.8


on_both_servers(SoakFloods)
