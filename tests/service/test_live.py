"""The feed: versions rise, nothing queues, threads do not lose a change."""

import threading

import pytest

from service.live import TOPICS, Feed


def test_a_topic_rises_by_one_per_publication_and_the_others_stay() -> None:
    feed = Feed()
    feed.publish({"tickets", "visits"})
    feed.publish({"tickets"})
    assert {topic: feed.version(topic) for topic in TOPICS} == {
        "cabinets": 0, "faults": 0, "tickets": 2, "counts": 0, "visits": 1,
    }  # fmt: skip


def test_an_unknown_topic_is_refused_and_changes_nothing() -> None:
    feed = Feed()
    with pytest.raises(KeyError):
        feed.publish(["tickets", "weather"])
    assert feed.version("tickets") == 0
    with pytest.raises(KeyError):
        feed.version("weather")


def test_no_change_is_lost_between_threads() -> None:
    feed = Feed()

    def busy() -> None:
        for _ in range(500):
            feed.publish({"faults"})

    threads = [threading.Thread(target=busy) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert feed.version("faults") == 4_000
