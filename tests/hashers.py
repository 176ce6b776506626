"""The password hash of the tests: Argon2 as in the product, at a cost that hundreds of sign-ins can pay."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8
    parallelism = 1
