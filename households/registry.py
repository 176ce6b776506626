"""What the register puts into the slots."""

from households import facts

facts.register()
