"""Expropriation of houses on state-owned land: programmes, signing, payment and removal."""
