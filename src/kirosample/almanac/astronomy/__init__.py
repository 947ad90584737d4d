"""Instants and positions of the Sun and the Moon, on which the calendar rests."""
