"""Where the work of a cabinet or site is."""

from service.step import Step
from service.visiting.travel import Place


def where(step: Step, cabinet: str | None, site: str | None) -> Place:
    """The zone of the site, and the coordinates: the cabinet's own, else its site's."""
    zone, lat, lon = step.desk.site_zone(site) or (None, None, None)
    own = step.desk.cabinet_at(cabinet) if cabinet is not None else None
    if own is not None and own[0] is not None and own[1] is not None:
        lat, lon = own
    return Place(zone, lat, lon)
