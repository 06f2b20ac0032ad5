"""Runs the tests of this folder: ``python run.py`` writes a JSON line for each, ``python run.py --list`` their names."""

from __future__ import annotations

import json
import os
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Iterator

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.dont_write_bytecode = True


def tests(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Every test of a suite."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests(test)
        else:
            yield test


def title(test: unittest.TestCase) -> list[str]:
    """What a test is about, in words: its class's first line, and its method's name."""
    about = (type(test).__doc__ or type(test).__name__).strip().splitlines()[0].rstrip('.')
    behaviour = test.id().split('.')[-1]
    if behaviour.startswith('test_'):
        behaviour = behaviour[len('test_') :].replace('_', ' ')
    return [about, behaviour]


class JsonResult(unittest.TestResult):
    """Writes each outcome as one line."""

    _line = threading.Lock()

    def _tell(self, test: unittest.TestCase, outcome: str, detail: str = '') -> None:
        with self._line:
            sys.stdout.write(json.dumps({'id': test.id(), 'outcome': outcome, 'detail': detail}) + '\n')
            sys.stdout.flush()

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self._tell(test, 'passed')

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._tell(test, 'failed', self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self._tell(test, 'failed', self.errors[-1][1])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._tell(test, 'skipped', reason)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            told = (self.errors or self.failures)[-1][1]
            self._tell(test, 'failed', f'{subtest}\n{told}')


def passes(test: unittest.TestCase) -> bool:
    """Runs one test."""
    result = JsonResult()
    test.run(result)
    return result.wasSuccessful()


def main() -> int:
    """Answers the exit code: 1 where a test failed."""
    suite = unittest.defaultTestLoader.discover(str(FOLDER), pattern='test_*.py', top_level_dir=str(FOLDER))
    if '--list' in sys.argv:
        sys.stdout.write(json.dumps([{'id': test.id(), 'title': title(test)} for test in tests(suite)]))
        return 0
    # Tests wait for processes of their own most of the time, and share nothing.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(passes, tests(suite)))
    return 0 if all(passed) else 1


if __name__ == '__main__':
    sys.exit(main())
