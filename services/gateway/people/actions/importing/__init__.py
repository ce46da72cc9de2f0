"""Importing people from a sheet: the file is kept, read in a process of its own, and taken in part by part."""

from services.gateway.people.actions.importing.chunks import ImportChunks
from services.gateway.people.actions.importing.report import read_import, report_of
from services.gateway.people.actions.importing.start import IMPORT_KIND, start_import

__all__ = ["IMPORT_KIND", "ImportChunks", "read_import", "report_of", "start_import"]
