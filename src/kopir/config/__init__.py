"""The portal put together: settings, addresses, middleware, health, metrics, the commands that run it.

Nothing but `demo` imports it. Only `env` reads the environment.
"""
