"""`vmeste`: the commands, gathered."""

from deploy.cli import auditing, dead_letters, keys, migrating, people, read_models, tenants, webhooks
from deploy.cli.backups.commands import backup, restore
from deploy.cli.console import group
from deploy.cli.doctor.command import doctor

app = group("Run an installation of Vmeste: databases, unions, keys, backups, and what is the matter with them.")
for command in (doctor, migrating.migrate, backup, restore):
    app.command()(command)
app.add_typer(tenants.app, name="tenant")
app.add_typer(people.app, name="people")
app.add_typer(keys.app, name="keys")
app.add_typer(auditing.app, name="audit")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(read_models.app, name="read-models")
app.add_typer(webhooks.app, name="webhooks")
