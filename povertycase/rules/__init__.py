"""Rules: facts, conditions over them, standards and figures as data, and the fact sheet they are read from."""
