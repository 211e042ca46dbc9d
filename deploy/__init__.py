"""What operations needs: images, compose, broker, the demonstration month."""
