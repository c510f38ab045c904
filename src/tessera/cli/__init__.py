"""The command line: a door. It reads the clock, the environment and the arguments, and
nothing else in Tessera does; it says what happened and ends with a fixed exit code.

Exit codes (DESIGN section 10): 0 passed, 1 failed, 2 indeterminate, 64 wrong use,
65 unreadable input, 70 internal, 73 cannot write, 77 key refused; 130 stopped by Ctrl-C.
A group without a command (also `tessera` alone) prints its help and ends with 64, since
nothing was done; `--help` ends with 0. A reader of the output that goes away is no fault.
"""

from tessera.cli.door import main

__all__ = ["main"]
