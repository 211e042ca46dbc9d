"""What surrounds the product: images, secrets, migrations, documents, the demonstration month."""
