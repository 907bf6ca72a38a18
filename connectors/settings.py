"""Settings of each source, read once: `LAGESBILD_<NAME>_<FIELD>`, else the county's, else the connector's own.

In: variables such as `LAGESBILD_SMHI_ADDRESS` (a `-` in the name becomes `_`), `settings` in `region/<county>/
sources.toml`, the head of `connectors/<folder>/quality.toml`. Out: one frozen model for each source.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.errors import DeniedError
from connectors.quality import About
from streams.feeds import Feed


class ConnectorSettings(BaseSettings):
    """What a connector knows about its source."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    enabled: bool = True
    """False: the source is not asked, and nothing is said about it."""
    address: str = ""
    """Address that is asked, `http` or `https`. Redirects to another host are refused."""
    interval_s: float = Field(default=60, gt=0)
    """Wall seconds of rest between two askings."""
    promised_interval_s: int = Field(default=60, gt=0)
    """Seconds of the space's time between askings, as told in the health record; silence is counted from it."""
    hosts: tuple[str, ...] = ()
    """Other hosts, beside the address's own, that documents may be fetched from."""
    key: SecretStr = SecretStr("")
    """Key of the source, where it wants one."""
    key_file: Path | None = None
    """File that holds the key; used when `key` is empty, so that no secret stands in the environment."""
    keyless: bool = False
    """True: this one wants no key, though most of its kind do."""
    private: bool = False
    """True: the address may lie in a private network. Loopback written as such is always taken as meant."""
    contact: str = Field(default="", validation_alias="LAGESBILD_CONTACT")
    """Address or page of the operator, told to the source in `User-Agent`: agencies ask for one."""

    @classmethod
    def of(cls, feed: Feed, about: About) -> Self:
        """Settings of a source of the county."""
        own = {
            "enabled": feed.enabled,
            "address": about.address,
            "interval_s": about.interval_s,
            "promised_interval_s": max(60, round(about.interval_s)),
            "hosts": tuple(about.hosts),
            **feed.settings,
        }
        return cls(_env_prefix=f"LAGESBILD_{feed.name.replace('-', '_').upper()}_", **own)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before what the county's file says."""
        return env_settings, init_settings

    @property
    def secret(self) -> str:
        """The key, empty if there is none. DeniedError when the file that should hold it cannot be read."""
        if self.key.get_secret_value() or self.key_file is None:
            return self.key.get_secret_value()
        try:
            return self.key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DeniedError(f"key file {self.key_file} cannot be read ({error}): correct the setting") from error

    @property
    def user_agent(self) -> str:
        """Who we are, for the source's log."""
        return f"lagesbild-stockholm/0.1 ({self.contact or 'contact not set by the operator'})"
