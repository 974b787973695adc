"""How many files and connections a process may hold open at once (Linux: RLIMIT_NOFILE, `ulimit -n`)."""

import resource


def allow(files: int) -> int:
    """Let this process, and the children it starts, hold `files` open, as far as the system lets; how many they may.

    The usual soft limit of 1,024 guards programs that use select(2); none of ours does.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= files:
        return files
    allowed = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if allowed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed, soft)
