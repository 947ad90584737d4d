"""How two signs get on today: the texts beside this module, and how they are dealt."""
