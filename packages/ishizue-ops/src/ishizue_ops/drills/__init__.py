"""What breaks one server and its database under load."""
