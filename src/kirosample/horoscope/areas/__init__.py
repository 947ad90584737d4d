"""A sentence for each sign about love, work or money: the texts beside this module."""
