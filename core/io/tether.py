"""Starts a program that must not outlive the process that asked for it, if need be as another user.

Run by path, without site-packages, by `core.io.children`:
`python -I -S tether.py PARENT SIGNAL UID GID NICENESS PROGRAM ARG…` (UID and GID are -1 to stay who we are). It becomes
PROGRAM. A script of its own, because Python code between fork and exec can deadlock in a program with threads. Linux
delivers SIGNAL when the *thread* that started us ends, and forgets the wish when the user changes: hence the order
below. Other systems know no such wish.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(numbers: list[int], command: list[str]) -> None:
    parent, death_signal, uid, gid, niceness = numbers
    os.nice(niceness)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("The process that wanted this one is gone.")
    os.execv(command[0], command)  # noqa: S606 - a shell is what we do not want


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:6]], sys.argv[6:])
