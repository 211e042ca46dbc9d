"""What happens when a service's database comes back from a backup."""
