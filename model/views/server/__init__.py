"""The dashboard as a server that strangers may reach: its settings, its guard, and its start and end."""
