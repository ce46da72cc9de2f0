"""`vmeste`: the commands, gathered."""

from deploy.cli import auditing, dead_letters, keys, migrating, tenants
from deploy.cli.backups.commands import backup, restore
from deploy.cli.console import group

app = group("Run an installation of Vmeste: databases, unions, keys, backups, and what is the matter with them.")
app.command()(migrating.migrate)
app.command()(backup)
app.command()(restore)
app.add_typer(tenants.app, name="tenant")
app.add_typer(keys.app, name="keys")
app.add_typer(auditing.app, name="audit")
app.add_typer(dead_letters.app, name="dead-letters")
