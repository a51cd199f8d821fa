"""Fuzzing: every reader is fed what nobody would write, and must answer with a documented error or an answer that is not sure.

``edits`` damages files, ``targets`` names the readers with what they are fed, ``guard`` watches what they touch, and ``finds``
keeps what was found.
"""
