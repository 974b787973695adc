"""Which messages go to customers: figures of the policy. None do until the operator names a gateway for them."""

from typing import get_args

import msgspec

from service.telling.kinds import KINDS, Group

GROUPS: tuple[Group, ...] = get_args(Group)


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """`groups` of messages that customers get; none: messages to customers are off, and nothing is owed.
    `name_technician`: who is on the way is told by name, as `Front.badge_name` shows it. No standard asks for either.
    """

    groups: frozenset[Group] = frozenset()
    name_technician: bool = False

    def sends(self, kind: str) -> bool:
        """Whether customers get messages of this kind (a key of `KINDS`)."""
        return KINDS[kind] in self.groups
