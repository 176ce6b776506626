"""What assistance puts into the slots."""

from assistance import facts

facts.register()
