"""Handles of resources: everything that is kept and is no activity."""

from __future__ import annotations

from . import _runtime
from ._handles import listed, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from typing_extensions import Unpack

    from . import _fields
    from .bundle import Bundle
    from .connector import Connector
    from .custom_object import CustomObject
    from .file import File
    from .flow import Flow
    from .object_template import ObjectTemplate
    from .project import Project
    from .record import Record
    from .schedule import Schedule
    from .scheduler import Scheduler
    from .schema import Schema
    from .setting import Setting
    from .user import User
    from .vault_config import VaultConfig
    from .webhook import Webhook
    from .wrapper import Wrapper

    By = Literal['id', 'name']
    Filter = dict[str, Any] | None


class Resources:
    """What `System` has for resources.

    ``system.setting('x')`` makes a handle; nothing is read or written by that. With fields, as in
    ``system.setting('x', value=1)``, the record is saved at once, as by ``.save(value=1)``.
    ``system.settings(filter=…)`` answers handles of all that exist at that moment; ``filter`` is as in the REST API:
    ``{'field': 'name', 'op': 'like', 'value': 'my-%'}``, or ``{'and': [...]}``, ``{'or': [...]}`` of such.
    """

    def flow(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.FlowHandle],
    ) -> Flow:
        """A flow by its name."""
        from .flow import Flow

        return opened(Flow, select, by, fields)

    def flows(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Flow]:
        """The flows of this workspace."""
        from .flow import Flow

        return listed(Flow, filter, found)

    def connector(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.ConnectorHandle],
    ) -> Connector:
        """A connector by its name."""
        from .connector import Connector

        return opened(Connector, select, by, fields)

    def connectors(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Connector]:
        """The connectors of this workspace."""
        from .connector import Connector

        return listed(Connector, filter, found)

    def setting(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.SettingHandle],
    ) -> Setting:
        """A setting, which is a lock too, by its name."""
        from .setting import Setting

        return opened(Setting, select, by, fields)

    def settings(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Setting]:
        """The settings of this workspace."""
        from .setting import Setting

        return listed(Setting, filter, found)

    def file(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.FileHandle],
    ) -> File:
        """A file by its name, which may have folders in it."""
        from .file import File

        if select is None and 'path' in fields:
            _runtime.deprecated('file(path=…)', 'file(name)')
            select = fields.pop('path')
        return opened(File, select, by, fields)

    def files(
        self,
        filter: Filter = None,
        *,
        dir: str | None = None,
        glob: str | None = None,
        **found: Unpack[_fields.Found],
    ) -> list[File]:
        """The files of this workspace. ``dir`` and ``glob`` (up to 2021) choose by name instead of ``filter``."""
        from .file import File

        files = listed(File, filter, found)
        if dir is None and glob is None:
            return files
        _runtime.deprecated('files(dir=…, glob=…)', 'files(filter=…)')
        return [file for file in files if file._matches(dir, glob)]

    def schema(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.SchemaHandle],
    ) -> Schema:
        """A schema by its name."""
        from .schema import Schema

        return opened(Schema, select, by, fields)

    def schemas(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Schema]:
        """The schemas of this workspace."""
        from .schema import Schema

        return listed(Schema, filter, found)

    def schedule(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.ScheduleHandle],
    ) -> Schedule:
        """A schedule by its name."""
        from .schedule import Schedule

        return opened(Schedule, select, by, fields)

    def schedules(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Schedule]:
        """The schedules of this workspace."""
        from .schedule import Schedule

        return listed(Schedule, filter, found)

    def scheduler(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.SchedulerHandle],
    ) -> Scheduler:
        """A scheduler by its name."""
        from .scheduler import Scheduler

        return opened(Scheduler, select, by, fields)

    def schedulers(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Scheduler]:
        """The schedulers of this workspace."""
        from .scheduler import Scheduler

        return listed(Scheduler, filter, found)

    def webhook(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.WebhookHandle],
    ) -> Webhook:
        """A webhook by its name."""
        from .webhook import Webhook

        return opened(Webhook, select, by, fields)

    def webhooks(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Webhook]:
        """The webhooks of this workspace."""
        from .webhook import Webhook

        return listed(Webhook, filter, found)

    def wrapper(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.WrapperHandle],
    ) -> Wrapper:
        """A wrapper by its name."""
        from .wrapper import Wrapper

        return opened(Wrapper, select, by, fields)

    def wrappers(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Wrapper]:
        """The wrappers of this workspace."""
        from .wrapper import Wrapper

        return listed(Wrapper, filter, found)

    def project(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.ProjectHandle],
    ) -> Project:
        """A project by its name."""
        from .project import Project

        return opened(Project, select, by, fields)

    def projects(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Project]:
        """The projects of this workspace."""
        from .project import Project

        return listed(Project, filter, found)

    def bundle(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.BundleHandle],
    ) -> Bundle:
        """A bundle by its name."""
        from .bundle import Bundle

        return opened(Bundle, select, by, fields)

    def bundles(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Bundle]:
        """The bundles of this workspace."""
        from .bundle import Bundle

        return listed(Bundle, filter, found)

    def user(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.UserHandle],
    ) -> User:
        """A user by its name."""
        from .user import User

        return opened(User, select, by, fields)

    def users(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[User]:
        """The users of this workspace."""
        from .user import User

        return listed(User, filter, found)

    def vault_config(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.VaultConfigHandle],
    ) -> VaultConfig:
        """A vault by its name."""
        from .vault_config import VaultConfig

        return opened(VaultConfig, select, by, fields)

    def vault_configs(
        self, filter: Filter = None, **found: Unpack[_fields.Found]
    ) -> list[VaultConfig]:
        """The vaults of this workspace."""
        from .vault_config import VaultConfig

        return listed(VaultConfig, filter, found)

    def object_template(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.ObjectTemplateHandle],
    ) -> ObjectTemplate:
        """An object template by its name."""
        from .object_template import ObjectTemplate

        return opened(ObjectTemplate, select, by, fields)

    def object_templates(
        self, filter: Filter = None, **found: Unpack[_fields.Found]
    ) -> list[ObjectTemplate]:
        """The object templates of this workspace."""
        from .object_template import ObjectTemplate

        return listed(ObjectTemplate, filter, found)

    def custom_object(
        self,
        select: str | Record | None = None,
        by: By = 'name',
        **fields: Unpack[_fields.CustomObjectHandle],
    ) -> CustomObject:
        """A custom object by its name."""
        from .custom_object import CustomObject

        return opened(CustomObject, select, by, fields)

    def custom_objects(
        self, filter: Filter = None, **found: Unpack[_fields.Found]
    ) -> list[CustomObject]:
        """The custom objects of this workspace."""
        from .custom_object import CustomObject

        return listed(CustomObject, filter, found)
