"""That the installation works: whether it is ready, which workers live, what somebody must be told about it.

What was recorded is proved in `auditing`.
"""
