"""What the tests know of each room of expropriation: its objects, routes and full tables."""
