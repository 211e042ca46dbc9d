"""Grants of approved households and their agreements (补贴资格、协议)."""
