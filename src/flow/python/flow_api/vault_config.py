"""Vaults: where secrets are kept."""

from __future__ import annotations

from . import _runtime
from .exceptions import InvalidInputError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from typing_extensions import Unpack

    from ._fields import VaultConfigFields


class VaultConfig(Record):
    """A vault. Flows write secrets into it; they are read where a connector names them."""

    record_type: ClassVar[str] = 'vault_config'

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[VaultConfigFields]
        ) -> VaultConfig:
            """Creates it or overwrites these fields of it."""
            ...

    def write_secret(
        self, path: str, data: dict[str, Any] | None = None, **secrets: Any
    ) -> VaultConfig:
        """Writes a secret: its path and its keys and values, as a dict or as keywords."""
        if not isinstance(path, str) or not path.strip():
            raise InvalidInputError(f'the path of a secret is {path!r:.80}; it must be a text')
        if data is not None and not isinstance(data, dict):
            raise InvalidInputError('the data of a secret must be a dict of keys and values')
        values = {**(data or {}), **secrets}
        if not values:
            raise InvalidInputError(
                'a secret needs a key and a value: write_secret("path", key="value")'
            )
        _runtime.call(
            'vault.write_secret', {**self._reference(), 'path': path.strip(), 'data': values}
        )
        return self
