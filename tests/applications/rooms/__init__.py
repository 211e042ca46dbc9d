"""What the tests know of each room of applications: its objects, routes and full tables."""
