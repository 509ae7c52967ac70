"""The queue of alerts stays bounded, and survives a delivery that breaks."""

import threading
from functools import partial

import pytest

from mlops_assets.alerts.outbox import LIMIT, Delivery, Outbox
from mlops_assets_tests.alerts.conftest import OUTBOX


def test_more_than_the_limit_drops_the_oldest_and_says_so(caplog):
    outbox, delivered = Outbox("outbox"), []
    started, released = threading.Event(), threading.Event()

    def hold():
        started.set()
        released.wait(30)

    threads = {outbox.put(Delivery("held", "nowhere", hold))}
    assert started.wait(30)
    for number in range(LIMIT + 2):
        attempt = partial(delivered.append, number)
        threads.add(outbox.put(Delivery(f"alert {number}", "nowhere", attempt)))
    released.set()
    (only,) = threads
    only.join(30)
    assert delivered == list(range(2, LIMIT + 2))
    assert [line.getMessage() for line in caplog.records if line.name == OUTBOX] == [
        f"Not delivered to nowhere: 'alert {number}': "
        f"more than {LIMIT} alerts are waiting, and this is the oldest"
        for number in (0, 1)
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_is_logged_and_does_not_end_deliveries_for_good(caplog):
    outbox, delivered = Outbox("outbox"), []
    outbox.put(Delivery("broken", "nowhere", lambda: 1 / 0)).join(30)
    outbox.put(Delivery("whole", "nowhere", lambda: delivered.append(True))).join(30)
    assert delivered == [True]
    assert "Not delivered to nowhere: 'broken': ZeroDivisionError" in caplog.text
    assert "division by zero" not in caplog.text
