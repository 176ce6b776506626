"""Settings of the tests: the demo profile on the session's own servers, with a cheap password hash."""

from tests import servers

servers.start()

from povertycase.settings import *  # noqa: E402, F403 - only now do the servers have addresses

PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
