"""Snapshots: the newest sound one is found whatever happened to the files."""

import os
from hashlib import blake2b

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.snapshot import Snapshots
from telemetry.errors import Unavailable

LAST = 10**9
EARLIER = {"number": b"\x03"}  # as version 1 wrote it: the parts, encoded as one


def test_the_newest_comes_back(tmp_path):
    snapshots = Snapshots(tmp_path / "deep" / "er")
    assert snapshots.newest(LAST) is None
    assert snapshots.oldest_number() == 0
    for n in (1, 2, 3):
        snapshots.save(n, {"a": b"%d" % n, "b": b"\x00" * 100})
    assert snapshots.newest(LAST) == (3, {"a": b"3", "b": b"\x00" * 100})
    assert snapshots.oldest_number() == 2
    assert len(list(snapshots.folder.iterdir())) == 2


def test_numbers_are_ordered_as_numbers(tmp_path):
    snapshots = Snapshots(tmp_path)
    for n in (9, 10, 100):
        snapshots.save(n, {"n": b"%d" % n})
    assert snapshots.newest(LAST) == (100, {"n": b"100"})
    assert snapshots.newest(99) == (10, {"n": b"10"})
    assert snapshots.newest(9) is None
    assert snapshots.oldest_number() == 10


@pytest.mark.parametrize(
    "harm", [lambda raw: b"", lambda raw: raw[:20], lambda raw: raw[:-1], lambda raw: raw[:40] + b"!" + raw[41:]]
)
def test_a_damaged_one_is_passed_over_for_the_one_before(tmp_path, harm):
    snapshots = Snapshots(tmp_path)
    snapshots.save(1, {"n": b"one" * 50})
    snapshots.save(2, {"n": b"two" * 50})
    newest = sorted(tmp_path.glob("*.snap"))[-1]
    newest.write_bytes(harm(newest.read_bytes()))
    assert snapshots.newest(LAST) == (1, {"n": b"one" * 50})
    assert snapshots.oldest_number() == 1  # the journal still reaches back to it


def test_a_torn_write_leaves_what_was(tmp_path):
    snapshots = Snapshots(tmp_path)
    snapshots.save(1, {"n": b"one"})
    (tmp_path / f"{2:020d}.tmp").write_bytes(b"half")
    assert Snapshots(tmp_path).newest(LAST) == (1, {"n": b"one"})
    assert not list(tmp_path.glob("*.tmp"))


def test_one_alone_does_not_let_the_journal_go(tmp_path):
    snapshots = Snapshots(tmp_path)
    snapshots.save(500, {})
    assert snapshots.oldest_number() == 0


def test_no_room_is_unavailable_and_the_old_one_stands(tmp_path, monkeypatch):
    snapshots = Snapshots(tmp_path)
    snapshots.save(1, {"n": b"one"})

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gateway.snapshot.os.fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        snapshots.save(2, {"n": b"two"})
    assert snapshots.newest(LAST) == (1, {"n": b"one"})


def test_a_failed_write_leaves_no_scrap_on_a_full_disk(tmp_path, monkeypatch):
    snapshots = Snapshots(tmp_path)
    monkeypatch.setattr("gateway.snapshot.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(Unavailable):
        snapshots.save(1, {"n": b"x" * 1000})
    assert list(tmp_path.iterdir()) == []


def test_a_write_under_way_is_not_disturbed_by_a_reader(tmp_path, monkeypatch):
    """The file is written beside the fold, which may look for the newest one meanwhile."""
    snapshots = Snapshots(tmp_path)
    snapshots.save(1, {"n": b"one"})
    found = []
    real = os.fsync

    def look(descriptor):
        real(descriptor)
        found.append((snapshots.newest(LAST)[0], snapshots.oldest_number()))

    monkeypatch.setattr("gateway.snapshot.os.fsync", look)
    snapshots.save(2, {"n": b"two"})
    assert found[0] == (1, 0)
    assert snapshots.newest(LAST) == (2, {"n": b"two"})


def test_the_layout_of_an_earlier_version_is_refused_with_a_clear_line(tmp_path):
    snapshots = Snapshots(tmp_path)
    body = msgspec.msgpack.encode(EARLIER)
    (tmp_path / f"{3:020d}.snap").write_bytes(blake2b(body, digest_size=32).digest() + body)
    with pytest.raises(Unavailable, match="another version of the product"):
        snapshots.newest(LAST)


@settings(max_examples=25, deadline=None)
@given(parts=st.dictionaries(st.text(max_size=20), st.binary(max_size=300), max_size=6))
def test_whatever_the_parts_hold_comes_back(tmp_path_factory, parts):
    snapshots = Snapshots(tmp_path_factory.mktemp("snaps"))
    snapshots.save(7, parts)
    assert snapshots.newest(LAST) == (7, parts)
