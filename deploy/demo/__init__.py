"""The demo union: deterministic people in a deterministic tree."""

from deploy.demo.load import load

__all__ = ["load"]
