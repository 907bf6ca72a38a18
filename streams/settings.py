"""Settings of a process, read once. Flag > `LAGESBILD_*` > default; a secret also by a file of its name.

In: the environment that `lagesbild up`, compose or systemd gives. Out: one frozen model, handed down by argument.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.topics import REAL, Space

PROJECT = Path(__file__).resolve().parent.parent
"""Where the project's data folders lie (`region/`)."""
SECRETS = Path("/run/secrets")
"""Where containers get secrets, a file each: `lagesbild_text_secret` holds what `LAGESBILD_TEXT_SECRET` would."""


class Settings(BaseSettings):
    """What every process of a space knows. Each field is the variable `LAGESBILD_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="LAGESBILD_", frozen=True, extra="ignore", secrets_dir=SECRETS if SECRETS.is_dir() else None
    )

    bootstrap: str = "127.0.0.1:9092"
    """Kafka address, `host:port`, several by comma."""
    space: str = REAL
    """`real` or `ovning-<name>`."""
    region: str = "01"
    """County code of the region that this installation serves."""
    region_folder: Path = PROJECT / "region" / "stockholm"
    """Folder with municipalities, actors, rules, words."""
    rules: Path | None = None
    """Rules file to watch; default `rules.toml` in the region folder."""
    data: Path = Path.home() / ".local" / "share" / "lagesbild"
    """Where a process keeps what it cannot find again in Kafka, and disposable indexes."""
    text_secret: SecretStr = SecretStr("")
    """Key of the text keys' HMAC: the space's own, 32 random bytes as hex. Empty only in tests."""
    metrics_port: int = 0
    """Port of `/metrics` of a worker; 0 = none."""
    metrics_host: str = "127.0.0.1"
    """Address that port listens on; another only where the network between is the operator's own."""
    keys: Path | None = None
    """JSON file {actor id: key}: who may report by HTTP. Default `keys.json` in the data folder."""
    port: int = 0
    """Port of the server; 0 = a free one."""
    address: str | None = None
    """Address of the page as people reach it, told in notices; behind a proxy the proxy's."""
    host: str = "127.0.0.1"
    """Address the server listens on."""
    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    """Path below which the pages lie behind a proxy, such as `/lagesbild`; the proxy may keep it or take it away."""
    proxies: str = "127.0.0.1"
    """Addresses of proxies whose `X-Forwarded-For` and `-Proto` are believed, by comma."""
    duty_telephone: str = ""
    """Number of the county board's duty officer, told on the page of help."""
    operator_contact: str = ""
    """Whom to reach when the program does not work, told on the page of help."""
    accessibility_contact: str = ""
    """Where people tell what they cannot use, told in the accessibility statement: an address or a number."""
    webhook: str | None = None
    """Where notices go; none = they are shown only, and the page says that no receiver is set."""
    webhook_secret: SecretStr = SecretStr("")
    """Key of the HMAC that signs each notice."""
    smtp_host: str | None = None
    """Mail server that letters to those on duty are handed to; none = no mail."""
    smtp_port: int = Field(default=0, ge=0, lt=65_536)
    """Its port; 0 = 587 for `starttls`, 465 for `ssl`, 25 for `none`."""
    smtp_tls: Literal["starttls", "ssl", "none"] = "starttls"
    """How the way there is kept secret; `none` only to this machine itself."""
    smtp_ca: Path | None = None
    """PEM file of the authority that the mail server's certificate is from; default the system's own list."""
    smtp_user: str = ""
    """Login at the mail server; empty = none."""
    smtp_password_file: Path | None = None
    """File that holds the password, so that it stands in no environment."""
    smtp_sender: str = ""
    """Sender's address of the letters."""
    sheet_to: str = ""
    """Who gets each meeting's sheet by mail, by alias or actor in the file of contacts, by comma; none = nobody. With
    several servers: in one of them."""
    contacts: Path | None = None
    """JSON file {alias or actor: {"mail": address}}: those in `duty.toml`, and actors that may be called to a forum.
    Default `contacts.json` in the data folder."""
    wall_distance_m: float = Field(default=6.0, gt=0, le=50)
    """How far from the wall its farthest reader stands, metres: sets the size of its type."""
    wall_diagonal_in: float = Field(default=75.0, gt=0, le=500)
    """How large the wall's screen is, inches across."""
    repeat_s: int = Field(default=300, gt=0)
    """Wall seconds between repeats of a call that nobody has acknowledged."""
    tick_s: float = Field(default=15, gt=0)
    """Wall seconds between ticks where nothing is due; less in an exercise that runs fast."""
    snapshot_every: int = Field(default=1_000, gt=0)
    """Records since the last snapshot, beside the number of entities, before the next is taken."""

    @property
    def where(self) -> Space:
        """The space with its topic prefix."""
        return Space(self.space)

    @property
    def rules_file(self) -> Path:
        """Rules file in force."""
        return self.rules or self.region_folder / "rules.toml"

    @property
    def contacts_file(self) -> Path:
        """Addresses of those on duty and of actors."""
        return self.contacts or self.data / "contacts.json"

    @property
    def keys_file(self) -> Path:
        """Actors' keys."""
        return self.keys or self.data / "keys.json"
