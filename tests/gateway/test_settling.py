"""Rows of accounts and acknowledgements go out together: at once in light traffic, a few times a second under load."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ingest import LIGHT, SETTLE
from tests.gateway.rig import T0, Rig, birth, telemetry, up

MANY = [f"HZ-{n:03d}" for n in range(LIGHT)]


@pytest.fixture(scope="module")
def born():
    """The dump of a fleet that was born and settled."""
    rig = Rig(*MANY)
    rig.take(*[birth(1, 1, 1, cabinet=c) for c in MANY], tick=True)
    return rig


def fresh(born):
    rig = Rig(*MANY)
    rig.ingest.load(born.ingest.dump())
    rig.fleet.boot[: len(MANY)] = 1
    rig.now = rig.real = born.real
    return rig


def crowd(seq, cabinets=MANY):
    return [telemetry(1, seq, cabinet=c) for c in cabinets]


def test_light_traffic_is_settled_with_its_entry(born):
    rig = fresh(born)
    rig.tick(0)
    took = rig.take(*crowd(2, MANY[: LIGHT - 1]), ms=1)
    assert len(took.acks) == len([c for c in took.changes if c.table == "accounting"]) == LIGHT - 1


def test_under_load_a_cabinet_is_settled_once_for_many_messages(born):
    rig = fresh(born)
    rig.tick(0)
    for n in range(2, 6):
        assert rig.take(*crowd(n), ms=SETTLE // 5).acks == {}
    took = rig.take(*crowd(6), ms=SETTLE // 5)
    assert {a.seq for a in took.acks.values()} == {6}
    rows = {c.row["cabinet"]: c.row for c in took.changes if c.table == "accounting"}
    assert len(took.acks) == len(rows) == LIGHT
    assert {(r["seq"], r["stored"], r["received"]) for r in rows.values()} == {(6, 6, 6)}


@pytest.mark.parametrize("how", ["tick", "light", "action"])
def test_what_is_owed_goes_out_with_the_next_tick_light_entry_or_action(born, how):
    rig = fresh(born)
    rig.tick(0)
    assert not rig.take(*crowd(2), ms=1).acks
    more = {"tick": {"tick": True}, "light": {}, "action": {"actions": [b""]}}[how]
    took = rig.take(*([] if how == "light" else crowd(3)), ms=1, **more)
    assert {a.seq for a in took.acks.values()} == {2 if how == "light" else 3}


def test_a_dump_in_between_keeps_what_is_owed(born):
    rig = fresh(born)
    rig.tick(0)
    rig.take(*crowd(2), up("birth", MANY[0], boot=1, seq=3, conn=2, ts=T0, holds=[]), ms=1)
    before = rig.ingest.dump()
    rig.restart()
    assert rig.ingest.dump() == before
    assert {a.seq for a in rig.tick(1).acks.values()} == {2, 3}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0, 1, LIGHT]), st.integers(0, 300), st.booleans()), max_size=8))
def test_no_acknowledgement_goes_out_before_the_row_that_accounts_for_it(born, steps):
    rig = fresh(born)
    seq, owed_since, rows = 1, None, {}
    for size, pause, tick in steps:
        seq += 1
        took = rig.take(*crowd(seq, MANY[:size]), ms=pause, tick=tick)
        rows |= {c.row["cabinet"]: c.row for c in took.changes if c.table == "accounting"}
        for (cabinet, _), ack in took.acks.items():
            assert rows[cabinet]["seq"] == ack.seq
            assert rows[cabinet]["received"] == rig.account(cabinet).received
        owed_since = None if not rig.ingest.owed else rig.real if owed_since is None else owed_since
        assert owed_since is None or rig.real - owed_since < SETTLE
