"""The figures of proof, a part of the policy. No source gives any of them: they are ours, a policy may hold others."""

import msgspec

from telemetry.units import MINUTE

# Kinds whose repair opens what carries mains voltage (S4 5.7: staff safety).
MAINS_KINDS = frozenset({
    "compressor_not_starting", "compressor_weak", "compressor_stuck_on", "compressor_short_cycling",
    "evaporator_fan_failed", "defrost_failed", "power_lost", "mains_low",
})  # fmt: skip


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """`fixes`: how many positions a check-in needs to count (two where the phones send two; programs that send one keep
    their level by the default). `walk_mps`: how fast (m/s) somebody who checks in may move between two of them.
    `conflict_ms`: by how much evidence may differ in time before it contradicts. `checklist_required`: whether work on
    `mains_kinds` needs its safety checklist, and which items must be on it (none named: any that is ticked off).
    `photos_required`: how many photos a report of work on a cabinet needs. `sample_fast`: whether cabinets that can are
    asked for more frequent samples while a repair is watched.
    """

    fixes: int = 1
    walk_mps: float = 3.0
    conflict_ms: int = 15 * MINUTE
    checklist_required: bool = False
    checklist_items: tuple[str, ...] = ()
    mains_kinds: frozenset[str] = MAINS_KINDS
    photos_required: int = 0
    sample_fast: bool = True
