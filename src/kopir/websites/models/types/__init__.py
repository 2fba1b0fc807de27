"""Types of pages by family. A type is its class here, its template under `websites/pages/`, a line of a migration."""
