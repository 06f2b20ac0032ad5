"""Starts the process of a flow: ``python <this file>``.

Given the folder instead, Python keeps a compiled copy of this file in it, unless it is told not to.

The text of this file is also valid for the Pythons that are too old, so that they can say so.
"""

import os
import sys


def _start():  # type: () -> int
    if sys.version_info < (3, 9):
        sys.stderr.write(
            'Flows need Python 3.9 or newer. %s is Python %d.%d.%d.\n'
            % ((sys.executable,) + tuple(sys.version_info[:3]))
        )
        sys.stderr.flush()
        return 3
    if sys.pycache_prefix is None:
        # The folder of the extension may be read-only or shared, and is never written to.
        sys.dont_write_bytecode = True
    # Python put this very folder first; `flow_api` and `stepthrough_flow` are beside it.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from stepthrough_flow.runner import main

    return main()


# Processes that multiprocessing spawns import this file under another name.
if __name__ == '__main__':
    sys.exit(_start())
