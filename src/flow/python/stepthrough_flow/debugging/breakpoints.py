"""The breakpoints of a flow: which lines stop, and what is decided when one is reached."""

from __future__ import annotations

from typing import NamedTuple

from .conditions import Condition, ConditionError, HitCount, LogMessage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .source_text import Bound
    from .sources import Sources


class Breakpoint:
    """One that is bound. `file` is a key of `Sources`."""

    def __init__(self, request: dict[str, Any], kind: str) -> None:
        #: The engine's; it outlives this process.
        self.number: int = request['number']
        self.request = request
        self.kind = kind
        #: Key of the file and line; a breakpoint on a function may have several.
        self.places: list[tuple[str, int]] = []
        self.hits = 0
        self.condition = Condition(request['condition']) if request.get('condition') else None
        self.hit_count = HitCount(request['hit']['operator'], request['hit']['count']) if request.get('hit') else None
        self.message = LogMessage(request['message']) if request.get('message') else None


class Verdict(NamedTuple):
    #: Numbers of the breakpoints that stop.
    stopping: list[int]
    kind: str
    messages: list[str]
    failures: list[str]


class Breakpoints:
    """Those of the editor by file, those on functions, and those of the execution's own field."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._by_owner: dict[str, list[Breakpoint]] = {}
        #: By file and line.
        self.places: dict[tuple[str, int], list[Breakpoint]] = {}
        #: By file: for the tracer, which has to be quick.
        self.lines: dict[str, frozenset[int]] = {}

    def set_lines(self, filename: str, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Replaces those of a file; answers a binding for each."""
        text = self._sources.text(filename)
        return self._replace(self._sources.key(filename), requests, 'breakpoint', lambda request: [(self._sources.key(filename), text.bind(request['line']))])

    def set_own(self, filename: str, lines: list[int]) -> list[str]:
        """Those of the execution's field `breakpoints`; answers what there is to tell about them."""
        text = self._sources.text(filename)
        key = self._sources.key(filename)
        requests = [{'number': 0, 'line': line} for line in lines]
        bindings = self._replace('own', requests, 'breakpoint', lambda request: [(key, text.bind(request['line']))])
        return [f'Breakpoint at line {line}: {binding["message"]}' for line, binding in zip(lines, bindings) if binding.get('message')]

    def set_functions(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Replaces those on functions; answers a binding for each."""
        return self._replace('functions', requests, 'function breakpoint', self._functions)

    def _functions(self, request: dict[str, Any]) -> list[tuple[str, Bound]]:
        from .source_text import Bound

        name = request['name'].strip()
        found = [(self._sources.key(text.path), Bound(function.body, None)) for text in self._sources.known() for function in text.named(name) if function.body]
        return found or [('', Bound(None, f'There is no function "{name}" in the files of this flow so far.'))]

    def rebind_lines(self, filename: str) -> list[dict[str, Any]]:
        """A file has been imported; answers the bindings of its breakpoints."""
        key = self._sources.key(filename)
        text = self._sources.text(filename)
        return [self._bind(breakpoint, [(key, text.bind(breakpoint.request['line']))]) for breakpoint in self._by_owner.get(key, [])]

    def rebind_functions(self) -> list[dict[str, Any]]:
        """Another file has come; answers the bindings that have changed."""
        found = []
        for breakpoint in self._by_owner.get('functions', []):
            binding = self._bind(breakpoint, self._functions(breakpoint.request))
            found.append(binding)
        self._index()
        return found

    def clear(self) -> None:
        self._by_owner = {}
        self._index()

    def _replace(self, owner: str, requests: list[dict[str, Any]], kind: str, bind: Any) -> list[dict[str, Any]]:
        before = list(self._by_owner.get(owner, []))
        after: list[Breakpoint] = []
        bindings = []
        for request in requests:
            # Those that stay as they were keep their count of hits.
            kept = next((breakpoint for breakpoint in before if breakpoint.request == request), None)
            if kept is not None:
                before.remove(kept)
            try:
                breakpoint = kept or Breakpoint(request, kind)
            except ConditionError as error:
                bindings.append({'id': request['number'], 'verified': False, 'message': str(error)})
                continue
            after.append(breakpoint)
            bindings.append(self._bind(breakpoint, bind(request)))
        self._by_owner[owner] = after
        self._index()
        return bindings

    def _bind(self, breakpoint: Breakpoint, bound: list[tuple[str, Bound]]) -> dict[str, Any]:
        breakpoint.places = [(file, place.line) for file, (place, _) in bound if place is not None]
        binding: dict[str, Any] = {'id': breakpoint.number, 'verified': bool(breakpoint.places)}
        place, message = bound[0][1]
        if place is not None:
            binding['location'] = location(place)
        if message is not None:
            binding['message'] = message
        return binding

    def _index(self) -> None:
        places: dict[tuple[str, int], list[Breakpoint]] = {}
        lines: dict[str, set[int]] = {}
        for owned in self._by_owner.values():
            for breakpoint in owned:
                for file, line in breakpoint.places:
                    places.setdefault((file, line), []).append(breakpoint)
                    lines.setdefault(file, set()).add(line)
        self.places = places
        self.lines = {file: frozenset(numbers) for file, numbers in lines.items()}

    def at(self, frame: FrameType, line: int) -> Verdict | None:
        """Asks the breakpoints at a place, in the order they were set, and counts their hits. None where there are none."""
        found = self.places.get((self._sources.key(frame.f_code.co_filename), line))
        if not found:
            return None
        stopping, messages, failures, kind = [], [], [], 'breakpoint'
        for breakpoint in found:
            failed = False
            if breakpoint.condition is not None:
                met, failed, failure = breakpoint.condition.met(frame)
                if not met:
                    continue
                if failure is not None:
                    failures.append(failure)
            if not failed:
                breakpoint.hits += 1
                if breakpoint.hit_count is not None and not breakpoint.hit_count.stops(breakpoint.hits):
                    continue
                if breakpoint.message is not None:
                    messages.append(breakpoint.message.text(frame))
                    continue
            stopping.append(breakpoint.number)
            kind = breakpoint.kind if len(stopping) == 1 else 'breakpoint'
        return Verdict(stopping, kind, messages, failures)


def location(place: Any) -> dict[str, int]:
    """A place as the protocol has it."""
    return {'line': place.line, 'column': place.column, 'endLine': place.last_line, 'endColumn': place.end_column}
