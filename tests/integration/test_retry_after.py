"""A CA that says when to ask again is asked no sooner."""
from harness.both import Site, on_both_servers


@on_both_servers
class RetryAfter(Site):
    def test_processing_order_is_left_alone(self):
        """pebble answers finalize with `processing` and Retry-After: in seconds or as a date, by chance."""
        ca = self.start_ca(retry_after={"authz": 0, "order": 3})
        server = self.managed([["a.example"]]).start()
        server.wait_for_certificate("a.example", ca)
        # A date has whole seconds: three of them may be little more than two.
        self.assertGreater(server.age(), 2)
        # Once the time is over; again only if that was not enough.
        asked = ca.log().rpartition(" /finalize-order/")[2].count(" /my-order/")
        self.assertLessEqual(asked, server.age() / 2)
