"""What the tests of faults ask for: the nginx of docs/deploy, and servers that can go away."""

from tests.bus.conftest import nats
from tests.deploy.conftest import nginx

__all__ = ["nats", "nginx"]
