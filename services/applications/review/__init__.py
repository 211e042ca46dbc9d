"""Reviews (三审): street, district and city look at the file, each by another person."""
