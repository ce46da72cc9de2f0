"""`python -m deploy.cli` is `vmeste`."""

from deploy.cli.app import app

if __name__ == "__main__":
    app()
