"""The room's pages: `public` for everybody, `manage` for the administration of bodies, calendar and portal."""
