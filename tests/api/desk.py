"""A real desk behind the fake product: what is asked of it is judged, and its rows are in the records."""

from typing import Any

from service.desk import Desk
from service.model import Action, Answer
from tests.api.fake import FakeBackend
from tests.service.desk.world import FakeFaults

SECRET = b"secret"


class Sitting:
    """The desk, with time passing on the backend's clock."""

    def __init__(self, backend: FakeBackend, *names: str) -> None:
        self.backend = backend
        self.desk = Desk(backend.policy, SECRET)
        self.faults: Any = FakeFaults()
        for name in names:
            backend.answers[name] = self.act

    def act(self, action: Action) -> Answer:
        answer, effects = self.desk.act(action, self.faults, self.backend.fleet, self.backend.moment())
        self.backend.records.write(effects.changes)
        return answer

    def tick(self, ms: int) -> None:
        self.backend.clock.advance(ms)
        effects = self.desk.on_tick(self.faults, self.backend.fleet, self.backend.moment())
        self.backend.records.write(effects.changes)
