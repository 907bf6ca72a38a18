"""Plays the script of an exercise: the sources over real HTTP, the actors through the real server, and a telephone.

In: a folder (`load_script`) and the space's clock. Out: an address that connectors are pointed at (`serve`), and
reports sent when they are due (`Player`). Only this package knows that anything is played; the connectors cannot tell.
"""

from connectors.recorded.player import Player
from connectors.recorded.script import Row, Script, load_script
from connectors.recorded.service import Running, serve

__all__ = ["Player", "Row", "Running", "Script", "load_script", "serve"]
