"""Bad input against every route: always a 4xx problem, never a 5xx, and no row changed."""
