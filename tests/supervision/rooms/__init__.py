"""What the tests know of each room of supervision: its objects, routes and full tables."""
