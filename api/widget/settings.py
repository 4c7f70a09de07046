"""Settings of the widget, by environment with the prefix SPINEWISE_."""

from functools import cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WidgetSettings(BaseSettings):
    """`SPINEWISE_FRAME_ANCESTORS`: CSP sources of the pages that may show the conversation, separated by spaces.

    `SPINEWISE_RETENTION_DAYS`: days after which conversations are deleted. Unset: the consent screen promises no
    date, only that the person can delete the conversation.
    """

    model_config = SettingsConfigDict(env_prefix="SPINEWISE_", env_ignore_empty=True, extra="ignore")

    # The pattern keeps other directives and headers out of the policy.
    frame_ancestors: str = Field(default="*", pattern=r"^[A-Za-z0-9:/.*'\-_ ]+$")
    retention_days: int | None = Field(default=None, ge=1)


@cache
def widget_settings() -> WidgetSettings:
    """The settings of this process."""
    return WidgetSettings()
