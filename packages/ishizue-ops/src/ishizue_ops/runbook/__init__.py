"""The page for whoever runs the service, and the shell functions that it uses."""
