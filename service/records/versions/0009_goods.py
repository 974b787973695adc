"""Returns and recalls: sales, claims, recall campaigns. The vends that are kept become rows of `sales`."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, Text

revision = "0009"
down_revision = "0008"

_COLUMNS = "id, cabinet, at, sku, lot, lane, price_cents, vend_id"
_KEY = "cabinet || '-' || boot || '-' || seq || '-' || ts"
# What cabinets said may have any type; only what a column can keep is taken over.
_SQLITE = f"""
INSERT OR IGNORE INTO sales ({_COLUMNS})
SELECT {_KEY}, cabinet, ts,
  CASE WHEN json_type(data, '$.sku') IN ('text', 'integer')
    THEN nullif(substr(CAST(json_extract(data, '$.sku') AS TEXT), 1, 100), '') END,
  CASE WHEN json_type(data, '$.lot') IN ('text', 'integer')
    THEN nullif(substr(CAST(json_extract(data, '$.lot') AS TEXT), 1, 100), '') END,
  CASE WHEN json_type(data, '$.lane') = 'integer' AND json_extract(data, '$.lane') BETWEEN 1 AND 255
    THEN json_extract(data, '$.lane') END,
  CASE WHEN json_type(data, '$.price_cents') = 'integer'
    AND json_extract(data, '$.price_cents') BETWEEN 0 AND 9007199254740991
    THEN json_extract(data, '$.price_cents') END,
  CASE WHEN json_type(data, '$.vend_id') IN ('text', 'integer')
    THEN nullif(substr(CAST(json_extract(data, '$.vend_id') AS TEXT), 1, 100), '') END
FROM events WHERE name = 'vend' AND json_type(data) = 'object' AND instr(data, '\\u0000') = 0
"""  # noqa: S608 - names of ours only
_POSTGRESQL = f"""
INSERT INTO sales ({_COLUMNS})
SELECT {_KEY}, cabinet, ts,
  CASE WHEN json_typeof(data->'sku') IN ('string', 'number') THEN nullif(left(data->>'sku', 100), '') END,
  CASE WHEN json_typeof(data->'lot') IN ('string', 'number') THEN nullif(left(data->>'lot', 100), '') END,
  CASE WHEN data->>'lane' ~ '^[0-9]{{1,3}}$' AND (data->>'lane')::int BETWEEN 1 AND 255
    THEN (data->>'lane')::int END,
  CASE WHEN json_typeof(data->'price_cents') = 'number' AND data->>'price_cents' ~ '^[0-9]{{1,15}}$'
    THEN (data->>'price_cents')::bigint END,
  CASE WHEN json_typeof(data->'vend_id') IN ('string', 'number') THEN nullif(left(data->>'vend_id', 100), '') END
FROM (
  SELECT * FROM events WHERE name = 'vend' AND position('\\u0000' in data::text) = 0
) AS vends WHERE json_typeof(data) = 'object'
ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of ours only


def upgrade() -> None:
    op.create_table(
        "sales", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("at", BigInteger),
        Column("sku", Text), Column("lot", Text), Column("lane", Integer), Column("price_cents", BigInteger),
        Column("vend_id", Text),
    )  # fmt: skip
    op.create_index("ix_sales_sku", "sales", ["sku"])
    op.create_table(
        "claims", Column("id", Text, primary_key=True), Column("cabinet", Text), Column("sale", Text),
        Column("sku", Text), Column("lot", Text), Column("allowed", Boolean), Column("rule", Text),
        Column("clause", Text), Column("facts", JSON), Column("override", JSON), Column("by", Text),
        Column("at", BigInteger),
    )  # fmt: skip
    op.create_index("ix_claims_sale", "claims", ["sale"])
    op.create_index("ix_claims_sku", "claims", ["sku"])
    _recalls()
    op.get_bind().exec_driver_sql(_SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL)


def _recalls() -> None:
    op.create_table(
        "recalls", Column("id", Text, primary_key=True), Column("n", Integer, unique=True), Column("sku", Text),
        Column("lots", JSON), Column("reason", Text), Column("party", Text), Column("instructions_zh", Text),
        Column("instructions_en", Text), Column("notice_zh", Text), Column("notice_en", Text), Column("state", Text),
        Column("created", BigInteger), Column("by", Text), Column("closed", BigInteger), Column("closed_by", Text),
        Column("close_reason", Text), Column("units", JSON), Column("updated", BigInteger), Column("version", Integer),
    )  # fmt: skip
    op.create_index("ix_recalls_state", "recalls", ["state"])
    op.create_table(
        "recall_tasks", Column("id", Text, primary_key=True), Column("recall", Text), Column("cabinet", Text),
        Column("state", Text), Column("why", Text), Column("lanes", JSON), Column("lock", Text), Column("stop", Text),
        Column("command", Text), Column("ticket", Text), Column("door", JSON), Column("proof", JSON),
        Column("online", BigInteger), Column("created", BigInteger), Column("updated", BigInteger),
        Column("done", BigInteger),
    )  # fmt: skip
    op.create_index("ix_recall_tasks_recall", "recall_tasks", ["recall"])
    op.create_table(
        "recall_sales", Column("id", Text, primary_key=True), Column("recall", Text), Column("sale", Text),
        Column("cabinet", Text), Column("at", BigInteger), Column("lot", Text), Column("vend_id", Text),
        Column("price_cents", BigInteger), Column("certain", Boolean), Column("reachable", Boolean),
        Column("ticket", Text),
    )  # fmt: skip
    op.create_index("ix_recall_sales_recall", "recall_sales", ["recall"])
