"""Feeds, the calendar and the sitemap."""
