"""The design system: base templates, components, static files, template tags."""
