"""What starts and stops an installation: embedded servers, the supervising launcher, commands beside it or alone.

Standard library only, and importable before any dependency is installed.
"""
