"""Settings of each source, read once from the environment: `LAGESBILD_<SOURCE>_<FIELD>`.

In: variables such as `LAGESBILD_SMHI_ADDRESS`. Out: one frozen model for each source. The defaults are the live
services; another address is all that another service needs.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.errors import DeniedError


class ConnectorSettings(BaseSettings):
    """What a connector knows about its source."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    enabled: bool = True
    """False: the source is not asked, and nothing is said about it."""
    address: str
    """Address that is asked, `http` or `https`. Redirects to another host are refused."""
    interval_s: float = Field(default=60, gt=0)
    """Wall seconds of rest between two askings."""
    promised_interval_s: int = Field(default=60, gt=0)
    """Seconds of the space's time between askings, as told in the health record; silence is counted from it."""
    key: SecretStr = SecretStr("")
    """Key of the source, where it wants one."""
    key_file: Path | None = None
    """File that holds the key; used when `key` is empty, so that no secret stands in the environment."""
    contact: str = Field(default="", validation_alias="LAGESBILD_CONTACT")
    """Address or page of the operator, told to the source in `User-Agent`: agencies ask for one."""

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


class SmhiSettings(ConnectorSettings):
    """SMHI's impact-based warnings: open, no key."""

    model_config = SettingsConfigDict(env_prefix="LAGESBILD_SMHI_", frozen=True, extra="ignore")

    address: str = "https://opendata-download-warnings.smhi.se/ibww/api/version/1/warning.json"
    """The list of warnings. No rate is published; conditional questions once a minute cost it next to nothing."""


class TrafikverketSettings(ConnectorSettings):
    """Trafikverket's open API: needs a free key from its portal."""

    model_config = SettingsConfigDict(env_prefix="LAGESBILD_TRAFIKVERKET_", frozen=True, extra="ignore")

    address: str = "https://api.trafikinfo.trafikverket.se/v2/data.json"
    """Where questions are posted. No rate is published; changes are asked for once a minute."""
    counties: tuple[int, ...] = (0, 1, 2)
    """County numbers asked for: Stockholm, its old number, and what concerns the whole country."""
