"""OK (Odnoklassniki), by its REST API."""
