"""The independent checker: what cabinets said against what is stored. It shares no code with the product.

`python check.py FOLDER --url URL --token TOKEN` asks the running product; `--files` reads the databases of one that was
stopped. Prints one JSON object: `counts`, and `violations` as `{"promise","what","cabinet","detail"}`.
"""

import argparse
import http.client
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

Violation = dict[str, str]
ACCOUNT = ("cabinet", "received", "stored", "duplicate", "quarantined", "gaps")
SIGNALS = 4  # in each sample that a cabinet of ours sends
ANY_TIME = f"from=0&to={2**42}&points=100000"


class Said:
    """The record of one cabinet: `messages` by (boot, seq), `acked` by boot, `readings` by their n, `events`
    (births are kept as such) with their vend_id."""

    def __init__(self) -> None:
        self.messages: dict[tuple[int, int], str] = {}
        self.acked: dict[int, int] = {}
        self.readings: dict[int, tuple[int, int, int]] = {}
        self.events: dict[tuple[int, int], str] = {}

    def say(self, leaf: str, body: dict[str, Any]) -> None:
        boot, seq = body["boot"], body["seq"]
        self.messages[boot, seq] = leaf
        samples = body.get("samples") or ([{"ts": body["ts"], "m": body["m"]}] if "m" in body else [])
        self.readings |= {s["m"]["n"]: (boot, seq, s["ts"]) for s in samples}
        if leaf in ("birth", "event"):
            self.events[boot, seq] = body.get("data", {}).get("vend_id", "")

    def is_acked(self, boot: int, seq: int) -> bool:
        return seq <= self.acked.get(boot, 0)


class Record:
    """Everything the recorder wrote."""

    def __init__(self, path: Path) -> None:
        self.cabinets: dict[str, Said] = defaultdict(Said)
        self.outages, self.tolerated = 0, {"platform_blind"}
        text = path.read_text("utf-8")
        for line in text[: text.rfind("\n") + 1].splitlines():  # the last line may be half written
            self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        if "say" in line:
            cabinet, leaf, payload = line["say"]
            self.cabinets[cabinet].say(leaf, json.loads(payload))
        elif "ack" in line:
            cabinet, boot, seq = line["ack"]
            acked = self.cabinets[cabinet].acked
            acked[boot] = max(acked.get(boot, 0), seq)
        else:
            self.outages += line["note"].get("outages", 0)
            self.tolerated |= {line["note"]["tolerate"]} if "tolerate" in line["note"] else set()


class Verdict:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.counts: Counter[str] = Counter()

    def fail(self, promise: str, what: str, cabinet: str, detail: object) -> None:
        self.violations.append({"promise": promise, "what": what, "cabinet": cabinet, "detail": str(detail)[:500]})


