"""Which clause a guard carries out: whoever is refused is told why, and may look it up."""

CLAUSES: dict[str, str] = {
    "consent": "S3 3.4(1)",
    "followed_up": "S1 7.7",
    "survey_invited": "S1 6.4.8",
    "not_trained": "S1 5.2.2.1-5.2.2.3",
    "certificate_expired": "S1 5.2.1.1, 5.2.1.2",
    "certificate_missing": "S1 5.2.1.1, 5.2.1.2",
    "finding_record": "S2 5.1",
    "audit_plan_record": "S2 5.1",
    "certification_record": "S2 6.3",
    "tool_calibration_record": "S4 7.1",
    "food_safety": "S1 7.5.3",
    "promise_kept": "S1 3.8",
    "result_told": "S4 4.1.1, 4.1.2",
    # cases
    "record": "S1 8.2-8.4",
    "root_cause": "S3 4.1, 4.2",
    "basis": "S1 7.3.1",
    "dispute": "S1 7.3.3",
    "refund_paid": "S4 8.4.3",
    "approved": "S4 8.4.3",
    "paid_once": "S4 8.4.3",
    "promise": "S1 3.8, 7.1.2",
    "source": "S1 7.1",
    # proof
    "quote": "S1 6.4.7, S3 3.4(2), S4 4.2.3",
    "warranty": "S3 3.4(3)",
    "checklist": "S4 5.7",
    "photos": "S1 8.4",
    # knowledge
    "review": "S1 5.2.3.1, 5.2.3.2",
    "unit_record": "S1 4.1.1, 4.1.2",
    "badge": "S4 6.2.2, 6.2.3",
    # returns and recalls
    "claim": "S1 7.5.4-7.5.7",
    "claim_refused": "S1 7.5.8",
    "stop_sale": "S1 7.5.3",
    "recall_held": "S1 7.6.4.1-7.6.4.3",
    "recall_done": "S1 7.6.4.1-7.6.4.3",
}
"""Guard → clause (`docs/standards.md`); a guard of our own making has none."""
