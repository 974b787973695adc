"""Files of attachments that were purged: the bytes go after the decision is committed, and again if we died between."""

from pathlib import Path

from service.records.base import Put, RecordStore, Where

PAGE = 1000


def sweep(records: RecordStore, folder: Path) -> int:
    """Delete the bytes of purged attachments, unless another attachment that is kept has the very same; how many files
    went. Raises Unavailable, OSError."""
    gone = 0
    while rows := records.find("attachments", [Where("purged", "notnull"), Where("sha256", "notnull")], limit=PAGE):
        for row in rows:
            same = [Where("sha256", "=", row["sha256"]), Where("purged", "null")]
            if not records.count("attachments", same):
                path = folder / row["sha256"][:2] / row["sha256"]
                gone += path.is_file()
                path.unlink(missing_ok=True)
            records.write([Put("attachments", {"id": row["id"], "sha256": None})])
    return gone
