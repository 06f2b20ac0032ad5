"""The fields that records can be saved with. For type checkers and editors; nothing loads this when a flow runs."""

from __future__ import annotations

import datetime
from typing import Any, Literal, TypedDict, Union

JsonSchema = Union[dict[str, Any], bool]


class HandleOptions(TypedDict, total=False):
    """What the methods of `System` take beside fields."""

    allow_normal: bool
    allow_deleted: bool
    init: dict[str, Any]
    cls: type
    commit: bool
    debug: bool


class Found(TypedDict, total=False):
    """Which records a list has."""

    allow_normal: bool
    allow_deleted: bool


class RecordFields(TypedDict, total=False):
    """Fields of every record."""

    name: str
    description: str
    project_id: str
    project_name: str
    bundle_id: str
    bundle_name: str
    commit_message: str
    track_in_git: bool


class ResourceFields(RecordFields, total=False):
    """Fields of everything that is no activity."""

    is_readonly: bool


class ExecutionFields(RecordFields, total=False):
    """Fields of an execution."""

    breakpoints: list[int]
    connector_id: str
    connector_name: str
    connector_type: str
    flow_id: str
    flow_name: str
    input_schema: JsonSchema
    input_value: Any
    is_paused: bool
    is_productive: bool
    labels: dict[str, str]
    location_inheritance: str
    max_runtime_minutes: int
    message: str
    orphan: bool
    output_schema: JsonSchema
    output_value: Any
    parent_execution_id: str
    plugin_action_id: str
    priority: int
    remote_workspace_name: str
    roles: list[str]
    savepoint_retention: Literal['LAST', 'ALL']
    schedule_id: str
    schedule_name: str
    scheduled_for: Union[datetime.datetime, str]
    script: str
    type: Literal['FLOW', 'SCRIPT', 'CONNECTION', 'SCHEDULE', 'WRAPPER']
    unwrapped: bool
    use_breakpoints: bool
    use_only_explicit_breakpoints: bool
    webhook_id: str
    wrapper_id: str
    wrapper_name: str
    wrappers: list[dict[str, Any]]


class FlowFields(ResourceFields, total=False):
    """Fields of a flow; its executions take over the ones they know."""

    breakpoints: list[int]
    input_schema: JsonSchema
    max_runtime_minutes: int
    output_schema: JsonSchema
    priority: int
    savepoint_retention: Literal['LAST', 'ALL']
    script: str


class ConnectorFields(ResourceFields, total=False):
    """Fields of a connector."""

    connector_type: str
    value: Any


class SettingFields(ResourceFields, total=False):
    """Fields of a setting."""

    value: Any


class FileFields(ResourceFields, total=False):
    """Fields of a file. ``path`` was its name up to 2020."""

    path: str
    content: Union[str, bytes]


class MessageFields(RecordFields, total=False):
    """Fields of a message."""

    subject: str
    message: str
    request: str
    body: dict[str, Any]
    message_type: Literal['SUCCESS', 'INFO', 'WARNING', 'ERROR', 'POPUP']


class SchemaFields(ResourceFields, total=False):
    """Fields of a schema."""

    value: JsonSchema


class ScheduleFields(ResourceFields, total=False):
    """Fields of a schedule."""

    flow_id: str
    flow_name: str
    cron: str
    time_zone: str
    missed: Literal['skip', 'once']
    scheduler_id: str
    scheduler_name: str
    setting_id: str
    setting_name: str
    input_value: Any
    value: Any
    is_enabled: bool
    is_productive: bool


class SchedulerFields(ResourceFields, total=False):
    """Fields of a scheduler."""

    script: str
    input_schema: JsonSchema


class WebhookFields(ResourceFields, total=False):
    """Fields of a webhook."""

    flow_id: str
    flow_name: str
    key: str
    methods: list[Literal['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']]
    synchronous: bool
    is_enabled: bool
    is_productive: bool


class WrapperFields(ResourceFields, total=False):
    """Fields of a wrapper."""

    script: str
    input_schema: JsonSchema


class ProjectFields(ResourceFields, total=False):
    """Fields of a project."""


class BundleFields(ResourceFields, total=False):
    """Fields of a bundle."""

    branch_name: str
    git_url: str


class UserFields(ResourceFields, total=False):
    """Fields of a user."""

    email: str
    pending_email: str


class VaultConfigFields(ResourceFields, total=False):
    """Fields of a vault."""

    value: Any


class ObjectTemplateFields(ResourceFields, total=False):
    """Fields of an object template. Hooks are names or ids of flows, or lists of them."""

    schema: JsonSchema
    on_create: Union[str, list[str], None]
    on_update: Union[str, list[str], None]
    on_delete: Union[str, list[str], None]
    value: Any


class CustomObjectFields(ResourceFields, total=False):
    """Fields of a custom object."""

    object_template_id: str
    object_template_name: str
    value: Any


class ExecutionHandle(ExecutionFields, HandleOptions, total=False):
    """The keywords of a handle."""


class FlowHandle(FlowFields, HandleOptions, total=False):
    """The keywords of a handle."""


class ConnectorHandle(ConnectorFields, HandleOptions, total=False):
    """The keywords of a handle."""


class SettingHandle(SettingFields, HandleOptions, total=False):
    """The keywords of a handle."""


class FileHandle(FileFields, HandleOptions, total=False):
    """The keywords of a handle."""


class MessageHandle(MessageFields, HandleOptions, total=False):
    """The keywords of a handle."""


class SchemaHandle(SchemaFields, HandleOptions, total=False):
    """The keywords of a handle."""


class ScheduleHandle(ScheduleFields, HandleOptions, total=False):
    """The keywords of a handle."""


class SchedulerHandle(SchedulerFields, HandleOptions, total=False):
    """The keywords of a handle."""


class WebhookHandle(WebhookFields, HandleOptions, total=False):
    """The keywords of a handle."""


class WrapperHandle(WrapperFields, HandleOptions, total=False):
    """The keywords of a handle."""


class ProjectHandle(ProjectFields, HandleOptions, total=False):
    """The keywords of a handle."""


class BundleHandle(BundleFields, HandleOptions, total=False):
    """The keywords of a handle."""


class UserHandle(UserFields, HandleOptions, total=False):
    """The keywords of a handle."""


class VaultConfigHandle(VaultConfigFields, HandleOptions, total=False):
    """The keywords of a handle."""


class ObjectTemplateHandle(ObjectTemplateFields, HandleOptions, total=False):
    """The keywords of a handle."""


class CustomObjectHandle(CustomObjectFields, HandleOptions, total=False):
    """The keywords of a handle."""
