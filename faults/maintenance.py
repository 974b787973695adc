"""Maintenance windows: what is wrong inside one is somebody's work already."""

import msgspec


class Window(msgspec.Struct):
    """start <= now < end (product ms), for one cabinet or one site; `inside`: it has begun."""

    cabinet: str | None
    site: str | None
    start: int
    end: int
    inside: bool = False

    def covers(self, cabinet: str | None, site: str | None) -> bool:
        return self.cabinet == cabinet if self.cabinet is not None else (site is not None and self.site == site)


class Windows(msgspec.Struct):
    """The windows not yet over."""

    items: list[Window] = msgspec.field(default_factory=list)

    def add(self, cabinet: str | None, site: str | None, start: int, end: int) -> None:
        self.items.append(Window(cabinet, site, start, end))

    def cover(self, cabinet: str | None, site: str | None, now: int) -> bool:
        return any(w.start <= now < w.end and w.covers(cabinet, site) for w in self.items)

    def turned(self, now: int) -> list[Window]:
        """The windows that began or ended since the last call; those that ended are forgotten."""
        begun = [w for w in self.items if not w.inside and w.start <= now]
        over = [w for w in self.items if w.end <= now]
        for window in begun:
            window.inside = True
        self.items = [w for w in self.items if w.end > now]
        return [*begun, *(w for w in over if w not in begun)]
