"""The parts of the stand-ins, held together for those who answer requests."""

from dataclasses import dataclass, field

from deploy.sandbox.archive import Archive
from deploy.sandbox.faults import Faults
from deploy.sandbox.hooks import HookSender
from deploy.sandbox.limits import Limits
from deploy.sandbox.network import Network
from deploy.sandbox.settings import SandboxSettings
from deploy.sandbox.wire import Exchange
from deploy.sandbox.world import World


@dataclass
class Sandbox:
    settings: SandboxSettings
    world: World = field(init=False)
    faults: Faults = field(init=False)
    limits: Limits = field(init=False)
    exchange: Exchange = field(init=False)
    hooks: HookSender = field(init=False)
    networks: dict[str, Network] = field(default_factory=dict[str, Network])

    def __post_init__(self) -> None:
        self.world = World(Archive(self.settings.state), self.settings.public_url)
        now = self.world.now
        self.faults = Faults(now)
        self.limits = Limits(now, enforced=self.settings.rate_limits)
        self.exchange = Exchange(self.faults, now)
        self.hooks = HookSender(self.world, self.faults, self.settings, self.networks)
