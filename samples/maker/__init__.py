"""Builds Plenary's three sample recordings from the scripts in ../scripts."""
