"""Acknowledgements: who of those whom a publication is for said that they know it."""
