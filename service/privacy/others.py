"""Columns that hold no personal data: the other half of `fields.py`. What is in neither fails a test (S1 4.3.2).

Only texts, JSON and places (lat, lon) are listed; counts and times name nobody. Ids of staff (`actor`, `by`) are
pseudonyms that lead to `users` and `technicians`, which are personal; beside a decision they are kept with it.
"""

OTHERS: dict[str, str] = {
    "meta": "key value",
    "sites": "id name address zone lat lon",  # of a place that is open to the public
    "cabinets": "id model site lat lon firmware interval_s signals capabilities profile credential carrier "
    "warranty_end",
    "accounting": "cabinet gaps",
    "quarantine": "id cabinet reason topic head",
    "events": "id cabinet name data",
    "episodes": "id kind severity state cabinet site score cause parent ticket why acknowledged comments carrier",
    "tickets": "id kind state severity cabinet site fault visit channel clocks",
    "timeline": "id ticket type from to evidence",
    "visits": "id state cabinet site tickets window",
    "technicians": "id zones skills shift",
    "notices": "id kind ticket visit state error",
    "commands": "id cabinet name args actor state detail observed",
    "maintenance": "id cabinet site actor ended_by",
    "blind": "id cause",
    "inbox": "id actor role name target state status",
    "users": "password role technician language",
    "second_factors": "secret recovery",
    "tokens": "id name role hash",
    "sessions": "hash role",
    "idempotency": "key digest",
    "attachments": "id type ticket",
    "food_safety": "cabinet profile state breach head",
    "food_log": "id cabinet type data prev hash",
    "audit": "id role action subject prev hash",
    "holds": "id subject actor ended_by",
    "surveys": "id state kind channel cabinet",
    "improvements": "id month indicator value target state result",
    "stock": "id holder kind part",
    "plans": "id day state progress actor result error applied_by outcome",
    "staff": "id role ended_by ended_reason",
    "certificates": "id skill issuer ended_by ended_reason",
    "trainings": "id course pre post ended_by ended_reason",
    "rosters": "id channel windows from to ended_by ended_reason",
    "documents": "id kind title owner body attachment first superseded_by ended_by ended_reason",
    "read_receipts": "id document",
    "contacts": "id direction channel cabinet ticket kind rule source flag template guide",
    "charges": "id ticket receipt actor",
    "compensations": "id ticket fund receipt actor",
    "contact_reviews": "id contact ticket",
    "problems": "id kind model firmware state tickets owner maker result closed_by",
    "sales": "id cabinet sku lot vend_id",  # of a sale we know its number, not the buyer
    "claims": "id cabinet sale sku lot rule clause facts override by",
    "recalls": "id sku lots reason party instructions_zh instructions_en notice_zh notice_en state by closed_by "
    "close_reason units",
    "recall_tasks": "id recall cabinet state why lanes lock stop command ticket door proof",
    "recall_sales": "id recall sale cabinet lot vend_id ticket",
    "channel_outages": "id channel reason by ended_by note",
    "firmwares": "id cabinet firmware before",
    "lot_checks": "id lot_key sku lot stage note attachment by",
    "lot_stays": "id lot_key sku lot cabinet",
}
"""Table → its columns without personal data."""
