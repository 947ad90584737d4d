"""The pictures that a shared address is shown with, drawn by a process of their own.

Nothing is imported here, so that the process that draws loads nothing but what it needs.
"""