class Api:
    """GET with one connection."""

    def __init__(self, url: str, token: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        self._http.request("GET", f"/api/v1{path}", headers=self._headers)
        answer = self._http.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {body[:300]!r}")
        return json.loads(body)

    def close(self) -> None:
        self._http.close()

    def items(self, path: str) -> Iterator[dict[str, Any]]:
        """All pages of a list."""
        cursor = ""
        while True:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit=1000{cursor}")
            yield from page["items"]
            if not page["next"]:
                return
            cursor = f"&cursor={quote(page['next'])}"


def check_account(cabinet: str, said: Said, account: dict[str, Any], verdict: Verdict) -> None:
    """Sent = stored, no gap left, received = stored + duplicate + quarantined, acknowledged to the end."""
    sent, stored = len(said.messages), account["stored"]
    verdict.counts.update(sent=sent, stored=stored, duplicate=account["duplicate"])
    if account["received"] != stored + account["duplicate"] + account["quarantined"]:
        verdict.fail("P3", "the account does not add up", cabinet, account)
    if account["quarantined"]:
        verdict.fail("P3", "quarantined, though sound", cabinet, account)
    if stored > sent:
        verdict.fail("P2", "more stored than was ever sent", cabinet, f"{stored} of {sent}")
    if account["gaps"]:
        verdict.fail("P3", "a gap remains, though everything was sent again", cabinet, account["gaps"])
    elif stored < sent:
        verdict.fail("P3", "a silent gap: missing and not told", cabinet, f"{stored} of {sent}")
    waiting = [key for key in said.messages if not said.is_acked(*key)]
    if waiting:
        verdict.fail("P11", "never acknowledged", cabinet, f"{len(waiting)}: {waiting[:5]}")


def check_readings(
    cabinet: str, said: Said, points: list[list[float]], verdict: Verdict, *, clocks: bool = False
) -> None:
    """Every reading that was acknowledged is there, once, and none that nobody sent."""
    seen = Counter(int(point[2]) for point in points)
    verdict.counts["readings"] += len(seen)
    lost = [n for n, (boot, seq, _) in said.readings.items() if n not in seen and said.is_acked(boot, seq)]
    if clocks and lost:
        outranked = _outranked(said, lost, {int(point[0]): int(point[2]) for point in points})
        verdict.counts["outranked"] += len(outranked)
        lost = [n for n in lost if n not in outranked]
    if lost:
        verdict.fail("P1", "acknowledged and lost", cabinet, f"{len(lost)} readings, n {lost[:5]}")
    if twice := [n for n, count in seen.items() if count > 1]:
        verdict.fail("P2", "stored twice", cabinet, f"{len(twice)} readings, n {twice[:5]}")
    if phantom := [n for n in seen if n not in said.readings]:
        verdict.fail("P2", "stored and never sent", cabinet, phantom[:5])


def _outranked(said: Said, lost: Iterable[int], kept: dict[int, int]) -> set[int]:
    """Readings of a wrong clock that a later one stands in the place of: filed by the shift of those around them they
    fall on its very millisecond (contract, *Clocks*: one value per time, the highest (boot, seq) wins)."""
    shift = {n: ts - said.readings[n][2] for ts, n in kept.items() if n in said.readings}
    found: set[int] = set()
    for n in lost:
        boot, seq, ts = said.readings[n]
        rivals = [kept.get(ts + shift[near]) for near in range(n - 5, n + 6) if shift.get(near)]
        if any(r in said.readings and said.readings[r][:2] > (boot, seq) for r in rivals if r is not None):
            found.add(n)
    return found


def check_values(
    cabinet: str, said: Said, points: list[list[float]], others: list[list[float]], verdict: Verdict, *, clocks: bool
) -> None:
    """The two signals of a message stand at one time, and at the cabinet's own (unless clocks were wrong)."""
    energy = {point[0]: point[2] for point in others}
    if torn := [point[0] for point in points if energy.get(point[0]) != point[2] / 2]:
        verdict.fail("P4", "values that do not belong together", cabinet, torn[:5])
    wrong = [n for ts, _, n, _ in points if n in said.readings and said.readings[int(n)][2] != ts]
    if wrong and not clocks:
        verdict.fail("P4", "stored at another time than the cabinet's", cabinet, f"{len(wrong)}, n {wrong[:5]}")


def check_events(cabinet: str, said: Said, kept: Iterable[tuple[int, int, str]], verdict: Verdict) -> None:
    """Every acknowledged event and birth once, and as it was said; `kept`: boot, seq and vend_id."""
    seen = Counter(kept)
    verdict.counts["events"] += len(seen)
    sent = {(*at, vend) for at, vend in said.events.items()}
    if lost := [e for e in sent if e not in seen and said.is_acked(*e[:2])]:
        verdict.fail("P1", "event acknowledged and lost", cabinet, lost[:5])
    if twice := [e for e, count in seen.items() if count > 1 or e not in sent]:
        verdict.fail("P2", "event stored twice or never sent", cabinet, twice[:5])


def check_vends(cabinet: str, said: Said, kept: Iterable[dict[str, Any]], verdict: Verdict) -> None:
    """The API shows every acknowledged vend once."""
    seen = Counter(event["data"]["vend_id"] for event in kept if event["name"] == "vend")
    vends = {vend: at for at, vend in said.events.items() if vend}
    if lost := [v for v, at in vends.items() if v not in seen and said.is_acked(*at)]:
        verdict.fail("P1", "event acknowledged and not shown", cabinet, lost[:5])
    if twice := [v for v, count in seen.items() if count > 1 or v not in vends]:
        verdict.fail("P2", "event shown twice or never sent", cabinet, twice[:5])


def check_faults(record: Record, kinds: Counter[str], tickets: Counter[str], verdict: Verdict) -> None:
    """Our own failure is nobody's fault: no ticket, no cabinet offline, no more alerts than blindnesses. `tickets`: of
    which kinds of fault; one for a clock that was wrong is right."""
    if false := {kind: count for kind, count in tickets.items() if kind not in record.tolerated - {"platform_blind"}}:
        verdict.fail("P5", "tickets for what was our own failure", "", false)
    if false := {kind: count for kind, count in kinds.items() if kind not in record.tolerated}:
        verdict.fail("P7", "faults that no cabinet had", "", false)
    if kinds["platform_blind"] > record.outages:
        verdict.fail("P7", "more alerts than outages", "", f"{kinds['platform_blind']} of {record.outages}")


def ask(record: Record, api: Api, *, deep: bool) -> Verdict:
    """Check a running product over HTTP; `deep`: events and the second signal too."""
    verdict = Verdict()
    clocks = "clock_wrong" in record.tolerated
    for cabinet, said in record.cabinets.items():
        check_account(cabinet, said, api.get(f"/cabinets/{cabinet}/ingest"), verdict)
        points = api.get(f"/cabinets/{cabinet}/series?signal=n&{ANY_TIME}")["points"]
        check_readings(cabinet, said, points, verdict, clocks=clocks)
        if deep:
            others = api.get(f"/cabinets/{cabinet}/series?signal=energy_wh&{ANY_TIME}")["points"]
            check_values(cabinet, said, points, others, verdict, clocks=clocks)
            check_vends(cabinet, said, api.items(f"/cabinets/{cabinet}/events?q=name:vend"), verdict)
    kind = {fault["id"]: fault["kind"] for fault in api.items("/faults")}
    tickets = Counter(kind.get(ticket["fault"], "none") for ticket in api.items("/tickets"))
    check_faults(record, Counter(kind.values()), tickets, verdict)
    total = api.get("/ingest")
    check_rows(record, total["platform"]["series"]["readings"], verdict)
    if total["received"] != total["stored"] + total["duplicate"] + total["quarantined"]:
        verdict.fail("P3", "the total does not add up", "", total)
    return verdict


def read_files(record: Record, data: Path, records: str = "") -> Verdict:
    """Check the databases of a product that was stopped: rows as they lie there, before any reader merges them.
    `records`: the URL of a PostgreSQL database; without one they are in a file."""
    verdict = Verdict()
    with closing(open_records(data, records)) as db:
        for cabinet, *account in db.execute(f"SELECT {', '.join(ACCOUNT)} FROM accounting WHERE cabinet <> ''"):  # noqa: S608 - column names of ours
            named = dict(zip(ACCOUNT[1:], map(unpacked, account), strict=True))
            check_account(cabinet, record.cabinets[cabinet], named, verdict)
        kept = defaultdict(list)
        for cabinet, boot, seq, said in db.execute("SELECT cabinet, boot, seq, data FROM events"):
            kept[cabinet].append((boot, seq, unpacked(said).get("vend_id", "")))
        kinds = Counter(kind for (kind,) in db.execute("SELECT kind FROM episodes"))
        joined = "SELECT kind FROM (SELECT fault FROM tickets) t LEFT JOIN episodes e ON e.id = t.fault"
        tickets = Counter(kind or "none" for (kind,) in db.execute(joined))
    for cabinet, said in record.cabinets.items():
        check_events(cabinet, said, kept[cabinet], verdict)
    check_faults(record, kinds, tickets, verdict)
    return verdict


def open_records(data: Path, url: str) -> Any:
    """A connection that executes SQL."""
    if url:
        return psycopg.connect(url)
    return sqlite3.connect(f"{data.absolute().as_uri()}/records.db?mode=ro", uri=True)


def unpacked(value: Any) -> Any:
    """JSON is text in a file, and unpacked already by PostgreSQL's driver."""
    return json.loads(value) if isinstance(value, str) else value


def check_rows(record: Record, readings: int, verdict: Verdict) -> None:
    """As many values lie in the series store as were sent: a row stored twice is seen even if no reader shows it."""
    sent = SIGNALS * sum(len(said.readings) for said in record.cabinets.values())
    if readings > sent:
        verdict.fail("P2", "more values in the store than were sent", "", f"{readings} of {sent}")
    if readings < sent:
        verdict.fail("P1", "fewer values in the store than were sent", "", f"{readings} of {sent}")


def main() -> int:
    parser = argparse.ArgumentParser(description="what cabinets said against what is stored")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--token", default="")
    parser.add_argument("--records", default="", help="with --files: URL of the records' PostgreSQL database")
    parser.add_argument("--files", type=Path, help="data directory of a product that was stopped")
    given = parser.parse_args()
    record = Record(given.folder / "said.jsonl")
    if given.files:
        verdict = read_files(record, given.files, given.records)
    else:
        with closing(Api(given.url, given.token)) as api:
            verdict = ask(record, api, deep=True)
    print(json.dumps({"counts": verdict.counts, "violations": verdict.violations}))
    return 1 if verdict.violations else 0


if __name__ == "__main__":
    sys.exit(main())
