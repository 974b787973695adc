"""A channel for tests; it passes the same contract as the real ones."""

from telemetry.errors import VendwatchError


class FakeChannel:
    """Keeps what it takes; raises what `errors` holds for the next messages instead of taking them."""

    def __init__(self, *errors: VendwatchError) -> None:
        self.errors = list(errors)
        self.got: list[tuple[str, str, str]] = []

    async def send(self, to: str, title: str, body: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.got.append((to, title, body))
