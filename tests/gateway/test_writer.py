"""The writer between two deaths: nothing is lost, nothing doubled, and it says so when it cannot be helped."""

import pytest

from service.records.base import Put
from service.records.migrate import open_records
from telemetry.errors import Invalid, Unavailable
from tests.gateway.lab import Lab, action
from tests.gateway.rig import telemetry


def damage(path):
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def snaps(lab):
    return sorted((lab.folder / "snapshots").glob("*.snap"))


def settle(lab, entries=5):
    """Two snapshots, and a journal that no longer reaches back to its beginning."""
    lab.fill(entries)
    lab.writer.save()
    lab.fill(entries)
    lab.writer.save()
    lab.fill(entries)
    assert next(lab.writer.journal.read(0)).number > 1
    return lab


def test_what_was_judged_and_not_stored_is_stored_before_a_clean_end(tmp_path):
    """A stop between judging and storing must not leave a snapshot that is ahead of the records."""
    lab = Lab(tmp_path).fill(3)
    lab.writer.prepare(lab.entry(telemetry(1, 4)))
    lab.writer.finish()
    assert lab.stored() == 4
    lab.crash()
    assert lab.start().stored() == 4


def test_what_cannot_be_stored_at_the_end_is_folded_again_at_the_next_start(tmp_path, monkeypatch):
    lab = Lab(tmp_path).fill(3)
    lab.writer.prepare(lab.entry(telemetry(1, 4)))

    def away(*_):
        raise Unavailable("locked")

    with monkeypatch.context() as patch:
        patch.setattr(lab.records, "commit", away)
        assert lab.writer.finish() is None
    lab.crash()
    assert lab.start().stored() == 4


def test_a_snapshot_that_is_ahead_of_the_records_is_not_used(tmp_path):
    """A power cut may cost the records their last commits: these are made again from the journal."""
    lab = settle(Lab(tmp_path))
    kept, last = lab.records._tables["accounting"]["HZ-01"].copy(), lab.records._last
    lab.writer.save()
    lab.fill(4)
    lab.writer.snapshots.save(lab.writer.fold.number, lab.writer.fold.dump())
    lab.records._tables["accounting"]["HZ-01"], lab.records._last = kept, last
    lab.crash()
    assert lab.start().stored() == lab.number


def test_a_series_store_that_lost_its_last_seconds_gets_them_again(tmp_path):
    lab = settle(Lab(tmp_path))
    lab.series.flush()
    lab.series._last -= 3
    for series in lab.series._readings.values():
        for ts in sorted(series)[-3:]:
            del series[ts]
    lab.crash()
    lab.start()
    lab.series.flush()
    assert len(lab.series._readings["HZ-01", "air_c"]) == lab.number - 1


def test_a_series_store_that_is_sure_late_gets_what_it_lost_however_often_we_saved(tmp_path, monkeypatch):
    """A server may forget what it answered half a minute ago, and we may be stopped and started in between."""
    lab = settle(Lab(tmp_path))
    lab.series.flush()
    sure = lab.number
    monkeypatch.setattr(lab.series, "last_batch", lambda: sure)
    for _ in range(3):
        lab.writer.save()
        lab.fill(5)
    lab.series.flush()
    lab.series._last = sure
    for series in lab.series._readings.values():
        for ts in sorted(series)[-10:]:
            del series[ts]
    lab.crash()
    lab.start()
    assert len(snaps(lab)) == 3
    lab.series.flush()
    assert len(lab.series._readings["HZ-01", "air_c"]) == lab.number - 1


def test_one_damaged_snapshot_costs_nothing(tmp_path):
    lab = settle(Lab(tmp_path))
    lab.crash()
    damage(snaps(lab)[-1])
    assert lab.start().stored() == 15
    assert lab.fill(1).stored() == 16


