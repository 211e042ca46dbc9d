"""Objects of every kind in several regions, made through commands, and how each route is called.

`ROUTES` of each service's module names every route of the service: a route that is missing there
fails `tests/scope`. `build` fills an office, so that every route has something to act upon.
"""
