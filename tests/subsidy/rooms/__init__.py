"""What the tests know of each room of subsidy: its objects, routes and full tables."""
