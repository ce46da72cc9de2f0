"""The tour of the main job: what a union does with Vmeste, played on this machine and told step by step."""

from deploy.demo.tour.playing import play, play_tour

__all__ = ["play", "play_tour"]
