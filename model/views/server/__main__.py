"""Serve the dashboard at the `Place` in the environment: ``carbon dashboard`` becomes this process."""

from model.views.server.serve import serve

if __name__ == "__main__":
    serve()
