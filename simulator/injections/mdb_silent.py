"""mdb_silent: the bus to the payment terminal is dead; the terminal itself is well (Nayax V00, V01)."""

from simulator.injections.base import Injection, switch

_begin, _end = switch("mdb_dead")
MDB_SILENT = Injection("mdb_silent", _begin, _end, needs=("mdb_ok",), heals=0.2)
