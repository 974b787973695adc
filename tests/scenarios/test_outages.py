"""A site without mains, a carrier that fails, a restart in the midst: one fault and one ticket, told as stories."""

import pytest

from simulator.outages import carrier_name, site_name
from simulator.scenario import Chance, Outage, Scenario
from tests.scenarios.life import HOUR, MINUTE, Life, new_fold

QUIET = Chance(per_cabinet_year=0)


def placed(cabinets: int, outage: Outage, per_site: int) -> Life:
    """A fleet whose cabinets stand where the simulator has them."""
    life = Life(cabinets, Scenario(chance=QUIET, outage=[outage], cabinets_per_site=per_site)).advance(2 * MINUTE)
    for site in range(int(life.world.traits.site.max()) + 1):
        life.act("site.create", "", {"id": site_name(site), "name": site_name(site), "lat": 30.2, "lon": 120.1})
    for row, cabinet in enumerate(life.world.ids):
        life.act("cabinet.patch", cabinet, {"site": site_name(int(life.world.traits.site[row]))})
    return life


def roots(life: Life) -> list[tuple[str, str | None, str | None]]:
    """(kind, site, carrier) of every fault that has no cause and is worth a ticket."""
    rows = life.records.find("episodes", limit=1000)
    return [(e["kind"], e["site"], e["carrier"]) for e in rows if e["parent"] is None and e["severity"] != "warning"]


@pytest.mark.parametrize("kind", ["site_power", "site_network"])
def test_a_site_that_is_cut_off_is_one_ticket(kind: str) -> None:
    cut = Outage(kind=kind, which=1, at_s=1800, duration_s=3600)  # type: ignore[arg-type]
    life = placed(16, cut, per_site=4).advance(3 * HOUR)
    assert roots(life) == [("site_outage", site_name(1), None)]
    (ticket,) = life.tickets()
    assert (ticket["site"], ticket["cabinet"], ticket["severity"]) == (site_name(1), None, "critical")
    assert ticket["state"] in ("verifying", "resolved", "follow_up", "closed")
    folded = [e for e in life.records.find("episodes", limit=1000) if e["parent"] == ticket["fault"]]
    assert {e["cabinet"] for e in folded} == {life.world.ids[r] for r in range(16) if life.world.traits.site[r] == 1}
    assert {e["ticket"] for e in folded} == {ticket["id"]}


def test_a_carriers_outage_is_one_ticket_and_nobody_drives() -> None:
    cut = Outage(kind="carrier", which=0, at_s=1800, duration_s=2700)
    life = placed(24, cut, per_site=4).advance(3 * HOUR)
    assert roots(life) == [("carrier_outage", None, carrier_name(0))]
    assert life.records.find("visits") == []


def test_a_storm_of_reconnections_is_nobodys_fault() -> None:
    cut = Outage(kind="reconnect", at_s=1800, duration_s=100)
    life = placed(16, cut, per_site=4).advance(2 * HOUR)
    assert life.tickets() == []


def test_a_restart_in_the_midst_of_it_makes_no_second_ticket() -> None:
    cut = Outage(kind="site_power", which=1, at_s=1800, duration_s=3600)
    life = placed(16, cut, per_site=4).advance(30 * MINUTE)
    for _ in range(6):
        fresh = new_fold()
        fresh.load(life.fold.dump())
        life.fold = fresh
        life.advance(MINUTE)
    life.advance(2 * HOUR)
    assert roots(life) == [("site_outage", site_name(1), None)]
    assert len(life.tickets()) == 1
