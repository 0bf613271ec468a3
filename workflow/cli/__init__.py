"""The command line: `main` is the group, one module a command or group of commands.

What a command does lives in the services; here are only its options and its words.
"""