def test_both_damaged_and_a_trimmed_journal_refuse_to_start(tmp_path):
    lab = settle(Lab(tmp_path))
    lab.crash()
    for path in snaps(lab):
        damage(path)
    with pytest.raises(Unavailable, match=r"no sound snapshot in .* restore the whole data directory"):
        lab.start()


def test_both_damaged_and_a_whole_journal_start_from_its_beginning(tmp_path):
    lab = Lab(tmp_path).fill(6)
    lab.writer.save()
    lab.crash()
    damage(snaps(lab)[0])
    assert lab.start().stored() == 6


def test_a_journal_that_is_gone_while_the_records_know_more_refuses_to_start(tmp_path):
    lab = settle(Lab(tmp_path))
    lab.crash()
    for path in tmp_path.glob("journal.db*"):
        path.unlink()
    with pytest.raises(Unavailable, match="cannot be rebuilt"):
        lab.start()


def test_a_series_store_newer_than_the_journal_refuses_to_start(tmp_path):
    """Restored from another day's copy it would take what comes now for stored long ago, and drop it unseen."""
    lab = Lab(tmp_path).fill(3)
    readings = lab.writer.prepare(lab.entry(telemetry(1, 4))).readings
    lab.series.append(99, readings, lab.writer.fold.fleet.ids, lab.writer.fold.fleet.names)
    lab.series.flush()
    lab.crash()
    with pytest.raises(Unavailable, match="of different times"):
        lab.start()


def test_a_snapshot_of_another_version_is_a_clear_refusal(tmp_path):
    lab = Lab(tmp_path).fill(3)
    lab.series.flush()
    lab.writer.snapshots.save(3, {**lab.writer.fold.dump(), "ingest": b"\x93\x01\x02\x03"})
    lab.crash()
    with pytest.raises(Unavailable, match="another version"):
        lab.start()


def test_an_action_is_carried_out_once_wherever_the_process_dies(tmp_path):
    lab = Lab(tmp_path).fill(2)
    lab.records.write([Put("inbox", {"id": "a1", "state": "new"})])
    lab.entry(actions=[action("site.create", name="X")])  # journaled; death before the fold
    lab.crash()
    lab.start()
    assert lab.records.get("inbox", "a1")["state"] == "done"
    assert lab.records.count("sites") == 1
    lab.crash()
    lab.start()
    assert lab.records.count("sites") == 1


def test_rows_that_the_records_refuse_are_left_out_and_the_others_stored(tmp_path):
    """A bug of ours must not stop the traffic for ever."""
    lab = Lab(tmp_path).fill(2)
    outcome = lab.writer.prepare(lab.entry(telemetry(1, 3)))
    outcome.changes.insert(0, Put("sites", {"id": "s", "lat": "not a number"}))
    lab.writer.store(outcome)
    assert lab.stored() == 3
    assert lab.records.get("sites", "s") is None
    assert lab.records.last_batch() == 3
    assert lab.writer.refused_rows == 1
    with pytest.raises(Invalid):
        lab.records.write([outcome.changes[0]])


def test_a_full_disk_stops_snapshots_but_not_acknowledgement(tmp_path, monkeypatch):
    lab = Lab(tmp_path).fill(2)

    def full(*_):
        raise Unavailable("No space left on device")

    monkeypatch.setattr(lab.writer.snapshots, "save", full)
    lab.writer._saved = 0
    assert lab.fill(2).stored() == 4
    assert next(lab.writer.journal.read(0)).number == 1


def test_records_that_were_synced_are_in_the_file_itself(tmp_path):
    """Before a snapshot lets the journal go, what it led to must survive a power cut."""
    records = open_records(tmp_path / "records.db")
    records.commit(1, [Put("sites", {"id": "s", "name": "X"})])
    records.sync()
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / "records.db"
    copy.write_bytes((tmp_path / "records.db").read_bytes())
    records.close()
    again = open_records(copy)
    assert (again.last_batch(), again.get("sites", "s")["name"]) == (1, "X")
    again.close()
