"""What lists and reports ask of big tables is answered from an index, never by looking at every row."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from service.records.base import Where
from service.records.migrate import open_records
from service.records.sql import SqlRecords

BETWEEN = (1_000, 2_000)


def span(column: str) -> list[Where]:
    return [Where(column, ">=", BETWEEN[0]), Where(column, "<", BETWEEN[1])]


ASKED: list[tuple[str, list[Where], list[str], str]] = [
    ("tickets", [], ["-opened", "-id"], "ix_tickets_opened"),
    ("tickets", [Where("state", "!=", "archived")], ["-opened", "-id"], "ix_tickets_opened"),
    ("tickets", [], ["-received", "-id"], "ix_tickets_received"),
    ("tickets", span("received"), ["id"], "ix_tickets_received"),
    ("tickets", [Where("kind", "=", "complaint"), *span("opened")], ["-opened"], "ix_tickets_opened"),
    ("tickets", [Where("closed", "null")], ["id"], "ix_tickets_closed"),
    ("tickets", [Where("site", "=", "S")], ["-opened", "-id"], "ix_tickets_site"),
    ("tickets", [Where("visit", "in", ["V-1", "V-2"])], ["-opened", "-id"], "ix_tickets_visit"),
    ("visits", [], ["-offered", "-id"], "ix_visits_offered"),
    ("visits", [Where("cabinet", "=", "C"), *span("offered")], ["id"], "ix_visits_cabinet_offered"),
    ("visits", [Where("site", "=", "S")], ["-offered", "-id"], "ix_visits_site_offered"),
    ("visits", span("arrived"), ["id"], "ix_visits_arrived"),
    ("visits", span("accepted"), ["accepted", "id"], "ix_visits_accepted"),
    ("episodes", [], ["-onset", "-id"], "ix_episodes_onset"),
    ("episodes", [Where("parent", "in", ["F-1", "F-2"])], ["onset"], "ix_episodes_parent"),
    ("episodes", [Where("cleared", "null")], ["id"], "ix_episodes_cleared"),
    ("events", [Where("cabinet", "=", "C"), *span("ts")], ["ts"], "ix_events_cabinet_ts"),
    ("events", [Where("cabinet", "=", "C")], ["-ts", "-id"], "ix_events_cabinet_ts"),
    ("sales", [Where("sku", "=", "s"), Where("lot", "in", ["a", "b"])], ["id"], "ix_sales_sku_lot"),
    ("sales", [Where("sku", "=", "s")], ["id"], "ix_sales_sku_lot"),
    ("sales", [Where("cabinet", "=", "C"), *span("at")], ["at"], "ix_sales_cabinet_at"),
    ("food_log", [Where("cabinet", "=", "C"), Where("n", ">", 5)], ["n"], "ix_food_log_cabinet_n"),
    ("contacts", span("at"), ["id"], "ix_contacts_at"),
    ("surveys", span("expires"), ["id"], "ix_surveys_expires"),
    ("surveys", span("answered"), ["id"], "ix_surveys_answered"),
    ("notices", [Where("ticket", "=", "T")], ["id"], "ix_notices_ticket"),
    ("attachments", [Where("ticket", "=", "T")], ["id"], "ix_attachments_ticket"),
    ("compensations", span("at"), ["id"], "ix_compensations_at"),
    ("charges", span("at"), ["id"], "ix_charges_at"),
    ("cabinets", [Where("model", "=", "M")], ["id"], "ix_cabinets_model"),
    ("documents", [Where("attachment", "=", "A")], ["id"], "ix_documents_attachment"),
]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlRecords]:
    store = open_records(tmp_path_factory.mktemp("indexes") / "records.sqlite")
    yield store
    store.close()


def plan(records: SqlRecords, table: str, where: list[Where], order: list[str]) -> str:
    """How SQLite answers the question."""
    reader, asked = records._database.reader, []

    def hear(*said: Any) -> None:
        asked.append((said[2], said[3]))

    event.listen(reader, "before_cursor_execute", hear)
    records.find(table, where, order)
    event.remove(reader, "before_cursor_execute", hear)
    ((statement, values),) = asked
    with reader.connect() as db:
        return "; ".join(row[3] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))


@pytest.mark.parametrize(("table", "where", "order", "index"), ASKED)
def test_no_list_or_report_looks_at_every_row(
    records: SqlRecords, table: str, where: list[Where], order: list[str], index: str
) -> None:
    assert f"{table} USING INDEX {index}" in plan(records, table, where, order)
