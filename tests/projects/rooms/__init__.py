"""What the tests know of each room of projects: its objects, routes and full tables."""
