"""What changed since somebody last looked: one number per topic, so that a slow watcher costs nothing."""

import threading
from collections.abc import Iterable

TOPICS = ("cabinets", "faults", "tickets", "counts", "visits")


class Feed:
    """A version per topic, raised by the fold and read by every watcher, from any thread.

    Nothing is queued: a watcher that comes late sees one change, whatever number there were, and reads the newest.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions = dict.fromkeys(TOPICS, 0)

    def publish(self, topics: Iterable[str]) -> None:
        """Say that these topics changed; an unknown one is a KeyError and changes nothing."""
        with self._lock:
            raised = {topic: self._versions[topic] + 1 for topic in topics}
            self._versions.update(raised)

    def version(self, topic: str) -> int:
        """How often the topic changed; KeyError for an unknown one."""
        return self._versions[topic]
