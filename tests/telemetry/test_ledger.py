"""`Account.take`: what is new, what a repeat, what a forgery; its short way and the general one agree."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.boots import RECENT
from telemetry.ledger import MOST_WAITING, MOST_WAITING_BYTES, Account, Waiting

T = 1_800_000_000_000


def said(seq: int, word: str = "") -> bytes:
    return b'{"boot":7,"seq":%d,"ts":1,"m":{"air_c":4.0},"w":"%s"}' % (seq, word.encode())


def lived(messages: int) -> Account:
    """One boot in perfect order."""
    account = Account(cabinet="HZ-1")
    assert [account.take(7, seq, said(seq), T) for seq in range(1, messages + 1)] == ["new"] * messages
    return account


def test_other_bytes_are_known_for_the_first_and_the_newest_64() -> None:
    account = lived(200)
    verdicts = {seq: account.take(7, seq, said(seq, "other"), T) for seq in range(2, 201)}
    assert {seq for seq, verdict in verdicts.items() if verdict == "conflict"} == set(range(201 - RECENT, 201))
    assert set(verdicts.values()) == {"conflict", "duplicate"}
    assert account.take(7, 1, said(1, "other"), T) == "conflict"
    assert account.take(7, 201, said(201), T) == "withheld"


def test_the_newest_are_those_that_came_last_whatever_their_seq() -> None:
    account = lived(3)
    account.take(7, 500, said(500), T)
    account.take(7, 40, said(40), T)
    assert account.take(7, 3, said(3, "other"), T) == "conflict"
    assert account.take(7, 40, said(40, "other"), T) == "conflict"
    assert account.take(7, 41, said(41, "other"), T) == "new"


def test_the_smallest_difference_is_seen() -> None:
    account = lived(10)
    same = said(5)
    for at in range(len(same)):
        for bit in range(8):
            other = bytearray(same)
            other[at] ^= 1 << bit
            assert account.take(7, 5, bytes(other), T) == "conflict"


MOVES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 90), st.sampled_from(["", "other"])), max_size=200)


@settings(deadline=None)
@given(MOVES, st.integers(0, 200))
def test_a_dump_in_between_changes_no_verdict(moves: list[tuple[int, int, str]], cut: int) -> None:
    straight, dumped = Account(cabinet="HZ-1"), Account(cabinet="HZ-1")
    for n, (boot, seq, word) in enumerate(moves):
        if n == cut:
            dumped = msgspec.msgpack.decode(msgspec.msgpack.encode(dumped), type=Account)
        assert straight.take(boot, seq, said(seq, word), T) == dumped.take(boot, seq, said(seq, word), T)
    assert msgspec.to_builtins(straight) == msgspec.to_builtins(dumped)


def test_an_account_of_one_boot_is_written_in_few_bytes() -> None:
    """A hundred thousand of them are written every minute and read at every start."""
    account = lived(300)
    account.stored, account.cursor, account.acked = 300, (7, 300), (7, 300)
    assert len(msgspec.msgpack.encode(account)) < 1024
    assert len(msgspec.msgpack.encode(Account(cabinet="HZ-1"))) < 64


def waiting(size: int, most: int) -> list[int]:
    """How many messages have their turn with each of `most` + 1 messages of this size behind a hole at seq 2."""
    account, freed = lived(1), list[int]()
    for seq in range(3, most + 4):
        account.take(7, seq, said(seq), T)
        assert account.waits(7, seq, T)
        account.wait(Waiting(7, seq, T, "telemetry", bytes(size)))
        freed.append(len(account.release(T)))
    assert account.cursor == (7, most + 3), "what comes of the hole now is late"
    assert account.waiting is None
    assert account.waiting_bytes == 0
    return freed


def test_a_hole_is_passed_over_when_too_many_messages_wait_for_it() -> None:
    assert waiting(60, MOST_WAITING) == [0] * MOST_WAITING + [MOST_WAITING + 1]


def test_a_hole_is_passed_over_when_too_many_bytes_wait_for_it() -> None:
    most = MOST_WAITING_BYTES // 60_000
    assert waiting(60_000, most) == [0] * most + [most + 1]


@given(st.permutations(range(3, 20)))
@settings(max_examples=30, deadline=None)
def test_what_waits_is_judged_in_order_whatever_the_order_it_came_in(order: list[int]) -> None:
    account = lived(1)
    for seq in order:
        account.take(7, seq, said(seq), T)
        account.wait(Waiting(7, seq, T, "telemetry", said(seq)))
        assert account.release(T) == []
    account.take(7, 2, said(2), T)
    assert [message.seq for message in account.release(T)] == list(range(3, 20))
