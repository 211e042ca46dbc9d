"""The five services: each owns its part of the notice and its database."""
